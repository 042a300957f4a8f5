import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { shardSetNames } from "@ggufkit/gguf";
import { FileNotFoundError, MissingShardError } from "./errors.ts";
import type { Resolving } from "./events.ts";
import { formatModelReference, type FileReference } from "./reference.ts";

/**
 * A file of the user's own, and the other shards of its set beside it. Nothing is copied or changed.
 * @throws FileNotFoundError, MissingShardError
 */
export async function* resolveFile(reference: FileReference): Resolving {
  const place = formatModelReference(reference);
  await regularFileSize(reference.path);
  const directory = dirname(reference.path);
  const names = shardSetNames(basename(reference.path));
  if (names.length > 1) {
    const present = new Set(await readdir(directory));
    const missing = names.filter((name) => !present.has(name));
    if (missing.length > 0) throw new MissingShardError(place, missing, names.length);
  }
  // A lone file keeps its path as it was given.
  const files = names.length > 1 ? names.map((name) => join(directory, name)) : [reference.path];
  let bytes = 0;
  for (const file of files) {
    bytes += await regularFileSize(file);
    yield { type: "cached", file: basename(file) };
  }
  return { files, reference, place, bytes };
}

async function regularFileSize(path: string): Promise<number> {
  let stats;
  try {
    stats = await stat(path);
  } catch (cause) {
    const isAbsent = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    const problem = isAbsent ? "no such file" : "cannot be read";
    throw new FileNotFoundError(path, problem, { cause });
  }
  if (!stats.isFile()) throw new FileNotFoundError(path, "not a regular file");
  return stats.size;
}
