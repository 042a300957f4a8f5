import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { partialPath } from "./partial.ts";

/** Writes a small JSON file whole or not at all. */
export async function writeRecord(path: string, value: unknown): Promise<void> {
  const partial = partialPath(path);
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(partial, `${JSON.stringify(value)}\n`, { flag: "wx" });
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Reads a record; one that is absent, unreadable or no JSON object counts as absent. */
export async function readRecord(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // A record only saves work: without it the work is done again.
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
