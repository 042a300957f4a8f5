import type { GgufValue } from "@ggufkit/gguf";
import {
  type Colours,
  renderTable,
  singleLine,
  stripControl,
  truncateToWidth,
} from "@ggufkit/terminal";

import { InspectError } from "./errors.ts";
import { grouped } from "./grouped.ts";
import type { Inspection } from "./inspection.ts";

/** Longest value in the table; chat templates would bury the rest. */
const VALUE_WIDTH = 60;
const PREVIEW_LENGTH = 6;

/** All metadata as a table, ended by a newline. */
export function renderKv({ files }: Inspection, colour: Colours): string {
  const rows = [...files[0].gguf.kv].map(([key, value]) => [
    key,
    typeText(value),
    valueText(value),
  ]);
  const table = renderTable(rows, {
    style: (cell, _row, column) => (column === 1 ? colour.dim(cell) : cell),
  });
  return `${colour.bold("Metadata")}\n${table}\n`;
}

/**
 * The value of one key alone, an array with one element a line; of several keys, `key = value` lines
 * with arrays cut. Ended by a newline.
 *
 * @throws {InspectError} `no-such-key`
 */
export function renderKeys({ files }: Inspection, keys: readonly string[]): string {
  const { path, gguf } = files[0];
  const values = keys.map((key) => {
    const value = gguf.kv.get(key);
    if (value === undefined)
      throw new InspectError("no-such-key", path, `no key ${JSON.stringify(key)}`);
    return { key, value };
  });
  const [only] = values;
  if (only !== undefined && values.length === 1) return wholeText(only.value);
  const lines = values.map(({ key, value }) => `${singleLine(key)} = ${valueText(value)}\n`);
  return lines.join("");
}

function wholeText(value: GgufValue): string {
  if (value.type !== "array") return `${stripControl(String(value.value))}\n`;
  let text = "";
  for (const element of value) text += `${singleLine(String(element))}\n`;
  return text;
}

function typeText(value: GgufValue): string {
  return value.type === "array" ? `${value.elementType}[${grouped(value.length)}]` : value.type;
}

function valueText(value: GgufValue): string {
  if (value.type !== "array") return truncateToWidth(singleLine(String(value.value)), VALUE_WIDTH);
  const shown = value.preview(PREVIEW_LENGTH).map((element) => JSON.stringify(String(element)));
  const plain = value.elementType === "string" ? shown : shown.map((text) => text.slice(1, -1));
  const more = value.length > PREVIEW_LENGTH ? ", …" : "";
  return truncateToWidth(singleLine(`${plain.join(", ")}${more}`), VALUE_WIDTH);
}
