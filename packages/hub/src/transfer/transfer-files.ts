import { FileChangedError, NotGgufError } from "../errors.ts";
import type { HubEvent } from "../events.ts";
import { NoByteRangesError } from "../join-errors.ts";
import { resultOf } from "../result-of.ts";
import type { ChunkedFile, ChunkedFileOptions, FileHashes } from "./chunked-file.ts";
import { eventQueue } from "./event-queue.ts";
import { fetchRange, openChunk } from "./fetch-chunk.ts";
import type { FetchContext } from "./fetch-context.ts";
import { NoRangesError, type OpenRange } from "./open-range.ts";
import { PROGRESS_INTERVAL_MS, progressEvent } from "./progress-event.ts";
import { rateMeter } from "./rate-meter.ts";
import { repairFile } from "./repair.ts";
import { streamFile } from "./stream-file.ts";
import { taskBoard, type Job, type TaskBoard } from "./task-board.ts";
import type { FetchedFile, TransferFile } from "./transfer-file.ts";
import {
  openChunked,
  openedEvents,
  taskController,
  transferTask,
  type TransferTask,
} from "./transfer-task.ts";
import { waitForClaim } from "./wait-for-claim.ts";

/** How files are transferred. */
export interface TransferOptions {
  /** Connections that carry bodies at the same time. */
  connections: number;
  chunkBytes: number;
  windowChunks: number;
  hashWorker: URL | undefined;
}

// A server whose file changes each time it is fetched does not come to an end.
const MAX_RESTARTS = 2;

/**
 * Fetches files, several connections at a time over all of them, in order, lowest offset first.
 * Each gets its final name once it is whole and has its digest. An error ends all; what could be
 * resumed is kept.
 * @throws what fetching throws; the signal's reason when aborted
 */
export async function* transferFiles(
  files: readonly TransferFile[],
  context: Omit<FetchContext, "push">,
  options: TransferOptions,
): AsyncGenerator<HubEvent, void> {
  const queue = eventQueue<HubEvent>();
  const transfer = new Transfer(files, { ...context, push: queue.push }, options);
  const running = transfer.run().finally(queue.end);
  running.catch(() => {}); // awaited below
  try {
    yield* queue.events();
  } finally {
    transfer.stop(new Error("nobody listens any longer"));
    await running.catch(() => {});
  }
  await running;
}

/** A job whose request was made before its turn. */
interface Ahead {
  job: Job;
  opening: Promise<OpenRange> | undefined;
}

class Transfer {
  readonly #board: TaskBoard;
  readonly #context: FetchContext;
  readonly #options: TransferOptions;
  readonly #stop = new AbortController();
  readonly #background = new Set<Promise<void>>();

  constructor(files: readonly TransferFile[], context: FetchContext, options: TransferOptions) {
    this.#board = taskBoard(files.map(transferTask));
    this.#context = context;
    this.#options = options;
  }

  /** Ends everything; the first reason is the one that counts. */
  stop(reason: unknown): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(reason);
    for (const { controller } of this.#board.tasks) controller.abort(reason);
    this.#board.changed();
  }

