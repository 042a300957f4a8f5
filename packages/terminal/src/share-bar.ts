import { type Colours, plain } from "./colours.ts";
import { singleLine } from "./control.ts";

/** One part of a whole; `share` is in any unit, since only the ratios count. */
export type Part = { label: string; share: number };

// Told apart without colours, too.
const FILLS = ["█", "▓", "▒", "░", "▚", "▞"] as const;
const TINTS = ["cyan", "magenta", "yellow", "green", "blue", "red"] as const;

/**
 * A stacked bar of `width` cells and under it a legend with per cents, for example
 * `██████▓▓▓░` over `█ Q4_K 62%  ▓ Q6_K 30%  ░ F32 8%`. Parts without a share are left out, all
 * beyond the five largest are counted together as "other". Returns "" when nothing has a share.
 */
export function renderShareBar(
  parts: readonly Part[],
  width: number,
  colour: Colours = plain,
): string {
  const shown = foldSmallParts(parts.filter((part) => part.share > 0));
  if (shown.length === 0) return "";
  const total = shown.reduce((sum, part) => sum + part.share, 0);
  const cells = divideCells(shown, total, Math.max(width, shown.length));
  const paint = (index: number, text: string): string => colour[TINTS[index] ?? "white"](text);
  const bar = cells.map((count, index) => paint(index, (FILLS[index] ?? "█").repeat(count)));
  const legend = shown.map(
    (part, index) =>
      `${paint(index, FILLS[index] ?? "█")} ${singleLine(part.label)} ${formatShare(part.share / total)}`,
  );
  return `${bar.join("")}\n${legend.join("  ")}`;
}

function foldSmallParts(parts: readonly Part[]): readonly Part[] {
  const sorted = parts.toSorted((a, b) => b.share - a.share);
  if (sorted.length <= FILLS.length) return sorted;
  const kept = sorted.slice(0, FILLS.length - 1);
  const rest = sorted.slice(FILLS.length - 1).reduce((sum, part) => sum + part.share, 0);
  return [...kept, { label: "other", share: rest }];
}

/** Largest remainder: each part gets at least one cell and the cells add up to `width`. */
function divideCells(parts: readonly Part[], total: number, width: number): number[] {
  const spare = width - parts.length;
  const exact = parts.map((part) => (part.share / total) * spare);
  const cells = exact.map((value) => 1 + Math.floor(value));
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .toSorted((a, b) => b.remainder - a.remainder);
  const left = width - cells.reduce((sum, count) => sum + count, 0);
  for (const { index } of byRemainder.slice(0, left)) cells[index] = (cells[index] ?? 0) + 1;
  return cells;
}

function formatShare(share: number): string {
  return share < 0.01 ? "<1%" : `${Math.round(share * 100)}%`;
}
