import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { NoSpaceError } from "../errors.ts";

/** Bytes that a user may still write on the file system of a directory, which need not be there yet. */
export async function availableBytes(directory: string): Promise<number> {
  for (let at = directory; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch (error) {
      if (dirname(at) === at) throw error;
    }
  }
}

/** Bytes that a file takes on its disk; a partial file has holes. 0 where there is none. */
export async function allocatedBytes(path: string): Promise<number> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) return 0;
  // Some file systems do not tell blocks. POSIX counts them in 512 bytes.
  return stats.blocks > 0 ? Math.min(stats.blocks * 512, stats.size) : 0;
}

/** What a write threw, as {@link NoSpaceError} where the disk is full. */
export function writeFailure(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return isFull ? new NoSpaceError(dirname(path), {}, { cause: error }) : error;
}
