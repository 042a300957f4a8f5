import type {
  ElementDifferences,
  MetadataChange,
  MetadataComparison,
  PlainValue,
  ValueSummary,
} from "@ggufkit/gguf";
import { displayWidth, singleLine, truncateToWidth } from "@ggufkit/terminal";

import { grouped } from "./grouped.ts";
import type { DiffRow } from "./render-diff.ts";

/** Longest value of one side; chat templates would bury the rest. */
const VALUE_WIDTH = 40;
/** Of two long strings: what is shown before the first difference. */
const CONTEXT_LENGTH = 12;

/** The KV pairs that differ. */
export function metadataRows({ added, removed, changed }: MetadataComparison): DiffRow[] {
  return [
    ...removed.map(({ key, value }): DiffRow => ["-", key, typeText(value), valueText(value)]),
    ...added.map(({ key, value }): DiffRow => ["+", key, typeText(value), valueText(value)]),
    ...changed.map((change): DiffRow => ["~", change.key, ...changeCells(change)]),
  ];
}

function changeCells({ a, b, change, elements }: MetadataChange): [type: string, text: string] {
  const types = typeText(a) === typeText(b) ? typeText(a) : `${typeText(a)} → ${typeText(b)}`;
  if (elements) return [types, elementsText(elements)];
  if (change === "value" && a.type !== "array" && b.type !== "array")
    return [types, fromTo(a.value, b.value)];
  return [types, `${valueText(a)} → ${valueText(b)}`];
}

function elementsText({ differing, first }: ElementDifferences): string {
  const count = differing > 0 ? `${grouped(differing)} differ, ` : "";
  const side = (value: PlainValue | undefined): string =>
    value === undefined ? "no more" : plainText(value);
  const { index, a, b } = first;
  return `${count}first at ${grouped(index)}: ${side(a)} → ${side(b)}`;
}

/** Two strings that are long begin to differ somewhere: only that is shown. */
function fromTo(a: PlainValue, b: PlainValue): string {
  const texts = [plainText(a, Infinity), plainText(b, Infinity)];
  const isShort = texts.every((text) => displayWidth(text) <= VALUE_WIDTH);
  if (isShort || typeof a !== "string" || typeof b !== "string")
    return `${plainText(a)} → ${plainText(b)}`;
  const at = firstDifferingCharacter(a, b);
  const around = (text: string): string => {
    const start = Math.max(0, at - CONTEXT_LENGTH);
    return `${start > 0 ? "…" : ""}${plainText(text.slice(start, start + VALUE_WIDTH))}`;
  };
  return `from character ${grouped(at)}: ${around(a)} → ${around(b)}`;
}

function firstDifferingCharacter(a: string, b: string): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index++;
  return index;
}

function typeText(value: ValueSummary): string {
  return value.type === "array" ? `${value.elementType}[${grouped(value.length)}]` : value.type;
}

function valueText(value: ValueSummary): string {
  if (value.type !== "array") return plainText(value.value);
  const { preview, length } = value;
  const more = length > preview.length ? ", …" : "";
  return cut(`${preview.map((element) => plainText(element)).join(", ")}${more}`);
}

function plainText(value: PlainValue, width: number = VALUE_WIDTH): string {
  return cut(typeof value === "string" ? JSON.stringify(value) : String(value), width);
}

function cut(text: string, width: number = VALUE_WIDTH): string {
  return truncateToWidth(singleLine(text), width);
}
