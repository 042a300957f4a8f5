import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Gives a file that is synced its final name, such that a crash of the machine does not take it back. */
export async function renameForGood(from: string, to: string): Promise<void> {
  const directory = dirname(to);
  await mkdir(directory, { recursive: true });
  await rename(from, to);
  if (process.platform === "win32") return; // it cannot open a directory, and syncs renames itself
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
