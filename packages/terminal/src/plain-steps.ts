import { type ProgressUpdate, shareDone } from "./bar.ts";

const STEP_PERCENT = 10;

/** What the last line of a log file told, and when. */
export type PrintedLine = { step: number | undefined; at: number };

/** What a line that is printed now tells. */
export function printedLine(state: ProgressUpdate, nowMs: number): PrintedLine {
  return { step: stepOf(state), at: nowMs };
}

/** Whether a log file should get another line: another tenth is done, or there was a long silence. */
export function isLineDue(
  printed: PrintedLine,
  next: ProgressUpdate,
  { nowMs, silenceMs }: { nowMs: number; silenceMs: number },
): boolean {
  return stepOf(next) !== printed.step || nowMs - printed.at >= silenceMs;
}

function stepOf(state: ProgressUpdate): number | undefined {
  const share = shareDone(state);
  return share === undefined ? undefined : Math.floor((share * 100) / STEP_PERCENT);
}
