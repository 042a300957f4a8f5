import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { completeShardSet } from "@ggufkit/gguf";
import { ShardError } from "./shard-error.ts";

/** A set of shards in a directory. */
export interface FoundShardSet {
  /** Paths of the shards that are there, in the set's order. */
  files: string[];
  /** File names of those that are not. */
  missing: string[];
}

/**
 * Looks for the whole set of a shard, any shard, beside it. A file that is no shard is a set of one.
 * @throws ShardError `cannot-read-directory`
 */
export async function findShardSet(path: string): Promise<FoundShardSet> {
  const directory = dirname(path);
  const present = await readdir(directory).catch((cause: unknown) => {
    const problem = `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ShardError("cannot-read-directory", directory, problem, { cause });
  });
  const { names, missing } = completeShardSet(basename(path), present);
  const absent = new Set(missing);
  const files = names.filter((name) => !absent.has(name)).map((name) => join(directory, name));
  return { files, missing };
}
