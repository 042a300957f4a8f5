import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { availableBytes } from "@ggufkit/hub/files";
import { ShardError } from "./shard-error.ts";

/** Refuses to begin what the disk has no room for. @throws ShardError `no-space` */
export async function checkRoom(path: string, needed: number): Promise<void> {
  const available = await availableBytes(dirname(path));
  if (needed <= available) return;
  const [most, least] = [gigabytes(needed, Math.ceil), gigabytes(available, Math.floor)];
  const problem = `not enough room: ${most} are needed, ${least} are free`;
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

/** To a tenth of a gigabyte, of 10^9 bytes, up or down, so that what is too little looks so. */
function gigabytes(bytes: number, round: (value: number) => number): string {
  return `${(round(bytes / 1e8) / 10).toFixed(1)} GB`;
}
