import { basename, dirname } from "node:path";
import { checkShardSet } from "./check-shard-set.ts";
import { identityAt, isUnchanged, type FileIdentity } from "./file-identity.ts";
import { findShardSet, type SetKind } from "./find-shard-set.ts";
import { planMerge, type MergePlan, type NamedGguf } from "./merge-plan.ts";
import { planPieces, type PiecePlan } from "./piece-plan.ts";
import { ShardError, ShardSetError } from "./shard-error.ts";
import type { ShardHeader } from "./shard-finding.ts";

/** How a set is merged. */
export interface MergePlanOptions {
  /** `llama.cpp`: the bytes that llama-gguf-split gives, `split.*` keys included. */
  compat?: "llama.cpp" | undefined;
  signal?: AbortSignal | undefined;
}

/** Files that are to be merged, and what they are merged to. */
export interface FileMerge {
  kind: Exclude<SetKind, "file">;
  /** Paths, in the set's order. */
  files: string[];
  /** File name of the whole. */
  whole: string;
  plan: MergePlan | PiecePlan;
  /** What the files were when their headers were read. */
  identities: FileIdentity[];
}

/**
 * Plans what `mergeFiles` would do, from the headers of all files of a set; `first` is any of them.
 * Reads no tensor data and writes nothing.
 * @throws ShardSetError where a file is missing or damaged, or does not belong to the set
 * @throws ShardError `not-a-shard`, `file-changed`, `cannot-read-directory`; the signal's reason
 */
export async function planMergeFiles(
  first: string,
  options: MergePlanOptions = {},
): Promise<FileMerge> {
  const { kind, files, missing } = await findShardSet(first);
  if (kind === "file") throw notAShard(first, missing.length > 0);
  const before = await identitiesOf(files);
  const { findings, whole, headers } = await checkShardSet(first, options);
  if (findings.length > 0) throw new ShardSetError(dirname(first), findings);
  const plan =
    kind === "pieces"
      ? planPieces(namedSizes(files, before))
      : planMerge(readable(headers), options);
  await checkUnchanged(files, before);
  return { kind, files, whole, plan, identities: before };
}

/** @throws ShardError `file-changed` where a file is not what it was */
async function checkUnchanged(
  files: readonly string[],
  before: readonly FileIdentity[],
): Promise<void> {
  for (const [index, path] of files.entries()) {
    const was = before[index];
    if (was === undefined || isUnchanged(was, await identityAt(path))) continue;
    throw new ShardError("file-changed", path, "was written to, or removed, while it was read");
  }
}

async function identitiesOf(files: readonly string[]): Promise<FileIdentity[]> {
  const gone: FileIdentity = { bytes: 0, mtimeNs: "" };
  return Promise.all(files.map(async (path) => (await identityAt(path)) ?? gone));
}

function namedSizes(
  files: readonly string[],
  identities: readonly FileIdentity[],
): { name: string; bytes: number }[] {
  return files.map((path, index) => {
    return { name: basename(path), bytes: identities[index]?.bytes ?? 0 };
  });
}

function readable(headers: readonly ShardHeader[]): NamedGguf[] {
  return headers.flatMap(({ name, gguf }) => (gguf === undefined ? [] : [{ name, gguf }]));
}

function notAShard(path: string, isMissing: boolean): ShardError {
  const problem = isMissing
    ? "there is no such file"
    : "is no shard of a set by its name, such as model-00001-of-00005.gguf, and no raw piece of a file, such as model.gguf.part1of2";
  return new ShardError("not-a-shard", path, problem);
}
