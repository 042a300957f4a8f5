import { open, rename, type FileHandle } from "node:fs/promises";
import { syncDirectoryOf, writeAt } from "@ggufkit/gguf/node";
import { ShardError } from "./shard-error.ts";

/** A file that is being written, under another name than its final one. */
export interface OutputFile {
  readonly path: string;
  /** Writes all bytes at a place. @throws ShardError `no-space`, `cannot-write` */
  write: (bytes: Uint8Array, position: number) => Promise<void>;
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
    async write(bytes, position) {
      await writing(path, () => writeAt(handle, bytes, position));
      dirty += bytes.length;
      writeBack();
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

/** Gives a file its final name, which it has then even after a power cut. */
export async function renameForGood(from: string, to: string): Promise<void> {
  await writing(to, () => rename(from, to));
  await syncDirectoryOf(to);
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
