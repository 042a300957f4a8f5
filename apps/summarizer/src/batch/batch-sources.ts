import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { BatchEntry } from "./batch-list.ts";

/** What a name starts with that is no path: `hf:`, `https:`, `pypi:`. `C:` is a drive. */
const SCHEME = /^[a-z][a-z\d+.-]+:/i;
const FILE_AND_URL = /^(.+?)(=https?:\/\/.*)$/i;

/**
 * An entry whose paths are the process's own: those of a list are relative to its directory. An
 * alias of a model is no path.
 */
export function resolveEntry(entry: BatchEntry, directory: string): BatchEntry {
  const { gguf } = entry;
  const isPath = gguf !== undefined && (/[/\\]/.test(gguf) || /\.gguf$/i.test(gguf));
  return {
    ...entry,
    input: resolvePath(entry.input, directory),
    research: entry.research.map((file) => resolvePath(file, directory)),
    ...(isPath && { gguf: resolvePath(gguf, directory) }),
  };
}

function resolvePath(text: string, directory: string): string {
  if (SCHEME.test(text)) return text;
  const [, path = text, url = ""] = FILE_AND_URL.exec(text) ?? [];
  return `${resolve(directory, path)}${url}`;
}

/** Files that are read for a page are no longer; of a GGUF, size and time have to do. */
const MOST_HASHED_BYTES = 64 * 2 ** 20;

/** A directory's own files and those of `research/`; what lies deeper is no page's source. */
const MOST_DEPTH = 2;

/**
 * A digest of the bytes that an entry names, paths resolved; of what is elsewhere, of its name.
 * Undefined where something is not there: whoever reads it will say what.
 */
export async function digestSources(entry: BatchEntry): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for (const text of [entry.input, ...entry.research]) await addSource(hash, text);
    if (entry.gguf !== undefined) await addSource(hash, entry.gguf, /[/\\]/.test(entry.gguf));
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}

async function addSource(hash: Hash, text: string, isPath = true): Promise<void> {
  hash.update(`source ${text.length}\0`);
  if (!isPath || SCHEME.test(text)) return void hash.update(text);
  const [, path = text] = FILE_AND_URL.exec(text) ?? [];
  await addPath(hash, path, MOST_DEPTH);
}

async function addPath(hash: Hash, path: string, depth: number): Promise<void> {
  const stats = await stat(path);
  if (stats.isDirectory()) {
    if (depth === 0) return;
    const names = (await readdir(path)).toSorted();
    for (const name of names) {
      hash.update(`name ${name}\0`);
      await addPath(hash, join(path, name), depth - 1);
    }
    return;
  }
  hash.update(`file ${stats.size}\0`);
  if (!stats.isFile()) return;
  const isModel = /\.gguf$/i.test(path) || stats.size > MOST_HASHED_BYTES;
  if (isModel) return void hash.update(`time ${stats.mtimeMs}\0`);
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
}
