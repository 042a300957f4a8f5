/** Long enough to even out bursts, short enough to show that a connection slowed down. */
const WINDOW_MS = 8000;
/** Below this a rate is noise. */
const LEAST_SPAN_MS = 500;

/** The rate of the last seconds. */
export interface RateMeter {
  /** Bytes a second as of now, given how many are done; undefined until there is enough to tell. */
  rate: (done: number) => number | undefined;
}

/** Begins now with `done` bytes, which an earlier run fetched and do not count. */
export function rateMeter(done: number, now: () => number = () => performance.now()): RateMeter {
  const samples = [{ at: now(), done }];
  return {
    rate(doneNow) {
      const at = now();
      samples.push({ at, done: doneNow });
      // One sample older than the window stays as its base.
      while (samples.length > 2 && at - (samples[1]?.at ?? at) > WINDOW_MS) samples.shift();
      const [first] = samples;
      if (first === undefined || at - first.at < LEAST_SPAN_MS) return undefined;
      return ((doneNow - first.done) / (at - first.at)) * 1000;
    },
  };
}
