import type { Gguf, GgufValue } from "@ggufkit/gguf";

import type { FileSampling } from "./facts.ts";

/** Keys of `general.sampling` by the plan's names. */
const KEYS = {
  temperature: "temp",
  topP: "top_p",
  topK: "top_k",
  minP: "min_p",
  repeatPenalty: "penalty_repeat",
} as const satisfies Record<keyof FileSampling, string>;

/** Reads `general.sampling.*` as far as a plan has such a sampler; what is no number ≥ 0 is left out. */
export function fileSamplingOf({ kv }: Pick<Gguf, "kv">): FileSampling {
  const entries = Object.entries(KEYS).flatMap(([name, key]) => {
    const value = numberIn(kv.get(`general.sampling.${key}`));
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

function numberIn(value: GgufValue | undefined): number | undefined {
  if (value === undefined || !("value" in value) || typeof value.value !== "number")
    return undefined;
  return value.value >= 0 && value.value < Infinity ? shortest(value.value) : undefined;
}

/** A float32 as its makers wrote it: 0.6 and not 0.6000000238418579. */
function shortest(value: number): number {
  const written = Number(value.toPrecision(7));
  return Math.fround(written) === value ? written : value;
}
