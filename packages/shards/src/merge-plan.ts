import type { Gguf, GgufValue } from "@ggufkit/gguf";
import { inputTensors, planOutput, type OutputPlan } from "./output-plan.ts";
import { ShardSetError } from "./shard-error.ts";
import { findShardProblems } from "./shard-finding.ts";
import { withMergedCount, withoutSplitKeys } from "./split-keys.ts";

/** A file and its header. */
export interface NamedGguf {
  readonly name: string;
  readonly gguf: Gguf;
}

/** A file that is read: its size where it is known, and how many tensors it has. */
export interface PlannedInput {
  readonly name: string;
  readonly bytes: number | undefined;
  readonly tensors: number;
}

/** The merged file of a set, laid out. */
export interface MergePlan extends OutputPlan {
  /** The shards, in the set's order. */
  readonly inputs: readonly PlannedInput[];
  /** What the merged file has, in file order. */
  readonly kv: ReadonlyMap<string, GgufValue>;
}

/** How shards are merged. */
export interface PlanMergeOptions {
  /** `llama.cpp`: the bytes that llama-gguf-split gives, `split.*` keys included. */
  readonly compat?: "llama.cpp" | undefined;
}

/**
 * Lays out the merged file of a set: the first shard's KV pairs without the `split.*` keys, byte for
 * byte as they stand there, and all tensors in the shards' order. Its alignment is the first shard's,
 * its version 3, its byte order theirs. Pure.
 *
 * @throws ShardSetError where the shards are not a whole set, see `findShardProblems`
 * @throws GgufError what `planGguf` refuses: `header-too-large`, `tensor-too-large`,
 * `bad-tensor-count`
 */
export function planMerge(shards: readonly NamedGguf[], options: PlanMergeOptions = {}): MergePlan {
  const findings = findShardProblems(shards);
  const [first] = shards;
  if (first === undefined || findings.length > 0)
    throw new ShardSetError(first?.name ?? "merge", findings);
  const original = first.gguf;
  const trimShapes = options.compat === "llama.cpp";
  const kv = new Map(trimShapes ? withMergedCount(original.kv) : withoutSplitKeys(original.kv));
  const tensors = shards.flatMap(({ gguf }, file) => inputTensors(file, gguf));
  return { ...planOutput({ kv, tensors, original, trimShapes }), inputs: shards.map(inputOf), kv };
}

/** A file as it is shown in a plan. */
export function inputOf({ name, gguf }: NamedGguf): PlannedInput {
  return { name, bytes: gguf.fileSize, tensors: gguf.tensors.length };
}
