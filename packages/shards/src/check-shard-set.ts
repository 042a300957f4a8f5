import { basename, dirname, join } from "node:path";
import { completeShardSet, GgufError } from "@ggufkit/gguf";
import { readGgufFile } from "@ggufkit/gguf/node";
import { findShardSet, type FoundShardSet } from "./find-shard-set.ts";
import { findShardProblems, type ShardFinding, type ShardHeader } from "./shard-finding.ts";

/** A set of shards, and everything that was found wrong with it. */
export interface CheckedShardSet extends FoundShardSet {
  /** Empty when the set is whole and its shards belong together. */
  findings: ShardFinding[];
}

/**
 * Reads the header of every shard beside `path` and checks that they are one set. Tensor data is not
 * read, but a shard that ends before its tensors do is found.
 * @throws ShardError `cannot-read-directory`; the signal's reason when aborted.
 */
export async function checkShardSet(
  path: string,
  options: { signal?: AbortSignal } = {},
): Promise<CheckedShardSet> {
  const found = await findShardSet(path);
  const { names } = completeShardSet(basename(path), []);
  const missing = new Set(found.missing);
  const findings: ShardFinding[] = [];
  const shards: ShardHeader[] = [];
  for (const name of names) {
    const shard: ShardHeader = { name, gguf: undefined };
    shards.push(shard);
    if (missing.has(name)) {
      findings.push({ code: "missing-shard", shard: name, expected: "a file", got: undefined });
      continue;
    }
    try {
      shard.gguf = await readGgufFile(join(dirname(path), name), options);
    } catch (error) {
      if (!(error instanceof GgufError)) throw error;
      const { message } = error;
      findings.push({ code: "unreadable-shard", shard: name, expected: "a header", got: message });
    }
  }
  return { ...found, findings: [...findings, ...findShardProblems(shards)] };
}
