import { formatBytes, formatCount, formatDuration } from "./amounts.ts";
import { type Colours, plain } from "./colours.ts";
import { singleLine } from "./control.ts";
import { displayWidth, truncateMiddle, truncateToWidth } from "./width.ts";

export type Unit = "bytes" | "items" | "tokens";

/** How far some work has come. */
export type ProgressUpdate = {
  label: string;
  done: number;
  /** Unknown while a server has not told the size, for example. */
  total?: number | undefined;
  unit: Unit;
};

export type BarState = ProgressUpdate & {
  /** Units a second; unknown at the start. */
  rate?: number | undefined;
  /** Seconds until all is done; worked out from the rate where it is not given. */
  left?: number | undefined;
  /** A word in place of rate and time left, for work that goes on without either. */
  status?: string | undefined;
};

const MIN_LABEL_WIDTH = 12;
const MAX_LABEL_WIDTH = 40;
const MIN_TRACK_WIDTH = 10;
const MAX_TRACK_WIDTH = 30;
const SEPARATOR = "  ";
const GAP: number = SEPARATOR.length;

/**
 * One line of at most `width` cells: label, bar, per cent, amounts, rate and time left. A long
 * label is cut in its middle, since shards differ at the end of their names. A narrow terminal
 * loses the time first, then the rate, the amounts, the bar, and at last the label.
 */
export function renderBar(state: BarState, width: number, colour: Colours = plain): string {
  return renderBars([state], width, colour).join("");
}

/** Bars below each other, a line each as {@link renderBar} has it, set in common columns. */
export function renderBars(
  states: readonly BarState[],
  width: number,
  colour: Colours = plain,
): string[] {
  const rows = states.map(barRow);
  const layout = layOut(rows, width);
  return rows.map((row) => renderRow(row, layout, colour));
}

type BarRow = { label: string; share: number | undefined; facts: readonly string[] };

/** What all bars have in common; a part of width 0 is not shown. */
type BarLayout = {
  width: number;
  label: number;
  track: number;
  /** Which facts are shown, and their widths. */
  columns: readonly { index: number; width: number }[];
};

function barRow(state: BarState): BarRow {
  const share = shareDone(state);
  return { label: singleLine(state.label), share, facts: barFacts(state, share) };
}

function layOut(rows: readonly BarRow[], width: number): BarLayout {
  const labelWidth = Math.min(widest(rows.map(({ label }) => label)), MAX_LABEL_WIDTH);
  const labelNeeds = Math.min(labelWidth, MIN_LABEL_WIDTH);
  const trackNeeds = rows.some(({ share }) => share !== undefined) ? MIN_TRACK_WIDTH + GAP : 0;
  const columns = FACTS.flatMap((_name, index) => {
    const columnWidth = widest(rows.map(({ facts }) => facts[index] ?? ""));
    return columnWidth > 0 ? [{ index, width: columnWidth }] : [];
  });
  const factsNeed = (): number => columns.reduce((sum, column) => sum + GAP + column.width, 0);
  while (columns.length > 1 && labelNeeds + trackNeeds + factsNeed() > width) columns.pop();

  const room = width - factsNeed();
  if (room < labelNeeds) return { width, label: 0, track: 0, columns };
  const hasTrack = trackNeeds > 0 && room >= labelNeeds + trackNeeds;
  const label = Math.min(labelWidth, hasTrack ? room - trackNeeds : room);
  const track = hasTrack ? Math.min(room - label - GAP, MAX_TRACK_WIDTH) : 0;
  return { width, label, track, columns };
}

function renderRow({ label, share, facts }: BarRow, layout: BarLayout, colour: Colours): string {
  const [first = "", ...rest] = layout.columns.map(({ index, width }) =>
    alignRight(facts[index] ?? "", width),
  );
  const others = rest.join(SEPARATOR).trimEnd();
  const parts: string[] = [];
  if (layout.label > 0) parts.push(alignLeft(truncateMiddle(label, layout.label), layout.label));
  if (layout.track > 0) parts.push(renderTrack(share, layout.track, colour));
  parts.push(truncateToWidth(first, layout.width));
  if (others !== "") parts.push(colour.dim(others));
  return parts.join(SEPARATOR);
}

function alignLeft(text: string, width: number): string {
  return text + " ".repeat(width - displayWidth(text));
}

function alignRight(text: string, width: number): string {
  return " ".repeat(width - displayWidth(text)) + text;
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, displayWidth(text)), 0);
}

/** The same facts for a log file, where lines cannot be redrawn: `model.gguf: 40%, 1.20 GB of 3.00 GB, …`. */
export function renderPlainLine(state: BarState): string {
  const facts = barFacts(state, shareDone(state)).filter((fact) => fact !== "");
  return `${singleLine(state.label)}: ${facts.join(", ")}`;
}

/** Between 0 and 1; undefined when the total is unknown. */
export function shareDone({ done, total }: ProgressUpdate): number | undefined {
  if (total === undefined) return undefined;
  return total > 0 ? Math.min(Math.max(done / total, 0), 1) : 1;
}

/** Ordered by importance, since a narrow terminal drops from the end. */
const FACTS = ["per cent", "amounts", "rate or status", "time left"] as const;

/** The {@link FACTS}; one that there is not is "". */
function barFacts(state: BarState, share: number | undefined): string[] {
  const { done, total, unit, rate, status } = state;
  // Rounded down: "100%" must not stand there before all is done.
  const percent = share === undefined ? "" : `${Math.floor(share * 100)}%`;
  const isUnknown = done === 0 && total === undefined;
  const amounts = formatDone(done, total, unit);
  if (status !== undefined) return [percent, isUnknown ? "" : amounts, status, ""];
  if (rate === undefined) return [percent, amounts, "", ""];
  const left = secondsLeft(state);
  const time = left === undefined ? "" : `${formatDuration(Math.ceil(left))} left`;
  return [percent, amounts, `${formatRate(rate, unit)}/s`, time];
}

function secondsLeft({ done, total, rate, left }: BarState): number | undefined {
  if (left !== undefined) return left;
  const isKnown = total !== undefined && rate !== undefined && rate > 0 && done < total;
  return isKnown ? (total - done) / rate : undefined;
}

function formatAmount(value: number, unit: Unit): string {
  if (unit === "bytes") return formatBytes(value);
  return unit === "tokens" ? `${formatCount(value)} tokens` : formatCount(value);
}

/** Names the unit once where both amounts have the same: "1.20 of 3.00 GB". */
function formatDone(done: number, total: number | undefined, unit: Unit): string {
  const have = formatAmount(done, unit);
  if (total === undefined) return have;
  const want = formatAmount(total, unit);
  const [number = have, suffix] = have.split(" ");
  const shared = suffix !== undefined && want.endsWith(` ${suffix}`);
  return `${shared ? number : have} of ${want}`;
}

function formatRate(rate: number, unit: Unit): string {
  if (unit === "bytes") return formatBytes(rate);
  const number = rate < 10 ? rate.toFixed(1) : formatCount(Math.round(rate));
  return unit === "tokens" ? `${number} tokens` : number;
}

function renderTrack(share: number | undefined, width: number, colour: Colours): string {
  if (share === undefined) return " ".repeat(width);
  const full = Math.floor(share * width);
  return colour.cyan("█".repeat(full)) + colour.dim("░".repeat(width - full));
}