  async run(): Promise<void> {
    const { signal } = this.#context.request;
    const onAbort = (): void => this.stop(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    const ticker = setInterval(() => this.#tellProgress(), PROGRESS_INTERVAL_MS);
    try {
      const lanes = Array.from({ length: this.#options.connections }, () => this.#lane());
      await Promise.all(lanes.map((lane) => lane.catch((error: unknown) => this.stop(error))));
      while (this.#background.size > 0) await Promise.all(this.#background);
      this.#stop.signal.throwIfAborted();
    } finally {
      clearInterval(ticker);
      signal?.removeEventListener("abort", onAbort);
      this.#context.pool.close();
      await Promise.all(this.#board.tasks.map((task) => letGo(task)));
    }
  }

  /** Does one job after the other, and asks for the next before the last is quite done. */
  async #lane(): Promise<void> {
    let ahead: Ahead | undefined;
    for (;;) {
      const { job, opening } = ahead ?? { job: await this.#nextJob(), opening: undefined };
      ahead = undefined;
      if (job === undefined) return;
      const askAhead = (): void => {
        const next = this.#board.takeChunk();
        if (next?.chunk === undefined) return;
        const { chunked, rest } = next.chunk;
        ahead = { job: next, opening: openChunk(chunked, rest, this.#context, next.signal) };
      };
      try {
        if (job.chunk === undefined) await this.#fetchStream(job.task, job.signal);
        else await this.#fetchChunk(job, job.chunk, opening, askAhead);
      } catch (error) {
        this.#stop.signal.throwIfAborted();
        if (job.signal.aborted) continue; // the file began anew
        await this.#restart(job, error);
      }
    }
  }

  async #fetchChunk(
    { task, signal }: Job,
    { chunked, rest }: NonNullable<Job["chunk"]>,
    opening: Promise<OpenRange> | undefined,
    askAhead: () => void,
  ): Promise<void> {
    await fetchRange(chunked, rest, this.#context, {
      signal,
      opening,
      write: (bytes, position) => chunked.write(bytes, position),
      onBytes: (count) => (chunked.received += count),
      onNearlyDone: askAhead,
      onBreak: (position) => chunked.reached(rest.chunk, position),
    });
    signal.throwIfAborted();
    try {
      await chunked.complete(rest.chunk);
    } catch (error) {
      if (error instanceof NotGgufError) {
        this.stop(error); // before the others find that their file is closed
        await chunked.discard();
      }
      throw error;
    }
    this.#finishIfWhole(task);
  }

  async #fetchStream(task: TransferTask, signal: AbortSignal): Promise<void> {
    const fetched = await streamFile(task.file, this.#context, signal);
    await this.#finish(task, fetched);
  }

  /** The next job, when there is one; undefined when all is done. */
  async #nextJob(): Promise<Job | undefined> {
    for (;;) {
      this.#stop.signal.throwIfAborted();
      const job = this.#board.takeChunk() ?? this.#board.takeStream();
      if (job !== undefined) return job;
      if (this.#board.isDone()) return undefined;
      const next = this.#board.takeFile();
      if (next !== undefined) this.#inBackground(this.#open(next));
      await this.#board.change();
    }
  }

  async #open(task: TransferTask): Promise<void> {
    const { push } = this.#context;
    const { signal } = task.controller;
    const { file } = task;
    const wanted = { file: file.remote.name, isThere: file.isThere, signal };
    task.claim ??= await resultOf(waitForClaim(file.target.claim, wanted), (event) => {
      task.state = "waiting";
      push(event);
      this.#board.changed(); // other files can be fetched meanwhile
    });
    if (task.claim === undefined || (await file.isThere())) {
      await task.claim?.release();
      push({ type: "cached", file: file.remote.name });
      this.#set(task, "done");
      return;
    }
    task.claim.lost.addEventListener("abort", () => {
      // One that is being finished looks for itself.
      if (task.state === "chunks") this.#inBackground(this.#giveWay(task));
    });
    task.startedAt = performance.now();
    const opened = await openChunked(task, this.#chunkedOptions(task), this.#context, signal);
    for (const event of openedEvents(file, opened)) push(event);
    if (opened === undefined) return this.#set(task, "stream");
    task.chunked = opened;
    task.meter = rateMeter(opened.resumedBytes);
    this.#set(task, "chunks");
    this.#finishIfWhole(task); // an earlier run may have been killed just before its end
  }

  #chunkedOptions(task: TransferTask): ChunkedFileOptions {
    return {
      ...this.#options,
      onError: (error) => this.stop(error),
      onChange: () => {
        this.#finishIfWhole(task);
        this.#board.changed();
      },
    };
  }

  #finishIfWhole(task: TransferTask): void {
    const { chunked, state } = task;
    if (chunked?.hashes === undefined || state !== "chunks") return;
    task.state = "finishing";
    this.#inBackground(this.#verifyAndFinish(task, chunked));
  }

  async #verifyAndFinish(task: TransferTask, chunked: ChunkedFile): Promise<void> {
    const { digest } = task.file;
    const { signal } = task.controller;
    const { connections } = this.#options;
    const whole = (): Promise<FileHashes> => this.#hashes(chunked);
    const got = await whole();
    const isRight = digest === undefined || got.digest === digest.hex;
    const { sha256 } = isRight
      ? got
      : await repairFile(chunked, this.#context, { digest, connections, signal, whole });
    // What another process has taken over is its to publish.
    if ((await task.claim?.isHeld()) === false) return this.#giveWay(task);
    await chunked.publish();
    const { bytes } = chunked.plan;
    this.#context.push(progressEvent(task.file.remote.name, bytes, bytes, undefined));
    await this.#finish(task, { sha256, bytes, validator: chunked.located.validator });
  }

  async #hashes(chunked: ChunkedFile): Promise<FileHashes> {
    for (;;) {
      this.#stop.signal.throwIfAborted();
      if (chunked.hashes !== undefined) return chunked.hashes;
      await this.#board.change();
    }
  }

  async #finish(task: TransferTask, fetched: FetchedFile): Promise<void> {
    const { remote, digest, path, finish } = task.file;
    const { push } = this.#context;
    const file = remote.name;
    await finish(fetched);
    await task.claim?.release();
    if (digest !== undefined) push({ type: "verified", file, sha256: fetched.sha256 });
    const seconds = (performance.now() - task.startedAt) / 1000;
    push({ type: "done", file, path, bytes: fetched.bytes, seconds });
    this.#set(task, "done");
  }

  /** Begins a file anew where that may help. @throws the error where not */
  async #restart({ task, chunk }: Job, error: unknown): Promise<void> {
    const { remote, target } = task.file;
    if (target.segments !== undefined) throw inSegments(remote.name, error);
    const isOther = error instanceof FileChangedError;
    const helps = isOther || error instanceof NoRangesError;
    if (!helps || chunk === undefined || task.restarts++ >= MAX_RESTARTS) throw error;
    task.state = "opening";
    this.#letLanesGo(task, error);
    if (!isOther) task.usesRanges = false;
    await chunk.chunked.discard();
    this.#context.push({ type: "restarted", file: remote.name, reason: error.message });
    await this.#open(task);
  }

  /** Another process has taken the file over: it is waited for. */
  async #giveWay(task: TransferTask): Promise<void> {
    const { state, chunked } = task;
    if (chunked === undefined || (state !== "chunks" && state !== "finishing")) return;
    task.state = "new";
    task.claim = undefined;
    this.#letLanesGo(task, new Error("another process has taken over"));
    await chunked.close();
    this.#board.changed();
  }

