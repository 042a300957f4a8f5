import { Worker } from "node:worker_threads";
import type { PrefixHashJob, PrefixHashMessage, PrefixHashOrder } from "./prefix-hash-job.ts";

/** sha256 of a file that is still being written, a thread of its own behind what is written. */
export interface PrefixHash {
  /** The first `chunks` chunks are written. */
  advance: (chunks: number) => void;
  /** A chunk that was hashed, or found damaged, was written anew. */
  again: (chunk: number) => void;
  close: () => Promise<void>;
}

/** What {@link startPrefixHash} tells. */
export interface PrefixHashListener {
  /**
   * sha256 of the file up to the end of a chunk, and the digest by the job's algorithm; those of the
   * last one are the file's.
   */
  onHashed: (chunk: number, prefix: string, digest: string) => void;
  /** A chunk that was written before is not what it was; hashing waits for {@link PrefixHash.again}. */
  onDamaged: (chunk: number) => void;
  onError: (error: Error) => void;
}

/** The module of the thread, where it is not bundled. */
const WORKER_MODULE = new URL("./prefix-hash-worker.js", import.meta.url);

/** Starts the thread. `module` is where a bundle has `dist/transfer/prefix-hash-worker.js`. */
export function startPrefixHash(
  job: PrefixHashJob,
  listener: PrefixHashListener,
  module: URL = WORKER_MODULE,
): PrefixHash {
  const worker = new Worker(module, { workerData: job });
  let isClosed = false;
  worker.on("message", (message: PrefixHashMessage) => {
    if (isClosed) return;
    const { chunk } = message;
    if (message.type === "damaged") listener.onDamaged(chunk);
    else listener.onHashed(chunk, message.prefix, message.digest);
  });
  worker.on("error", (error) => listener.onError(error));
  worker.on("exit", (code) => {
    if (!isClosed) listener.onError(new Error(`the hashing thread ended with exit code ${code}`));
  });
  const tell = (order: PrefixHashOrder): void =>
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window, a thread
    worker.postMessage(order);
  return {
    advance: (chunks) => tell({ type: "advance", chunks }),
    again: (chunk) => tell({ type: "again", chunk }),
    async close() {
      isClosed = true;
      await worker.terminate();
    },
  };
}
