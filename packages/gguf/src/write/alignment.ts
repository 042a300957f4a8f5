import { ALIGNMENT_KEY, alignmentIn, checkAlignment } from "../format/alignment.ts";
import { GgufError, isFault, type Fault } from "../format/gguf-error.ts";
import type { GgufValue } from "../format/gguf-value.ts";
import { DEFAULT_ALIGNMENT } from "../format/limits.ts";

type Kv = ReadonlyMap<string, GgufValue>;

/**
 * The alignment that these KV pairs ask for.
 *
 * @throws {GgufError} `bad-alignment` where it is no u32 or no power of two
 */
export function alignmentOf(kv: Kv): number {
  return orRefuse(alignmentIn(kv));
}

/**
 * The KV pairs with the alignment in place of theirs; the default one is written only where a
 * different one stood.
 *
 * @throws {GgufError} `bad-alignment`
 */
export function withAlignment(kv: Kv, alignment: number): Kv {
  const wanted = orRefuse(checkAlignment(alignment));
  const given = kv.get(ALIGNMENT_KEY);
  const isSaid = given === undefined ? wanted === DEFAULT_ALIGNMENT : isU32(given, wanted);
  return isSaid ? kv : new Map([...kv, [ALIGNMENT_KEY, { type: "u32", value: wanted }]]);
}

function isU32(value: GgufValue, number: number): boolean {
  return value.type === "u32" && value.value === number;
}

function orRefuse(alignment: number | Fault): number {
  if (isFault(alignment)) throw new GgufError({ ...alignment, key: ALIGNMENT_KEY });
  return alignment;
}
