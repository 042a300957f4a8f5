import { type BarState, renderBars } from "./bar.ts";
import { type Colours, plain } from "./colours.ts";
import type { FileTransfer, TransferState } from "./transfer-state.ts";
import { truncateToWidth } from "./width.ts";

/** More bars than this are not read but only looked at. */
const MOST_BARS = 6;
/** Beside the files' bars: what is not shown of them, the whole, and the cursor's line. */
const OTHER_ROWS = 3;
/** When nothing came for so long, the rate that was told last is no longer true. */
const STALLED_MS = 5_000;

/** What there is to draw on, and when. */
export type TransferRoom = { width: number; rows: number; nowMs: number };

/** A bar for each file that is under way, as many as fit, and one for all files together. Pure. */
export function renderTransfer(
  state: TransferState,
  { width, rows, nowMs }: TransferRoom,
  colour: Colours = plain,
): string[] {
  const underWay = [...state.files].filter(([, file]) => isUnderWay(file));
  const shown = underWay.slice(0, Math.max(1, Math.min(MOST_BARS, rows - OTHER_ROWS)));
  const whole = wholeBar(state, nowMs);
  const bars = shown.map(([name, file]) => fileBar(name, file, nowMs));
  const lines = renderBars(whole === undefined ? bars : [...bars, whole], width, colour);
  const hidden = underWay.length - shown.length;
  if (hidden > 0) lines.splice(shown.length, 0, truncateToWidth(`and ${hidden} more`, width));
  return lines;
}

/** All files of a plan together; undefined for a single one, whose own bar says as much. */
function wholeBar({ files }: TransferState, nowMs: number): BarState | undefined {
  const planned = [...files.values()].filter(({ isPlanned }) => isPlanned);
  if (planned.length < 2) return undefined;
  const done = planned.filter(({ phase }) => phase === "done").length;
  const rates = planned.flatMap((file) => rateOf(file, nowMs) ?? []);
  return {
    label: `${done} of ${planned.length} files`,
    unit: "bytes",
    done: sum(planned.map((file) => file.done)),
    total: sumOfKnown(planned.map(({ total }) => total)),
    rate: rates.length === 0 ? undefined : sum(rates),
  };
}

/** The bar that tells most in one line: of all files together, else of the one under way. */
export function summaryBar(state: TransferState, nowMs: number): BarState | undefined {
  const whole = wholeBar(state, nowMs);
  if (whole !== undefined) return whole;
  const [first] = [...state.files].filter(([, file]) => isUnderWay(file));
  return first === undefined ? undefined : fileBar(...first, nowMs);
}

function isUnderWay({ phase }: FileTransfer): boolean {
  return phase !== "pending" && phase !== "done";
}

function fileBar(label: string, file: FileTransfer, nowMs: number): BarState {
  const { phase, done, total, left } = file;
  const bar: BarState = { label, done, total, unit: "bytes" };
  if (phase !== "fetching") return { ...bar, status: phase };
  if (isAllHere(file)) return { ...bar, status: "verifying" };
  const rate = rateOf(file, nowMs);
  return { ...bar, rate, left: rate === file.rate ? left : undefined };
}

function rateOf(file: FileTransfer, nowMs: number): number | undefined {
  const { phase, rate, cameAt } = file;
  if (phase !== "fetching" || cameAt === undefined || isAllHere(file)) return undefined;
  return nowMs - cameAt < STALLED_MS ? rate : 0;
}

function isAllHere({ done, total }: FileTransfer): boolean {
  return total !== undefined && done >= total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function sumOfKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? sum(known) : undefined;
}
