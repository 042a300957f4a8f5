import type { Gguf } from "../format/gguf.ts";
import { numberOf, stringOf } from "../format/gguf-value.ts";

/** The rotary position embedding, as the file has it. */
export interface Rope {
  /** `rope.freq_base`. llama.cpp takes 10,000 where it is undefined. */
  readonly base: number | undefined;
  /** How the file already scales; undefined where it does not. */
  readonly scaling: RopeScaling | undefined;
  /** `rope.dimension_count`. llama.cpp takes the head dimension where it is undefined. */
  readonly dimensions: number | undefined;
}

/** A scaling beyond the context that the model was trained with. */
export interface RopeScaling {
  /** `linear`, `yarn`, `longrope`, … as the file says. */
  readonly type: string;
  readonly factor: number | undefined;
  readonly originalContextLength: number | undefined;
}

/** Reads the `rope.*` keys under an architecture's prefix. */
export function ropeOf({ kv }: Pick<Gguf, "kv">, prefix: string): Rope {
  const value = (key: string): ReturnType<typeof kv.get> => kv.get(`${prefix}.rope.${key}`);
  // rope.scale_linear is what files before 2024 have for a linear factor.
  const factor = numberOf(value("scaling.factor")) ?? numberOf(value("scale_linear"));
  const type = stringOf(value("scaling.type")) ?? (factor === undefined ? "none" : "linear");
  const originalContextLength = numberOf(value("scaling.original_context_length"));
  return {
    base: numberOf(value("freq_base")),
    scaling: type === "none" ? undefined : { type, factor, originalContextLength },
    dimensions: numberOf(value("dimension_count")),
  };
}
