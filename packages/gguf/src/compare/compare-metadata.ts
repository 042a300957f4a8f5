import type { Gguf } from "../format/gguf.ts";
import type { GgufValue } from "../format/gguf-value.ts";
import { compareArrays, type ElementDifferences } from "./compare-arrays.ts";
import { isReordered } from "./compared-model.ts";
import { firstDifference } from "./first-difference.ts";
import { summarizeValue, type ValueSummary } from "./value-summary.ts";

/** A KV pair that only one model has. */
export interface MetadataEntry {
  readonly key: string;
  readonly value: ValueSummary;
}

/** A key under which the models have different values. */
export interface MetadataChange {
  readonly key: string;
  /** What differs: the type (of an array, its elements' type) or the value alone. */
  readonly change: "type" | "value";
  readonly a: ValueSummary;
  readonly b: ValueSummary;
  /** Of two arrays of one element type. */
  readonly elements?: ElementDifferences | undefined;
}

/** The KV pairs of two models, compared. */
export interface MetadataComparison {
  /** Only `b` has them. */
  readonly added: readonly MetadataEntry[];
  /** Only `a` has them. */
  readonly removed: readonly MetadataEntry[];
  readonly changed: readonly MetadataChange[];
  /** Whether the keys that both have stand in another order. */
  readonly reordered: boolean;
}

/** Compares the KV pairs of two headers by key, in linear time. */
export function compareMetadata(a: Gguf, b: Gguf): MetadataComparison {
  const changed: MetadataChange[] = [];
  for (const [key, ofA] of a.kv) {
    const ofB = b.kv.get(key);
    if (ofB === undefined || isSameRaw(a, b, key)) continue;
    const change = compareValues(ofA, ofB);
    if (change) changed.push({ key, ...change, a: summarizeValue(ofA), b: summarizeValue(ofB) });
  }
  return {
    added: onlyIn(b, a),
    removed: onlyIn(a, b),
    changed,
    reordered: isReordered(a.kv, b.kv),
  };
}

function onlyIn({ kv }: Gguf, other: Gguf): MetadataEntry[] {
  return [...kv].flatMap(([key, value]) =>
    other.kv.has(key) ? [] : [{ key, value: summarizeValue(value) }],
  );
}

/** Whether a pair is the same to the byte: nothing of it need be decoded then. */
function isSameRaw(a: Gguf, b: Gguf, key: string): boolean {
  const bytesOfA = rawPair(a, key);
  const bytesOfB = rawPair(b, key);
  if (a.byteOrder !== b.byteOrder || (a.version === 1) !== (b.version === 1)) return false;
  return firstDifference(bytesOfA, bytesOfB) === undefined;
}

function rawPair({ raw }: Gguf, key: string): Uint8Array {
  const [start, end] = raw.kv.get(key) ?? [0, 0];
  return raw.bytes.subarray(start, end);
}

function compareValues(
  a: GgufValue,
  b: GgufValue,
): Pick<MetadataChange, "change" | "elements"> | undefined {
  if (a.type === "array" && b.type === "array") {
    if (a.elementType !== b.elementType) return { change: "type" };
    const elements = compareArrays(a, b);
    return elements && { change: "value", elements };
  }
  if (a.type !== b.type) return { change: "type" };
  return areEqualScalars(a, b) ? undefined : { change: "value" };
}

function areEqualScalars(a: GgufValue, b: GgufValue): boolean {
  if (a.type === "string" && b.type === "string")
    return firstDifference(a.bytes, b.bytes) === undefined;
  return a.type !== "array" && b.type !== "array" && Object.is(a.value, b.value);
}
