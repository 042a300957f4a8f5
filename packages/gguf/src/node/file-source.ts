import { constants, open, type FileHandle } from "node:fs/promises";

import type { ByteSource } from "../source/byte-source.ts";
import { GgufError } from "../format/gguf-error.ts";

// Opening a pipe that nobody writes to would wait for ever. Windows has no such flag.
const READ_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A source over an open file. Close it, or declare it with `await using`. */
export interface FileSource extends ByteSource, AsyncDisposable {
  readonly path: string;
  /** Size when the file was opened. */
  readonly byteLength: number;
  close(): Promise<void>;
}

/**
 * Opens a file for positional reads.
 *
 * @throws {GgufError} `cannot-open-file` (with the system's error as its cause), `not-a-file`
 */
export async function openFile(path: string): Promise<FileSource> {
  const handle = await open(path, READ_WITHOUT_WAITING).catch((cause: unknown) => {
    const reason = `cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new GgufError({ code: "cannot-open-file", reason, file: path }, { cause });
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) {
      const got = stats.isDirectory() ? "a directory" : "a device, pipe or socket";
      throw new GgufError({ code: "not-a-file", reason: `is ${got}, not a file`, got, file: path });
    }
    return fileSource(path, handle, stats.size);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function fileSource(path: string, handle: FileHandle, byteLength: number): FileSource {
  const readInto = async (target: Uint8Array, start: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    return fill(handle, target, start);
  };
  const close = (): Promise<void> => handle.close();
  return {
    path,
    byteLength,
    async read(start, end, signal) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, byteLength) - start));
      return bytes.subarray(0, await readInto(bytes, start, signal));
    },
    readInto,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The system may return less than was asked for, and nothing only at the end. */
async function fill(handle: FileHandle, target: Uint8Array, start: number): Promise<number> {
  let filled = 0;
  while (filled < target.length) {
    const left = target.length - filled;
    const { bytesRead } = await handle.read(target, filled, left, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
