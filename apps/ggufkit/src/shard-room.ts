import { dirname } from "node:path";

import { NoSpaceError } from "@ggufkit/hub";
import { availableBytes } from "@ggufkit/hub/files";
import type { SplitPlan } from "@ggufkit/shards";
import { type FileMerge, freedBytes, roomNeeded } from "@ggufkit/shards/node";

import type { DiskRoom } from "./render-facts.ts";

/** What a merge needs of the disk of `out`, and what there is. */
export async function mergeRoom(
  { files, plan }: FileMerge,
  out: string,
  isConsuming: boolean,
): Promise<DiskRoom> {
  const directory = dirname(out);
  const freed = isConsuming ? await freedBytes(files, out) : files.map(() => 0);
  return roomIn(directory, roomNeeded(plan, freed));
}

/** What a split needs of the disk of `prefix`, and what there is. */
export function splitRoom({ shards }: SplitPlan, prefix: string): Promise<DiskRoom> {
  const needed = shards.reduce((sum, { fileSize }) => sum + fileSize, 0);
  return roomIn(dirname(prefix), needed);
}

async function roomIn(directory: string, needed: number): Promise<DiskRoom> {
  return { directory, needed, available: await availableBytes(directory) };
}

/** Ends a dry run as the work itself would end. @throws {NoSpaceError} */
export function refuseLackOfRoom({ directory, needed, available }: DiskRoom): void {
  if (needed > available) throw new NoSpaceError(directory, { needed, available });
}
