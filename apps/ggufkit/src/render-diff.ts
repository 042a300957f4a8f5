import { type Colours, formatBytes, renderTable, singleLine } from "@ggufkit/terminal";

import type { Diff, DiffSide } from "./diff.ts";
import { grouped } from "./grouped.ts";
import { metadataRows } from "./render-diff-metadata.ts";
import { tensorRows } from "./render-diff-tensors.ts";

/** A line of a diff: what stands before it says which model has it, then its columns. */
export type DiffRow = readonly [mark: "+" | "-" | "~" | " ", ...cells: readonly string[]];

/** How a diff is shown. */
export interface RenderDiffOptions {
  readonly colour: Colours;
  /** Lists every tensor, where else many are summed up. */
  readonly allTensors: boolean;
}

/** Names of tensors with different data that are listed unless all are asked for. */
const MOST_NAMES = 20;

/** The view for people, ended by a newline. */
export function renderDiff(diff: Diff, options: RenderDiffOptions): string {
  const { colour } = options;
  const { metadata, tensors, data } = diff;
  const head = [
    `${colour.red("---")} ${sideText(diff.a)}`,
    `${colour.green("+++")} ${sideText(diff.b)}`,
  ].join("\n");
  const sections = [
    section("Header", "", headerRows(diff), colour),
    section("Metadata", countsText(metadata), metadataRows(metadata), colour),
    section("Tensors", countsText(tensors), tensorRows(tensors, options.allTensors), colour),
    data ? section("Data", dataText(data), dataRows(data, options.allTensors), colour) : "",
  ].filter(Boolean);
  if (diff.identical) sections.push(data ? "no differences" : "no differences in the headers");
  return `${[head, ...sections].join("\n\n")}\n`;
}

function sideText({ source, tensors, bytes, files }: DiffSide): string {
  const shards = files.length > 1 ? `, ${files.length} shards` : "";
  return `${singleLine(source)} (${grouped(tensors)} tensors, ${formatBytes(bytes)}${shards})`;
}

function section(title: string, counts: string, rows: readonly DiffRow[], colour: Colours): string {
  if (rows.length === 0) return "";
  const heading = counts === "" ? colour.bold(title) : `${colour.bold(title)} ${counts}`;
  const table = renderTable(rows, {
    style: (cell, row, column) => (column < 2 ? tint(rows[row]?.[0], cell, colour) : cell),
  });
  return `${heading}\n${table}`;
}

function tint(mark: DiffRow[0] | undefined, text: string, colour: Colours): string {
  if (mark === "+") return colour.green(text);
  if (mark === "-") return colour.red(text);
  return mark === "~" ? colour.yellow(text) : colour.dim(text);
}

type Counted = Pick<Diff["tensors"], "reordered"> &
  Readonly<Record<"added" | "removed" | "changed", readonly unknown[]>>;

function countsText(compared: Counted): string {
  const counts = (["added", "removed", "changed"] as const)
    .filter((kind) => compared[kind].length > 0)
    .map((kind) => `${grouped(compared[kind].length)} ${kind}`);
  return [...counts, ...(compared.reordered ? ["in another order"] : [])].join(", ");
}

function headerRows({ header }: Diff): DiffRow[] {
  return header.map(({ field, a, b }) => ["~", FIELD_NAMES[field], `${a} → ${b}`]);
}

const FIELD_NAMES = {
  version: "version",
  byteOrder: "byte order",
  alignment: "alignment",
} as const;

type Data = NonNullable<Diff["data"]>;

function dataText({ compared, different, incomparable }: Data): string {
  const text = `${grouped(different.length)} of ${grouped(compared)} differ`;
  if (incomparable.length === 0) return text;
  return `${text}, ${grouped(incomparable.length)} cannot be compared`;
}

function dataRows({ compared, different, incomparable }: Data, all: boolean): DiffRow[] {
  const shown = all ? different : different.slice(0, MOST_NAMES);
  const rows = shown.map(({ tensor, firstByte }): DiffRow => {
    return ["~", tensor, `from byte ${grouped(firstByte)}`];
  });
  if (shown.length < different.length)
    rows.push([" ", `and ${grouped(different.length - shown.length)} more (--tensors lists them)`]);
  if (incomparable.length > 0)
    rows.push([" ", `${grouped(incomparable.length)} are stored in different byte orders`]);
  const equal = compared - different.length;
  if (equal > 0) rows.push([" ", `${grouped(equal)} are equal`]);
  return rows;
}
