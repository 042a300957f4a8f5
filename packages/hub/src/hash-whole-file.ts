import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { CHUNK_BYTES, chunkPlan, chunksLength } from "./transfer/chunk-plan.ts";
import { eventQueue } from "./transfer/event-queue.ts";
import { piecesOf } from "./transfer/pieces.ts";
import { startPrefixHash } from "./transfer/prefix-hash.ts";
import { PROGRESS_INTERVAL_MS } from "./transfer/progress-event.ts";

/** How far a file is hashed, in bytes. */
export interface HashingEvent {
  type: "hashing";
  file: string;
  done: number;
  total: number;
}

/** How {@link hashWholeFile} works. */
export interface HashWholeFileOptions {
  /** The file's name in events. */
  file: string;
  signal?: AbortSignal | undefined;
  /** Where a bundled program has `@ggufkit/hub/dist/transfer/prefix-hash-worker.js`. */
  hashWorker?: URL | undefined;
}

/**
 * The sha256 of a file, 64 hex digits, by a thread of its own. Tells how far it is at most ten times
 * a second.
 * @throws the system's error where it cannot be read; the signal's reason when aborted
 */
export async function* hashWholeFile(
  path: string,
  { file, signal, hashWorker }: HashWholeFileOptions,
): AsyncGenerator<HashingEvent, string> {
  const { size: total } = await stat(path);
  signal?.throwIfAborted();
  if (total === 0) return createHash("sha256").digest("hex");
  const plan = chunkPlan(total, CHUNK_BYTES);
  const queue = eventQueue<HashingEvent>();
  let sha256 = "";
  let problem: unknown;
  let toldAt = -Infinity;
  const fail = (error: unknown): void => {
    problem ??= error;
    queue.end();
  };
  const hash = startPrefixHash(
    { pieces: piecesOf(total, path), plan, algorithm: "sha256", expected: [] },
    {
      onHashed(chunk, prefix) {
        const isLast = chunk === plan.chunks - 1;
        if (isLast || performance.now() - toldAt >= PROGRESS_INTERVAL_MS) {
          toldAt = performance.now();
          queue.push({ type: "hashing", file, done: chunksLength(plan, chunk + 1), total });
        }
        if (!isLast) return;
        sha256 = prefix;
        queue.end();
      },
      onDamaged: () => {}, // nothing is expected of it
      onError: fail,
    },
    hashWorker,
  );
  const abort = (): void => fail(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    hash.advance(plan.chunks);
    yield* queue.events();
  } finally {
    signal?.removeEventListener("abort", abort);
    await hash.close();
  }
  if (problem !== undefined) throw problem;
  return sha256;
}
