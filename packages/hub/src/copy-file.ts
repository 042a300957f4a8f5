import { constants, copyFile, mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { partialPath } from "./partial.ts";
import { writeFailure } from "./transfer/disk-space.ts";
import { renameForGood } from "./transfer/rename-for-good.ts";

/**
 * Copies a file, under another name until it is whole and on the disk; where the file system can,
 * without taking room for it.
 * @throws NoSpaceError, and what copying throws
 */
export async function copyInto(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const partial = partialPath(to);
  try {
    await copyFile(from, partial, constants.COPYFILE_FICLONE);
    await syncFile(partial);
    await renameForGood(partial, to);
  } catch (error) {
    throw writeFailure(error, to);
  } finally {
    await rm(partial, { force: true });
  }
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
