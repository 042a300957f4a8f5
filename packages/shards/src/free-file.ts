import { lstat, realpath, rm } from "node:fs/promises";
import { syncDirectoryOf } from "@ggufkit/gguf/node";
import { writing } from "./output-file.ts";

/** Removes a file for good, and where it is a symlink, as in the Hub's cache, what that leads to. */
export async function freeFile(path: string): Promise<void> {
  await writing(path, async () => {
    const isLink = (await lstat(path)).isSymbolicLink();
    if (isLink) await rm(await realpath(path), { force: true });
    await rm(path, { force: true });
  });
  await syncDirectoryOf(path);
}
