import type { GgufValue } from "../format/gguf-value.ts";
import type { ScalarTypeName } from "../format/value-type.ts";

/** A value or an element as plain data. */
export type PlainValue = number | bigint | boolean | string;

/** A value as plain data; of an array its length and first elements. */
export type ValueSummary =
  | { readonly type: ScalarTypeName; readonly value: PlainValue }
  | {
      readonly type: "array";
      readonly elementType: ScalarTypeName;
      readonly length: number;
      readonly preview: readonly PlainValue[];
    };

const PREVIEW_LENGTH = 8;

/** Sums a value up. */
export function summarizeValue(value: GgufValue): ValueSummary {
  if (value.type !== "array") return { type: value.type, value: value.value };
  const { type, elementType, length } = value;
  return { type, elementType, length, preview: value.preview(PREVIEW_LENGTH) };
}
