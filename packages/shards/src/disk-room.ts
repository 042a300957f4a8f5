import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { availableBytes } from "@ggufkit/hub";
import { ShardError } from "./shard-error.ts";

/** Refuses to begin what the disk has no room for. @throws ShardError `no-space` */
export async function checkRoom(path: string, needed: number): Promise<void> {
  const available = await availableBytes(dirname(path));
  if (needed <= available) return;
  const problem = `not enough room: ${needed} bytes are needed, ${available} are free`;
  throw new ShardError("no-space", dirname(path), problem);
}

/** What removing each file gives back on the disk of `path`: nothing where it is on another one. */
export async function freedBytes(files: readonly string[], path: string): Promise<number[]> {
  const { dev } = await stat(dirname(path));
  return Promise.all(
    files.map(async (file) => {
      const stats = await stat(file);
      return stats.dev === dev && stats.nlink === 1 ? stats.size : 0;
    }),
  );
}
