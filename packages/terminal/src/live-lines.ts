import { createLogUpdate } from "log-update";
import type { Environment } from "./colours.ts";
import { singleLine } from "./control.ts";

/** Ten redraws a second look smooth; more only cost time. */
const REDRAW_MS = 100;
/** A stalled transfer's rate falls on screen even though no update arrives. */
const IDLE_REDRAW_MS = 1_000;

/** Lines at the foot of a terminal that are drawn again in place. */
export type LiveLines = {
  /** There is something else to draw, which is done soon. */
  changed: () => void;
  /** A line above them that stays; control characters are removed. */
  note: (line: string) => void;
  /** Takes them away and gives the cursor back; may be called more than once. */
  end: () => void;
};

export type LiveLinesOptions = {
  stream: NodeJS.WriteStream;
  /** The lines as they are now, each at most `width` cells wide. */
  render: (room: { width: number; rows: number }) => readonly string[];
  /** A clock in milliseconds. */
  now: () => number;
};

/** Some pseudo-terminals report no size at all, and nothing can be placed on those. */
export function canRedraw(stream: NodeJS.WriteStream, env: Environment): boolean {
  return stream.isTTY && env["TERM"] !== "dumb" && stream.columns > 0 && stream.rows > 0;
}

/** Draws nothing before the first `changed`, and again from then on after `end`. */
export function liveLines({ stream, render, now }: LiveLinesOptions): LiveLines {
  const log = createLogUpdate(stream);
  let drawnAt = 0;
  let stale = false;
  let timer: NodeJS.Timeout | undefined;

  const draw = (): void => {
    // One cell less than there is: a full line would wrap on some terminals.
    const lines = render({ width: stream.columns - 1, rows: stream.rows });
    if (lines.length > 0) log(lines.join("\n"));
    else log.clear();
    drawnAt = now();
    stale = false;
  };
  const tick = (): void => {
    if (stale || now() - drawnAt >= IDLE_REDRAW_MS) draw();
  };
  return {
    changed() {
      stale = true;
      if (timer !== undefined) return;
      draw();
      timer = setInterval(tick, REDRAW_MS).unref();
    },
    note(line) {
      log.clear();
      stream.write(`${singleLine(line)}\n`);
      if (timer !== undefined) draw();
    },
    end() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      log.clear();
      log.done();
    },
  };
}
