import { open, rename, type FileHandle } from "node:fs/promises";
import { GgufError } from "@ggufkit/gguf";
import {
  copyFileRanges,
  syncDirectoryOf,
  writeAt,
  type CopyFileRangesOptions,
  type CopyRange,
} from "@ggufkit/gguf/node";
import { ShardError } from "./shard-error.ts";

/** How bytes are copied. */
export interface CopyOptions {
  /** Where a program that is bundled has `@ggufkit/gguf/dist/node/copy-worker.js`. */
  copyWorker?: URL | undefined;
}

/** A file that is being written, under another name than its final one. */
export interface OutputFile {
  readonly path: string;
  /** Writes all bytes at a place. @throws ShardError `no-space`, `cannot-write` */
  write: (bytes: Uint8Array, position: number) => Promise<void>;
  /**
   * Copies ranges of another file to their places.
   * @throws ShardError `no-space`, `cannot-write`, `file-changed` (of the other file)
   */
  copyFrom: (
    path: string,
    ranges: readonly CopyRange[],
    options: CopyFileRangesOptions,
  ) => Promise<void>;
  /** Waits until all that was written is on the disk. */
  sync: () => Promise<void>;
  /** May be called more than once. */
  close: () => Promise<void>;
}

/**
 * Creates a file of a size, all zeros, which take no room until something is written; one that is
 * there is emptied.
 * @throws ShardError `no-space`, `cannot-write`
 */
export async function createOutput(path: string, bytes: number): Promise<OutputFile> {
  const handle = await writing(path, () => open(path, "w+"));
  try {
    await writing(path, () => handle.truncate(bytes));
  } catch (error) {
    await handle.close();
    throw error;
  }
  return outputFile(path, handle);
}

/** Opens a file that an earlier run began. @throws ShardError `cannot-write` */
export async function reopenOutput(path: string): Promise<OutputFile> {
  return outputFile(path, await writing(path, () => open(path, "r+")));
}

// Written back while more is copied, so that the sync at the end has little left to do.
const WRITE_BACK_BYTES = 64 << 20;

function outputFile(path: string, handle: FileHandle): OutputFile {
  let dirty = 0;
  let writingBack: Promise<void> | undefined;
  let isClosed = false;
  const writeBack = (): void => {
    if (writingBack !== undefined || dirty < WRITE_BACK_BYTES) return;
    dirty = 0;
    writingBack = handle
      .datasync()
      .catch(() => {}) // it goes wrong in the sync at the end as well, and is told there
      .finally(() => (writingBack = undefined));
  };
  return {
    path,
    write: (bytes, position) => writing(path, () => writeAt(handle, bytes, position)),
    copyFrom(from, ranges, options) {
      const onBytes = (bytes: number): void => {
        dirty += bytes;
        writeBack();
        options.onBytes?.(bytes);
      };
      return copying(path, () => copyFileRanges(from, path, ranges, { ...options, onBytes }));
    },
    sync: () => writing(path, () => handle.sync()),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await writingBack;
      await handle.close();
    },
  };
}

/** Makes sure that a file is on the disk. @throws ShardError `cannot-write` */
export async function syncFile(path: string): Promise<void> {
  const file = await reopenOutput(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a file its final name, which it has then even after a power cut. */
export async function renameForGood(from: string, to: string): Promise<void> {
  await writing(to, () => rename(from, to));
  await syncDirectoryOf(to);
}

/** What copying throws, as errors of this package. */
async function copying(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GgufError)) throw error;
    const { code, cause, file = path, reason } = error;
    if (code === "cannot-write-file") await writing(path, () => Promise.reject(cause ?? error));
    throw new ShardError("file-changed", file, reason, { cause });
  }
}

/** Does something to a file. @throws ShardError `no-space`, `cannot-write` */
export async function writing<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const code = "code" in cause ? cause.code : undefined;
    if (code === "ENOSPC" || code === "EDQUOT")
      throw new ShardError("no-space", path, "cannot be written: the disk is full", { cause });
    throw new ShardError("cannot-write", path, `cannot be written: ${cause.message}`, { cause });
  }
}
