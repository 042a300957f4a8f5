import { open } from "node:fs/promises";
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { GgufError } from "../format/gguf-error.ts";
import type { CopyJob, CopyProblem } from "./copy-job.ts";
import { copyRanges, endsEarly, type CopyRange } from "./copy-ranges.ts";
import { openFile } from "./file-source.ts";
import { writeAt, writing } from "./temporary-file.ts";

/** How {@link copyFileRanges} is told and tells. */
export interface CopyFileRangesOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears of bytes that are written, some twenty times a second. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /**
   * Module of the threads, for programs that are bundled into one file: a bundle of
   * `@ggufkit/gguf/dist/node/copy-worker.js`. Default that file itself.
   */
  readonly worker?: URL | undefined;
}

const WORKER_MODULE = new URL("./copy-worker.js", import.meta.url);

// Starting threads takes longer than copying less.
const LEAST_BYTES_FOR_THREADS = 2 ** 26;
// Measured, 2 GiB from the page cache to a disk: one thread 1.1-1.5 s, two 1.0-1.3 s, cp 1.0-1.1 s; two
// that work on blocks of 1 MiB through Node's thread pool 1.3-2.8 s.
const THREADS = 2;
const STEP_BYTES = 2 ** 23;
const TELL_MS = 50;

/**
 * Copies ranges of a file to their places in another one, which is there already; lowest first, in
 * threads of their own where that is worth it.
 *
 * @throws {GgufError} `cannot-open-file`; `file-changed` where the file ends before a range does;
 * `cannot-write-file` with the system's error as its cause
 * @throws the signal's reason; nothing is written any longer then
 */
export async function copyFileRanges(
  from: string,
  to: string,
  ranges: readonly CopyRange[],
  options: CopyFileRangesOptions = {},
): Promise<void> {
  options.signal?.throwIfAborted();
  const total = ranges.reduce((sum, { bytes }) => sum + bytes, 0);
  const copy = total < LEAST_BYTES_FOR_THREADS ? copyHere : copyInThreads;
  await copy(from, to, ranges, options);
}

async function copyHere(
  from: string,
  to: string,
  ranges: readonly CopyRange[],
  { signal, onBytes }: CopyFileRangesOptions,
): Promise<void> {
  await using source = await openFile(from);
  const target = await writing(to, () => open(to, "r+"));
  const write = (bytes: Uint8Array, position: number): Promise<void> =>
    writing(to, () => writeAt(target, bytes, position));
  try {
    await copyRanges(source, ranges, write, { file: from, signal, onBytes });
  } finally {
    await target.close();
  }
}

async function copyInThreads(
  from: string,
  to: string,
  ranges: readonly CopyRange[],
  { signal, onBytes, worker: module = WORKER_MODULE }: CopyFileRangesOptions,
): Promise<void> {
  const job: CopyJob = {
    from,
    to,
    steps: stepsOf(ranges),
    control: new Int32Array(new SharedArrayBuffer(8)),
    written: new BigInt64Array(new SharedArrayBuffer(8)),
  };
  const stop = (): void => void Atomics.store(job.control, 1, 1);
  let told = 0;
  const tell = (): void => {
    const written = Number(Atomics.load(job.written, 0));
    if (written > told) onBytes?.(written - told);
    told = written;
  };
  const ticker = setInterval(tell, TELL_MS);
  signal?.addEventListener("abort", stop, { once: true });
  const threads = Array.from({ length: THREADS }, () =>
    runThread(module, job).catch((error: unknown) => {
      stop();
      throw error;
    }),
  );
  try {
    await Promise.allSettled(threads);
  } finally {
    clearInterval(ticker);
    signal?.removeEventListener("abort", stop);
  }
  tell();
  signal?.throwIfAborted();
  await Promise.all(threads);
}

/** Ranges in steps that threads take turns at, three numbers each. */
function stepsOf(ranges: readonly CopyRange[]): CopyJob["steps"] {
  const steps: number[] = [];
  for (const { from, to, bytes } of ranges)
    for (let at = 0; at < bytes; at += STEP_BYTES)
      steps.push(from + at, to + at, Math.min(STEP_BYTES, bytes - at));
  const shared = new Float64Array(new SharedArrayBuffer(steps.length * 8));
  shared.set(steps);
  return shared;
}

async function runThread(module: URL, job: CopyJob): Promise<void> {
  const thread = new Worker(module, { workerData: job });
  let problem: CopyProblem | undefined;
  thread.on("message", (message: CopyProblem) => (problem = message));
  // Rejects where the thread fails otherwise: its module is not there, or memory is short.
  await once(thread, "exit");
  if (problem !== undefined) await refuse(problem, job);
}

async function refuse(problem: CopyProblem, { from, to }: CopyJob): Promise<void> {
  if (problem.type === "ended") throw endsEarly(from, problem.got, problem.expected);
  const { at, code, message } = problem;
  const cause = Object.assign(new Error(message), { code });
  if (at === "writing") return writing(to, () => Promise.reject(cause));
  const reason = `cannot be read: ${message}`;
  throw new GgufError({ code: "cannot-open-file", reason, file: from }, { cause });
}
