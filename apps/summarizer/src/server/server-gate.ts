import { onAbort } from "./server-abort.ts";

/** Lets so many in at once, in the order in which they came. */
export interface Gate {
  /**
   * Does `work` when there is room for it.
   *
   * @throws the signal's reason if it is aborted before
   */
  through<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function createGate(most: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];

  async function enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (inside < most) {
      inside += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const go = (): void => {
        forget();
        resolve();
      };
      const forget = onAbort(signal, () => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(signal?.reason as Error);
      });
      waiting.push(go);
    });
  }

  function leave(): void {
    const next = waiting.shift();
    // Whoever waits takes the place over: nobody slips in between.
    if (next === undefined) inside -= 1;
    else next();
  }

  return {
    async through(work, signal) {
      await enter(signal);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