  /** Ends what is fetched of a file that is going to be opened again. */
  #letLanesGo(task: TransferTask, reason: unknown): void {
    const { signal } = this.#stop;
    task.chunked = undefined;
    task.controller.abort(reason);
    task.controller = taskController();
    if (signal.aborted) task.controller.abort(signal.reason);
  }

  #tellProgress(): void {
    for (const { state, file, chunked, meter } of this.#board.tasks) {
      if (chunked === undefined || meter === undefined || state !== "chunks") continue;
      const { received, plan } = chunked;
      const rate = meter.rate(received);
      this.#context.push(progressEvent(file.remote.name, received, plan.bytes, rate));
    }
  }

  #set(task: TransferTask, state: TransferTask["state"]): void {
    task.state = state;
    this.#board.changed();
  }

  /** What fails in the background ends all. */
  #inBackground(work: Promise<void>): void {
    const settled: Promise<void> = work
      .catch((error: unknown) => this.stop(error))
      .finally(() => this.#background.delete(settled));
    this.#background.add(settled);
  }
}

/** A file with segments does not begin anew: of other content its bytes would go elsewhere. */
function inSegments(file: string, error: unknown): unknown {
  return error instanceof NoRangesError ? new NoByteRangesError(file, error.message) : error;
}

/** Keeps what can be resumed, and lets others have the rest. */
async function letGo({ state, chunked, claim }: TransferTask): Promise<void> {
  if (state === "done") return;
  await chunked?.close().catch(() => {});
  await claim?.release();
}
