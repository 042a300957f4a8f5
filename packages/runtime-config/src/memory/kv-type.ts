import { InvalidWishError } from "../errors.ts";

/** Types that llama.cpp keeps keys and values in (`--cache-type-k`, `--cache-type-v`). */
export type KvType = "f32" | "f16" | "bf16" | "q8_0" | "q5_1" | "q5_0" | "q4_1" | "q4_0" | "iq4_nl";

type Block = { readonly elements: number; readonly bytes: number };

/** Elements and bytes of a block: ggml's `type_traits`. */
export const KV_TYPES: Readonly<Record<KvType, Block>> = {
  f32: { elements: 1, bytes: 4 },
  f16: { elements: 1, bytes: 2 },
  bf16: { elements: 1, bytes: 2 },
  q8_0: { elements: 32, bytes: 34 },
  q5_1: { elements: 32, bytes: 24 },
  q5_0: { elements: 32, bytes: 22 },
  q4_1: { elements: 32, bytes: 20 },
  q4_0: { elements: 32, bytes: 18 },
  iq4_nl: { elements: 32, bytes: 18 },
};

/** @throws InvalidWishError for a type that llama.cpp has not. */
export function checkKvType(type: string): asserts type is KvType {
  if (Object.hasOwn(KV_TYPES, type)) return;
  throw new InvalidWishError("kvType", type, `one of ${Object.keys(KV_TYPES).join(", ")}`);
}

/** Whether a type packs numbers in blocks of 32. */
export function isQuantizedType(type: KvType): boolean {
  return KV_TYPES[type].elements > 1;
}
