import { GgufError } from "../format/gguf-error.ts";
import type { GgufValue } from "../format/gguf-value.ts";
import { DEFAULT_ALIGNMENT } from "../format/limits.ts";

const KEY = "general.alignment";

type Kv = ReadonlyMap<string, GgufValue>;

/**
 * The alignment that these KV pairs ask for.
 *
 * @throws {GgufError} `bad-alignment` where it is no u32 or no power of two
 */
export function alignmentOf(kv: Kv): number {
  const value = kv.get(KEY);
  if (value === undefined) return DEFAULT_ALIGNMENT;
  if (value.type !== "u32") return refuse(value.type);
  return checkedAlignment(value.value);
}

/**
 * The KV pairs with the alignment in place of theirs; the default one is written only where a
 * different one stood.
 *
 * @throws {GgufError} `bad-alignment`
 */
export function withAlignment(kv: Kv, alignment: number): Kv {
  const wanted = checkedAlignment(alignment);
  const given = kv.get(KEY);
  const isSaid = given === undefined ? wanted === DEFAULT_ALIGNMENT : isU32(given, wanted);
  return isSaid ? kv : new Map([...kv, [KEY, { type: "u32", value: wanted }]]);
}

function isU32(value: GgufValue, number: number): boolean {
  return value.type === "u32" && value.value === number;
}

function checkedAlignment(value: number): number {
  const isPowerOfTwo = Number.isInteger(Math.log2(value));
  // Up to 2^31, the largest that a u32 holds.
  return isPowerOfTwo && value >= 1 && value <= 2 ** 31 ? value : refuse(String(value));
}

function refuse(got: string): never {
  const reason = `must be a u32 that is a power of two, got ${got}`;
  throw new GgufError({ code: "bad-alignment", reason, key: KEY, got });
}
