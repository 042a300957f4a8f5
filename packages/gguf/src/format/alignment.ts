import type { Fault } from "./gguf-error.ts";
import type { GgufValue } from "./gguf-value.ts";
import { DEFAULT_ALIGNMENT } from "./limits.ts";

/** The KV pair that says how a file is aligned. */
export const ALIGNMENT_KEY = "general.alignment";

/** The alignment that these KV pairs ask for: a u32 that is a power of two, or else a fault. */
export function alignmentIn(kv: ReadonlyMap<string, GgufValue>): number | Fault {
  const value = kv.get(ALIGNMENT_KEY);
  if (value === undefined) return DEFAULT_ALIGNMENT;
  return value.type === "u32" ? checkAlignment(value.value) : alignmentFault(value.type);
}

/** The alignment itself, or a fault where there can be no such. */
export function checkAlignment(value: number): number | Fault {
  const isPowerOfTwo = Number.isInteger(Math.log2(value));
  // Up to 2^31, the largest that a u32 holds.
  return isPowerOfTwo && value >= 1 && value <= 2 ** 31 ? value : alignmentFault(String(value));
}

function alignmentFault(got: string): Fault {
  return { code: "bad-alignment", reason: `must be a u32 that is a power of two, got ${got}`, got };
}
