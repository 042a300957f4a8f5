import type { ChunkRest } from "./chunk-plan.ts";
import type { ChunkedFile } from "./chunked-file.ts";
import type { TransferTask } from "./transfer-task.ts";

/** A chunk of a file, or a file as a stream. */
export interface Job {
  task: TransferTask;
  /** Ends the job; aborted, too, when the file begins anew. */
  signal: AbortSignal;
  chunk?: { chunked: ChunkedFile; rest: ChunkRest };
}

// Each has a hashing thread. More files do not make anything faster.
const MAX_OPEN_FILES = 4;

/** The files of a transfer, of which those who have time take the next piece of work. */
export interface TaskBoard {
  readonly tasks: readonly TransferTask[];
  /** The lowest chunk that may be begun, of the first file that has one. */
  takeChunk: () => Job | undefined;
  takeStream: () => Job | undefined;
  /** The next file that may be opened: one at a time, and not too many. */
  takeFile: () => TransferTask | undefined;
  isDone: () => boolean;
  /** Tells those who wait that there may be work. */
  changed: () => void;
  /** Resolves at the next change. */
  change: () => Promise<void>;
}

export function taskBoard(tasks: readonly TransferTask[]): TaskBoard {
  let waiting: (() => void)[] = [];
  const count = (...states: TransferTask["state"][]): number =>
    tasks.filter(({ state }) => states.includes(state)).length;
  return {
    tasks,
    takeChunk() {
      for (const task of tasks) {
        const { state, chunked, controller } = task;
        const rest = state === "chunks" ? chunked?.takeChunk() : undefined;
        if (chunked !== undefined && rest !== undefined) {
          return { task, signal: controller.signal, chunk: { chunked, rest } };
        }
      }
      return undefined;
    },
    takeStream() {
      const task = tasks.find(({ state }) => state === "stream");
      if (task === undefined) return undefined;
      task.state = "fetching";
      return { task, signal: task.controller.signal };
    },
    takeFile() {
      const task = tasks.find(({ state }) => state === "new");
      if (task === undefined || count("opening") > 0) return undefined;
      if (count("chunks", "stream", "fetching", "finishing") >= MAX_OPEN_FILES) return undefined;
      task.state = "opening";
      return task;
    },
    isDone: () => tasks.every(({ state }) => state === "done"),
    changed() {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    change: () => new Promise<void>((resolve) => void waiting.push(resolve)),
  };
}
