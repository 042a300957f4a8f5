import { createLogUpdate } from "log-update";
import {
  type BarState,
  type ProgressUpdate,
  renderBar,
  renderPlainLine,
  shareDone,
} from "./bar.ts";
import { type Environment, colours } from "./colours.ts";
import { singleLine } from "./control.ts";
import { createRateMeter } from "./rate.ts";

/** Ten redraws a second look smooth; more only cost time. */
const REDRAW_MS = 100;
/** A stalled transfer's rate falls on screen even though no update arrives. */
const IDLE_REDRAW_MS = 1_000;
const PLAIN_STEP_PERCENT = 10;
/** In a log file, for work with an unknown end and for slow work between two steps. */
const PLAIN_INTERVAL_MS = 10_000;

/** Shows how far work has come. */
export type Progress = {
  update: (state: ProgressUpdate) => void;
  /** A line above the bar that stays; control characters are removed. */
  note: (line: string) => void;
  /** Takes the bar away and gives the cursor back; may be called more than once. */
  end: () => void;
};

export type ProgressOptions = {
  /** Decides on colours and, with TERM=dumb, against a live bar. */
  env: Environment;
  /** `process.stderr` unless told otherwise. */
  stream?: NodeJS.WriteStream;
  /** A clock in milliseconds, for tests. */
  now?: () => number;
};

/** On a terminal one live bar on stderr; elsewhere a plain line at each tenth or every few seconds. */
export function progress(options: ProgressOptions): Progress {
  const { env, stream = process.stderr, now = () => performance.now() } = options;
  return canRedraw(stream, env) ? liveProgress(stream, env, now) : plainProgress(stream, now);
}

/** Some pseudo-terminals report no size at all, and nothing can be placed on those. */
function canRedraw(stream: NodeJS.WriteStream, env: Environment): boolean {
  return stream.isTTY && env["TERM"] !== "dumb" && stream.columns > 0 && stream.rows > 0;
}

function liveProgress(stream: NodeJS.WriteStream, env: Environment, now: () => number): Progress {
  const log = createLogUpdate(stream);
  const colour = colours({ stream, env });
  const track = createTracker();
  let state: ProgressUpdate | undefined;
  let drawnAt = 0;
  let stale = false;
  let timer: NodeJS.Timeout | undefined;

  const draw = (): void => {
    if (state === undefined) return;
    // One cell less than there is: a full line would wrap on some terminals.
    const width = stream.columns - 1;
    log(renderBar(track.state(state, now()), width, colour));
    drawnAt = now();
    stale = false;
  };
  const tick = (): void => {
    if (stale || now() - drawnAt >= IDLE_REDRAW_MS) draw();
  };
  return {
    update(next) {
      track.add(next, now());
      state = next;
      stale = true;
      if (timer !== undefined) return;
      draw();
      timer = setInterval(tick, REDRAW_MS).unref();
    },
    note(line) {
      log.clear();
      stream.write(`${singleLine(line)}\n`);
      draw();
    },
    end() {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      state = undefined;
      log.clear();
      log.done();
    },
  };
}

function plainProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  const track = createTracker();
  let printed: PrintedLine | undefined;
  return {
    update(next) {
      const at = now();
      track.add(next, at);
      if (!isLineDue(printed, next, at)) return;
      printed = { label: next.label, percentStep: percentStep(next), at };
      stream.write(`${renderPlainLine(track.state(next, at))}\n`);
    },
    note(line) {
      stream.write(`${singleLine(line)}\n`);
    },
    end() {},
  };
}

/** What the last plain line told. */
export type PrintedLine = { label: string; percentStep: number | undefined; at: number };

/** Whether a log file should get another line: new work, another tenth done, or a long silence. */
export function isLineDue(
  printed: PrintedLine | undefined,
  next: ProgressUpdate,
  nowMs: number,
): boolean {
  if (printed === undefined || printed.label !== next.label) return true;
  if (percentStep(next) !== printed.percentStep) return true;
  return nowMs - printed.at >= PLAIN_INTERVAL_MS;
}

function percentStep(state: ProgressUpdate): number | undefined {
  const share = shareDone(state);
  return share === undefined ? undefined : Math.floor((share * 100) / PLAIN_STEP_PERCENT);
}

/** Adds the rate to updates; another label is other work, which starts anew. */
function createTracker(): {
  add: (update: ProgressUpdate, nowMs: number) => void;
  state: (update: ProgressUpdate, nowMs: number) => BarState;
} {
  let meter = createRateMeter();
  let label: string | undefined;
  return {
    add(update, nowMs) {
      if (update.label !== label) meter = createRateMeter();
      label = update.label;
      meter.add(nowMs, update.done);
    },
    state: (update, nowMs) => ({ ...update, rate: meter.rate(nowMs) }),
  };
}
