import type { Gguf } from "@ggufkit/gguf";

/** A key of `general.sampling` that a plan has no field for, as `mirostat`, and its value as text. */
export type OtherSampling = { readonly key: string; readonly value: string };

const PREFIX = "general.sampling.";

/** The plan has these: see `fileSamplingOf`. */
const PLANNED: ReadonlySet<string> = new Set(["temp", "top_p", "top_k", "min_p", "penalty_repeat"]);

/** Reads `general.sampling.*` as far as a plan has no such sampler; arrays are left out. */
export function otherSamplingOf({ kv }: Pick<Gguf, "kv">): OtherSampling[] {
  const found: OtherSampling[] = [];
  for (const [key, value] of kv) {
    if (!key.startsWith(PREFIX) || !("value" in value)) continue;
    const name = key.slice(PREFIX.length);
    if (!PLANNED.has(name)) found.push({ key: name, value: String(value.value) });
  }
  return found;
}
