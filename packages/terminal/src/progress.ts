import { type BarState, type ProgressUpdate, renderBar, renderPlainLine } from "./bar.ts";
import { type Environment, colours } from "./colours.ts";
import { singleLine } from "./control.ts";
import { canRedraw, liveLines } from "./live-lines.ts";
import { isLineDue, type PrintedLine, printedLine } from "./plain-steps.ts";
import { createRateMeter } from "./rate.ts";

/** In a log file, for work with an unknown end and for slow work between two steps. */
const PLAIN_SILENCE_MS = 10_000;

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

function liveProgress(stream: NodeJS.WriteStream, env: Environment, now: () => number): Progress {
  const colour = colours({ stream, env });
  const track = createTracker();
  let state: ProgressUpdate | undefined;
  const render = ({ width }: { width: number }): string[] =>
    state === undefined ? [] : [renderBar(track.state(state, now()), width, colour)];
  const lines = liveLines({ stream, render, now });
  return {
    update(next) {
      track.add(next, now());
      state = next;
      lines.changed();
    },
    note: (line) => lines.note(line),
    end: () => lines.end(),
  };
}

function plainProgress(stream: NodeJS.WriteStream, now: () => number): Progress {
  const track = createTracker();
  let printed: (PrintedLine & { label: string }) | undefined;
  return {
    update(next) {
      const nowMs = now();
      track.add(next, nowMs);
      const silence = { nowMs, silenceMs: PLAIN_SILENCE_MS };
      if (printed?.label === next.label && !isLineDue(printed, next, silence)) return;
      printed = { label: next.label, ...printedLine(next, nowMs) };
      stream.write(`${renderPlainLine(track.state(next, nowMs))}\n`);
    },
    note(line) {
      stream.write(`${singleLine(line)}\n`);
    },
    end() {},
  };
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
