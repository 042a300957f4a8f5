import { formatShardName, parseShardName, shardSetNames } from "@ggufkit/gguf";
import { MissingShardError } from "./errors.ts";

/** The path of the first shard of a path's set, or the path itself where it names no shard. */
export function firstShardPath(path: string): string {
  const shard = parseShardName(path);
  return shard === undefined ? path : formatShardName(shard.prefix, 0, shard.splitCount);
}

/**
 * The paths with the sets of those that name shards completed, a set in its order where its first
 * path stands. `present` is what the repository has.
 * @throws MissingShardError for the first set that it lacks a part of.
 */
export function completeSets(
  place: string,
  paths: readonly string[],
  present: ReadonlySet<string>,
): string[] {
  const firsts = new Set(paths.map(firstShardPath));
  return [...firsts].flatMap((first) => {
    const names = shardSetNames(first);
    const missing = names.filter((name) => !present.has(name));
    if (missing.length > 0) throw new MissingShardError(place, missing, names.length);
    return names;
  });
}

/** The paths of the set that the first one belongs to; none where it is no shard of several. */
export function setOfFirst(paths: readonly string[]): string[] {
  const [first = ""] = paths;
  const names = shardSetNames(first);
  return names.length > 1 ? names : [];
}
