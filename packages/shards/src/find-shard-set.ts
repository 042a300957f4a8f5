import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { completeShardSet, parseShardName } from "@ggufkit/gguf";
import { completePieces, parsePieceName } from "./piece-name.ts";
import { ShardError } from "./shard-error.ts";

/**
 * What files a model consists of: shards are GGUF files each; pieces are what a file was cut into,
 * and give it back when they are appended.
 */
export type SetKind = "shards" | "pieces" | "file";

/** A set of files in a directory. */
export interface FoundShardSet {
  kind: SetKind;
  /** File names of all of them, in the set's order. */
  names: string[];
  /** Paths of those that are there. */
  files: string[];
  /** File names of those that are not, as far as the names tell. */
  missing: string[];
  /** File name of the whole. */
  whole: string;
}

/**
 * Looks for the whole set of a shard or a raw piece, any of them, beside it. Any other file is a set
 * of one.
 * @throws ShardError `cannot-read-directory`
 */
export async function findShardSet(path: string): Promise<FoundShardSet> {
  const directory = dirname(path);
  const name = basename(path);
  const shard = parseShardName(name);
  if (shard !== undefined) {
    const { names, missing } = completeShardSet(name, await namesIn(directory));
    const whole = `${shard.prefix}.gguf`;
    return { kind: "shards", names, files: thereOf(names, missing, directory), missing, whole };
  }
  const present = await namesIn(directory);
  if (parsePieceName(name) !== undefined) {
    const { names, missing, joined } = completePieces(name, present);
    const files = thereOf(names, missing, directory);
    return { kind: "pieces", names, files, missing, whole: joined };
  }
  const isThere = present.includes(name);
  const [files, missing] = isThere ? [[path], []] : [[], [name]];
  return { kind: "file", names: [name], files, missing, whole: name };
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    const problem = `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new ShardError("cannot-read-directory", directory, problem, { cause });
  }
}

function thereOf(
  names: readonly string[],
  missing: readonly string[],
  directory: string,
): string[] {
  const absent = new Set(missing);
  return names.filter((name) => !absent.has(name)).map((name) => join(directory, name));
}
