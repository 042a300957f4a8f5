import { EventEmitter, on } from "node:events";
import { Worker } from "node:worker_threads";

import { GgufError } from "../format/gguf-error.ts";
import type { HashJob, HashMessage } from "./hash-job.ts";
import type { PassDigest } from "./hash-pass.ts";

/** How workers run. */
export interface WorkerOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Module of the worker threads, for programs that are bundled into one file: a bundle of
   * `@ggufkit/gguf/dist/node/hash-worker.js`. Default that file itself.
   */
  readonly worker?: URL | undefined;
}

const WORKER_MODULE = new URL("./hash-worker.js", import.meta.url);

/** What reaches the queue: what a worker says, or that it will say no more. */
type WorkerEvent =
  | HashMessage
  | { readonly type: "died"; readonly how: string; readonly cause?: unknown };

/**
 * Runs each job in a worker thread of its own; yields how many bytes were read since the last time,
 * all workers together. No worker outlives it.
 *
 * @throws {GgufError} what a worker found, or `hash-worker-failed` where one died
 * @throws the signal's reason
 */
export async function* runHashJobs(
  jobs: readonly HashJob[],
  { signal, worker = WORKER_MODULE }: WorkerOptions,
): AsyncGenerator<number, PassDigest[]> {
  signal?.throwIfAborted();
  const queue = new EventEmitter();
  const workers = jobs.map((job) => startWorker(worker, job, queue));
  try {
    return yield* collect(queue, workers.length, signal);
  } catch (error) {
    signal?.throwIfAborted(); // its own reason, not the error that the queue makes of it
    throw error;
  } finally {
    await Promise.all(workers.map((thread) => thread.terminate()));
  }
}

function startWorker(module: URL, job: HashJob, queue: EventEmitter): Worker {
  const tell = (event: WorkerEvent): void => void queue.emit("event", event);
  const worker = new Worker(module, { workerData: job });
  let hasEnded = false;
  worker.on("message", (message: HashMessage) => {
    if (message.type !== "read") hasEnded = true;
    tell(message);
  });
  worker.on("error", (cause) => tell({ type: "died", how: textOf(cause), cause }));
  worker.on("messageerror", (cause) => tell({ type: "died", how: textOf(cause), cause }));
  worker.on("exit", (code) => {
    if (!hasEnded) tell({ type: "died", how: `it ended with exit code ${code}` });
  });
  return worker;
}

async function* collect(
  queue: EventEmitter,
  workers: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<number, PassDigest[]> {
  const finished: (readonly PassDigest[])[] = [];
  if (workers === 0) return [];
  const events = on(queue, "event", { signal }) as AsyncIterable<[WorkerEvent]>;
  for await (const [event] of events) {
    switch (event.type) {
      case "read":
        yield event.bytes;
        break;
      case "done":
        finished.push(event.digests);
        if (finished.length === workers) return finished.flat();
        break;
      case "failed":
        throw new GgufError(event.problem);
      case "died":
        throw workerFailed(event.how, event.cause);
      default:
        event satisfies never;
    }
  }
  return finished.flat();
}

function workerFailed(how: string, cause: unknown): GgufError {
  const reason = `a worker thread that was hashing failed: ${how}`;
  return new GgufError({ code: "hash-worker-failed", reason }, { cause });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
