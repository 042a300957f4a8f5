import { randomBytes } from "node:crypto";
import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { GgufError } from "../format/gguf-error.ts";

/** A file that gets its final name only when it is whole. */
export interface TemporaryFile {
  readonly path: string;
  /** Appends bytes. */
  write(bytes: Uint8Array): Promise<void>;
  /** Flushes the file to the disk and gives it its final name; what had that name is replaced. */
  commit(): Promise<void>;
  /** Closes and removes it, unless it was committed. */
  discard(): Promise<void>;
}

/** Readable and writable by its owner alone. */
export const PRIVATE_MODE = 0o600;

// The longest file name that common file systems take is 255 bytes; a character may have 4.
const LONGEST_STEM = 55;

/**
 * Creates a temporary file beside its final name, as renaming works within one file system only.
 *
 * @param mode permission bits; default those of a new file
 * @throws {GgufError} `cannot-write-file` with the system's error as its cause, as do its methods
 */
export async function createTemporaryFile(target: string, mode?: number): Promise<TemporaryFile> {
  const stem = basename(target).slice(0, LONGEST_STEM);
  const path = join(dirname(target), `${stem}.${randomBytes(6).toString("hex")}.tmp`);
  // Nobody else may read what is to be private, not even before it is whole.
  const firstMode = mode === undefined ? undefined : PRIVATE_MODE;
  const handle = await writing(target, () => open(path, "wx", firstMode));
  let position = 0;
  let isCommitted = false;
  return {
    path,
    async write(bytes) {
      await writing(target, () => writeAt(handle, bytes, position));
      position += bytes.length;
    },
    commit: () =>
      writing(target, async () => {
        if (mode !== undefined) await handle.chmod(mode);
        await handle.sync();
        await handle.close();
        await rename(path, target);
        isCommitted = true;
        await syncDirectoryOf(target);
      }),
    async discard() {
      if (isCommitted) return;
      await handle.close();
      await rm(path, { force: true });
    },
  };
}

/** Writes all bytes at a place: the system may take fewer at a time. */
export async function writeAt(
  handle: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const left = bytes.length - done;
    const { bytesWritten } = await handle.write(bytes, done, left, position + done);
    done += bytesWritten;
  }
}

/** Makes sure that a name given to a file, or taken from it, survives a power cut. */
export async function syncDirectoryOf(path: string): Promise<void> {
  // Windows cannot open a directory, some file systems cannot flush one: then it is left to them.
  const handle = await open(dirname(path), "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** Runs work on a file and turns the system's errors into this package's. */
export async function writing<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const reason = `cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new GgufError({ code: "cannot-write-file", reason, file }, { cause });
  }
}
