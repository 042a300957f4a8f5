import { shardSetNames } from "./shard-name.ts";

/** A set of shards compared with what is there. */
export interface ShardSet {
  /** All names of the set in order, first shard first; the one name where it is no shard's. */
  names: string[];
  /** Those of `names` that are not there. */
  missing: string[];
}

/** The whole set that a shard's name, any shard's, belongs to, and which of it `present` lacks. */
export function completeShardSet(firstOrAny: string, present: Iterable<string>): ShardSet {
  const names = shardSetNames(firstOrAny);
  const there = new Set(present);
  return { names, missing: names.filter((name) => !there.has(name)) };
}
