import { renderTable } from "@ggufkit/terminal";
import type { BatchResult, BatchRow } from "./batch.ts";

const HEADINGS = ["name", "words", "seconds", "worded", "contradictions", "error"];
const NUMBERS = ["left", "right", "right", "right", "right", "left"] as const;

/** An error's own line may be long; `failed.jsonl` has it whole. */
const MOST_CHARACTERS = 100;

/** What became of each page, a row each. */
export function renderBatchTable({ rows }: BatchResult): string {
  return `${renderTable([HEADINGS, ...rows.map(cellsOf)], { align: NUMBERS })}\n`;
}

function cellsOf({ name, words, seconds, worded, contradictions, error }: BatchRow): string[] {
  const numbers = [words, seconds?.toFixed(1), worded, contradictions];
  return [name, ...numbers.map((number) => String(number ?? "-")), shorten(error?.message ?? "")];
}

function shorten(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}

/** The line below: how many are done. */
export function renderBatchCounts({ done, skipped, failed }: BatchResult): string {
  const parts = [`${done} written`, `${skipped} there already`, `${failed} failed`];
  return parts.join(", ");
}
