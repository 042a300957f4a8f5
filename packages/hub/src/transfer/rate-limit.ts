/** Keeps several transfers together below a rate. */
export interface RateLimit {
  /** Takes `count` bytes and returns after how many milliseconds the next may come. */
  take: (count: number) => number;
}

/** A limit in bytes a second; without one, none. `now` is a clock in milliseconds. */
export function rateLimit(
  bytesPerSecond: number | undefined,
  now: () => number = () => performance.now(),
): RateLimit {
  if (bytesPerSecond === undefined) return { take: () => 0 };
  let freeAt = 0;
  return {
    take(count) {
      const at = now();
      freeAt = Math.max(freeAt, at) + (count / bytesPerSecond) * 1000;
      return freeAt - at;
    },
  };
}
