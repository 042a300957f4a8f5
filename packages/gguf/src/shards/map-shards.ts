/** Enough at the same time to hide the latency of most sets, few enough for any server. */
const MOST_AT_ONCE = 16;

/**
 * Does work for all shards of a set, some of them at the same time, and returns the results in the
 * shards' order. The first error stops the rest and is thrown once all have stopped.
 */
export async function mapShards<Shard, Result>(
  shards: readonly Shard[],
  work: (shard: Shard, signal: AbortSignal) => Promise<Result>,
  signal?: AbortSignal,
  mostAtOnce: number = MOST_AT_ONCE,
): Promise<Result[]> {
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const results: Result[] = [];
  const left = shards.entries();
  const worker = async (): Promise<void> => {
    for (const [index, shard] of left) {
      stop.throwIfAborted();
      // A signal of its own: Node warns of many listeners on one, as of a leak.
      results[index] = await work(shard, AbortSignal.any([stop]));
    }
  };
  const workers = Array.from({ length: Math.min(mostAtOnce, shards.length) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(workers);
    throw error;
  }
  return results;
}
