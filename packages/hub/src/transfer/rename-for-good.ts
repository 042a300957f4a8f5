import { mkdir, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { syncDirectoryOf } from "@ggufkit/gguf/node";

/** Gives a file that is synced its final name, such that a crash of the machine does not take it back. */
export async function renameForGood(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
  await syncDirectoryOf(to);
}
