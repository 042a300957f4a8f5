import type { EditPlan, GgufValue, KvEdit, RewriteReason } from "@ggufkit/gguf";
import {
  type Colours,
  formatBytes,
  renderTable,
  singleLine,
  truncateToWidth,
} from "@ggufkit/terminal";

import { grouped } from "./grouped.ts";

/** An edit and the file that it goes to. */
export interface Edit {
  /** As typed. */
  readonly file: string;
  /** Undefined where it is the file itself. */
  readonly out: string | undefined;
  readonly plan: EditPlan;
}

/** Two values and a key beside each other on a wide terminal. */
const VALUE_WIDTH = 40;
const PREVIEW_LENGTH = 4;

/** What an edit would do: a table of keys with their old and new values, and how it is written. */
export function renderEditPlan(edit: Edit, colour: Colours): string {
  const rows = edit.plan.edits.map((change) => [change.type, ...cellsOf(change)]);
  const table = renderTable([["", "key", "old", "new"], ...rows], {
    style: (cell, row, column) => (row === 0 || column === 0 ? colour.dim(cell) : cell),
  });
  return `${table}\n\n${wayText(edit, "would be")}\n`;
}

/** What an edit did, in one line. */
export function renderEdit(edit: Edit): string {
  return `${wayText(edit, "was")}\n`;
}

function cellsOf(edit: KvEdit): string[] {
  switch (edit.type) {
    case "added":
      return [edit.key, "", valueText(edit.value)];
    case "replaced":
      return [edit.key, valueText(edit.old), valueText(edit.value)];
    case "removed":
      return [edit.key, valueText(edit.old), ""];
    case "renamed":
      return [edit.key, valueText(edit.value), `as ${edit.to}`];
    default:
      return edit satisfies never;
  }
}

function valueText(value: GgufValue): string {
  const text = value.type === "array" ? arrayText(value) : `${value.type} ${shown(value.value)}`;
  return truncateToWidth(singleLine(text), VALUE_WIDTH);
}

function arrayText(array: Extract<GgufValue, { type: "array" }>): string {
  const more = array.length > PREVIEW_LENGTH ? ", …" : "";
  const elements = array.preview(PREVIEW_LENGTH).map(shown).join(", ");
  return `${array.elementType}[${grouped(array.length)}] ${elements}${more}`;
}

/** Strings are quoted, so that spaces and an empty one can be seen. */
function shown(value: number | bigint | boolean | string): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

const REASONS: Readonly<Record<RewriteReason, string>> = {
  elsewhere: "",
  "header-grows": ", as the header needs more bytes than it has",
  "header-shrinks": ", as what the header leaves can't be filled up",
};

function wayText({ file, out, plan }: Edit, verb: string): string {
  const count = plan.edits.length === 1 ? "1 change" : `${plan.edits.length} changes`;
  const bytes = formatBytes(plan.bytesToWrite ?? plan.header.length);
  if (plan.way === "in-place")
    return `${singleLine(file)} ${verb} edited in place: ${count}, ${bytes} written${roomText(plan)}`;
  const target = out === undefined ? `${file} ${verb} rewritten` : `${out} ${verb} written`;
  const reason = plan.reason === undefined ? "" : REASONS[plan.reason];
  return `${singleLine(target)}${reason}: ${count}, ${bytes} written${roomText(plan)}`;
}

function roomText({ room }: EditPlan): string {
  return room === 0 ? "" : `, ${formatBytes(room)} left for later edits`;
}
