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
  const label = singleLine(state.label);
  const labelWidth = Math.min(displayWidth(label), MAX_LABEL_WIDTH);
  const share = shareDone(state);
  const facts = barFacts(state, share);

  const labelNeeds = Math.min(labelWidth, MIN_LABEL_WIDTH);
  const trackNeeds = share === undefined ? 0 : MIN_TRACK_WIDTH + GAP;
  while (facts.length > 1 && labelNeeds + trackNeeds + joinedWidth(facts) > width) facts.pop();

  const room = width - joinedWidth(facts);
  if (room < labelNeeds) return truncateToWidth(facts.join(SEPARATOR), width);
  const hasTrack = share !== undefined && room >= labelNeeds + trackNeeds;
  const labelRoom = Math.min(labelWidth, hasTrack ? room - trackNeeds : room);
  const [first = "", ...rest] = facts;
  return [
    truncateMiddle(label, labelRoom),
    ...(hasTrack
      ? [renderTrack(share, Math.min(room - labelRoom - GAP, MAX_TRACK_WIDTH), colour)]
      : []),
    first,
    ...(rest.length > 0 ? [colour.dim(rest.join(SEPARATOR))] : []),
  ].join(SEPARATOR);
}

/** The same facts for a log file, where lines cannot be redrawn: `model.gguf: 40%, 1.20 GB of 3.00 GB, …`. */
export function renderPlainLine(state: BarState): string {
  return `${singleLine(state.label)}: ${barFacts(state, shareDone(state)).join(", ")}`;
}

/** Between 0 and 1; undefined when the total is unknown. */
export function shareDone({ done, total }: ProgressUpdate): number | undefined {
  if (total === undefined) return undefined;
  return total > 0 ? Math.min(Math.max(done / total, 0), 1) : 1;
}

/** Ordered by importance, since a narrow terminal drops from the end. */
function barFacts(state: BarState, share: number | undefined): string[] {
  const { done, total, unit, rate } = state;
  // Rounded down: "100%" must not stand there before all is done.
  const facts = share === undefined ? [] : [`${Math.floor(share * 100)}%`];
  facts.push(formatDone(done, total, unit));
  if (rate === undefined) return facts;
  facts.push(`${formatRate(rate, unit)}/s`);
  if (total !== undefined && rate > 0 && done < total) {
    facts.push(`${formatDuration(Math.ceil((total - done) / rate))} left`);
  }
  return facts;
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

function joinedWidth(facts: readonly string[]): number {
  return facts.reduce((sum, fact) => sum + GAP + displayWidth(fact), 0);
}

function renderTrack(share: number, width: number, colour: Colours): string {
  const full = Math.floor(share * width);
  return colour.cyan("█".repeat(full)) + colour.dim("░".repeat(width - full));
}
