import { setTimeout as sleep } from "node:timers/promises";

/** Ten a second is what a progress bar can show. */
const INTERVAL_MS = 100;

/**
 * Does work in the background and yields an event ten times a second meanwhile; its result is the
 * generator's. When the consumer stops, the work is stopped, and has ended when this has.
 * @throws what the work throws
 */
export async function* telling<Event, Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  event: () => Event,
  signal: AbortSignal | undefined,
): AsyncGenerator<Event, Result, undefined> {
  const stop = new AbortController();
  const result = work(signal ? AbortSignal.any([signal, stop.signal]) : stop.signal);
  const state = { hasEnded: false };
  const end = (): void => {
    state.hasEnded = true;
  };
  const ended = result.then(end, end);
  try {
    while (!state.hasEnded) {
      const tick = new AbortController();
      const ticked = sleep(INTERVAL_MS, undefined, { signal: tick.signal }).catch(() => {});
      await Promise.race([ended, ticked]);
      tick.abort();
      if (!state.hasEnded) yield event();
    }
    return await result;
  } finally {
    stop.abort(new Error("nobody listens any longer"));
    await ended;
  }
}
