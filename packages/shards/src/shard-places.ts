import { parseShardName, shardSetNames } from "@ggufkit/gguf";
import type { ShardFinding } from "./shard-finding.ts";

/** Where files belong in their set, by their names. */
export interface ShardPlaces {
  /** How many shards the set has. */
  readonly count: number;
  /** Of each file, from 0. */
  readonly places: readonly number[];
  /** Shards that are missing, and files that are not where they belong or are of no place. */
  readonly findings: readonly ShardFinding[];
}

/** Compares names with those of the first one's set; names that are no shards' are one after another. */
export function shardPlaces(names: readonly string[]): ShardPlaces {
  const [first = ""] = names;
  if (parseShardName(first) === undefined)
    return { count: names.length, places: [...names.keys()], findings: [] };
  const set = shardSetNames(first);
  const given = new Set(names);
  const missing = set.filter((name) => !given.has(name)).map(missingShard);
  const ordered = set.filter((name) => given.has(name));
  const misplaced = names.flatMap((got, index): ShardFinding[] => {
    const expected = ordered[index];
    return got === expected ? [] : [{ code: "shard-name", shard: got, expected, got }];
  });
  const byName = new Map(set.map((name, splitNo) => [name, splitNo]));
  const places = names.map((name, index) => byName.get(name) ?? index);
  return { count: set.length, places, findings: [...missing, ...misplaced] };
}

function missingShard(shard: string): ShardFinding {
  return { code: "missing-shard", shard, expected: "a file", got: undefined };
}
