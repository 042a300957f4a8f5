/** Long enough to even out bursts, short enough to show that a connection has slowed down. */
const WINDOW_MS = 8_000;
/** Keeps the window at a few dozen samples however often it is told. */
const SAMPLE_MS = 200;
/** Below this a rate is noise. */
const MIN_SPAN_MS = 500;

/** A moving average over the last seconds. */
export type RateMeter = {
  /** Takes in how much is done at a time in milliseconds; the first call sets the base, so what a resumed download had before does not count. */
  add: (nowMs: number, done: number) => void;
  /** Units a second as of `nowMs`; undefined until there is enough to tell. It falls while nothing arrives. */
  rate: (nowMs: number) => number | undefined;
};

export function createRateMeter(): RateMeter {
  let samples: { at: number; done: number }[] = [];
  let latest = 0;
  return {
    add(nowMs, done) {
      if (done < latest) samples = []; // started over
      latest = done;
      const last = samples.at(-1);
      if (last === undefined || nowMs - last.at >= SAMPLE_MS) samples.push({ at: nowMs, done });
    },
    rate(nowMs) {
      // One sample older than the window stays as its base.
      while (samples.length > 1 && nowMs - (samples[1]?.at ?? nowMs) > WINDOW_MS) samples.shift();
      const first = samples[0];
      if (first === undefined || nowMs - first.at < MIN_SPAN_MS) return undefined;
      return ((latest - first.done) / (nowMs - first.at)) * 1000;
    },
  };
}
