import { basename, dirname, join } from "node:path";
import { completeShardSet, GgufError } from "@ggufkit/gguf";
import { readGgufFile } from "@ggufkit/gguf/node";
import { checkPieces } from "./check-pieces.ts";
import { findShardSet, type FoundShardSet } from "./find-shard-set.ts";
import { findShardProblems, type ShardFinding, type ShardHeader } from "./shard-finding.ts";

/** A set of files, and everything that was found wrong with it. */
export interface CheckedShardSet extends FoundShardSet {
  /** The headers of shards, in the set's order; of raw pieces the one that they have together. */
  headers: ShardHeader[];
  /** Empty when the set is whole and its files belong together. */
  findings: ShardFinding[];
}

/**
 * Reads the header of every shard beside `path` and checks that they are one set; or that of a file
 * that was cut into raw pieces, and checks that they are all of it. Tensor data is not read, but a file
 * that ends before its tensors do is found.
 * @throws ShardError `cannot-read-directory`; the signal's reason when aborted.
 */
export async function checkShardSet(
  path: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<CheckedShardSet> {
  const found = await findShardSet(path);
  const checked =
    found.kind === "pieces" ? await checkPieces(found, options) : await checkShards(path, options);
  const missing = found.missing.map((shard): ShardFinding => {
    return { code: "missing-shard", shard, expected: "a file", got: undefined };
  });
  return { ...found, headers: checked.headers, findings: [...missing, ...checked.findings] };
}

async function checkShards(
  path: string,
  options: { signal?: AbortSignal | undefined },
): Promise<Pick<CheckedShardSet, "headers" | "findings">> {
  const findings: ShardFinding[] = [];
  const headers: ShardHeader[] = [];
  for (const name of completeShardSet(basename(path), []).names) {
    const header: ShardHeader = { name, gguf: undefined };
    headers.push(header);
    try {
      header.gguf = await readGgufFile(join(dirname(path), name), options);
    } catch (error) {
      if (!(error instanceof GgufError)) throw error;
      if (isAbsent(error)) continue; // told of as missing
      const { message } = error;
      findings.push({ code: "unreadable-shard", shard: name, expected: "a header", got: message });
    }
  }
  return { headers, findings: [...findings, ...findShardProblems(headers)] };
}

function isAbsent({ cause }: GgufError): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}
