import { DEFAULT_ALIGNMENT, formatShardName, type Gguf, type GgufValue } from "@ggufkit/gguf";
import { inputOf, type NamedGguf, type PlannedInput } from "./merge-plan.ts";
import { inputTensors, planOutput, type OutputPlan } from "./output-plan.ts";
import { ShardError } from "./shard-error.ts";
import { groupTensors, type ShardGroup } from "./shard-groups.ts";
import { shardCountOf, splitPairs, withoutSplitKeys } from "./split-keys.ts";
import { findTensorProblem, tensorProblemText } from "./tensor-problem.ts";

/** How much goes into a shard: bytes of tensors, with their padding, or tensors. */
export type SplitLimit = { readonly maxBytes: number } | { readonly maxTensors: number };

/** A shard that is to be written. */
export interface PlannedShard extends OutputPlan {
  /** `PREFIX-00001-of-00005.gguf` */
  readonly name: string;
  /** Its tensors, with their padding, take more than `maxBytes`, since one tensor alone does. */
  readonly isOverLimit: boolean;
}

/** A file cut into shards. */
export interface SplitPlan {
  readonly input: PlannedInput;
  /** In the set's order. `file` of their copies is 0: the one input. */
  readonly shards: readonly PlannedShard[];
}

/** How a file is split. */
export interface PlanSplitOptions {
  /** The first shard has the KV pairs alone. */
  readonly noTensorFirstSplit?: boolean | undefined;
}

/** `split.no` and `split.count` are u16. */
const MAX_SHARDS = 2 ** 16 - 1;
/** Each header is padded to the alignment, which a file may state as large as 2^31. */
const MAX_PADDED_HEADERS = 2 ** 30;

/**
 * Cuts a file into shards whose names begin with `prefix`. The first has the file's KV pairs, byte for
 * byte; each has the `split.*` keys, and `general.alignment` where that is not 32, as llama.cpp places
 * tensors by each file's own. Shapes lose trailing 1s, the version is 3. Pure.
 *
 * @throws ShardError `bad-limit` (not a positive integer), `too-many-shards`, `is-shard` (the file is
 * one of several already), `bad-tensor` (its data is not where it can be), `headers-too-large`
 * @throws GgufError what `planGguf` refuses: `header-too-large`
 */
export function planSplit(
  source: NamedGguf,
  prefix: string,
  limit: SplitLimit,
  options: PlanSplitOptions = {},
): SplitPlan {
  const { name, gguf } = source;
  checkLimit(name, limit);
  checkSource(source);
  const groups = groupTensors(gguf, limit);
  const shards = options.noTensorFirstSplit === true ? withEmptyFirst(groups) : groups;
  checkCount(source, shards.length);
  const placed = inputTensors(0, gguf);
  let first = 0;
  const planned = shards.map(({ tensors, bytes }, splitNo): PlannedShard => {
    const own = placed.slice(first, (first += tensors.length));
    const kv = shardKv(gguf, splitNo, shards.length);
    const plan = planOutput({ kv, tensors: own, original: gguf, trimShapes: true });
    const isOverLimit = "maxBytes" in limit && bytes > limit.maxBytes;
    return { ...plan, name: formatShardName(prefix, splitNo, shards.length), isOverLimit };
  });
  return { input: inputOf(source), shards: planned };
}

function withEmptyFirst(groups: readonly ShardGroup[]): ShardGroup[] {
  const none: ShardGroup = { tensors: [], bytes: 0 };
  return [none, ...groups.filter(({ tensors }) => tensors.length > 0)];
}

function shardKv(
  gguf: Gguf,
  splitNo: number,
  count: number,
): (readonly [key: string, value: GgufValue])[] {
  const own = splitNo === 0 ? withoutSplitKeys(gguf.kv) : alignmentPair(gguf);
  return [...own, ...splitPairs(splitNo, count, gguf.tensors.length)];
}

function alignmentPair({ alignment }: Gguf): [key: string, value: GgufValue][] {
  if (alignment === DEFAULT_ALIGNMENT) return [];
  return [["general.alignment", { type: "u32", value: alignment }]];
}

function checkLimit(path: string, limit: SplitLimit): void {
  // A JavaScript caller may give both, none or another.
  const entries = Object.entries(limit);
  const [[what, size] = ["", 0]] = entries;
  const isOne = entries.length === 1 && (what === "maxBytes" || what === "maxTensors");
  if (isOne && Number.isSafeInteger(size) && size > 0) return;
  const given = isOne ? `${what} of ${size}` : JSON.stringify(limit);
  const problem = `${given} limits no shard: expected maxBytes or maxTensors, a whole number above 0`;
  throw new ShardError("bad-limit", path, problem);
}

function checkSource({ name, gguf }: NamedGguf): void {
  const count = shardCountOf(gguf);
  if (count > 1) {
    const problem = `is one of ${count} shards already: merge them first`;
    throw new ShardError("is-shard", name, problem);
  }
  const found = findTensorProblem(gguf);
  if (found) throw new ShardError("bad-tensor", name, tensorProblemText(found));
}

function checkCount({ name, gguf }: NamedGguf, count: number): void {
  if (count > MAX_SHARDS) {
    const problem = `would be cut into ${count} shards, at most ${MAX_SHARDS} have names`;
    throw new ShardError("too-many-shards", name, problem);
  }
  const headers = count * gguf.alignment;
  if (headers <= MAX_PADDED_HEADERS) return;
  const problem = `the headers of ${count} shards, padded to ${gguf.alignment}, take ${headers} bytes, more than the limit of ${MAX_PADDED_HEADERS}`;
  throw new ShardError("headers-too-large", name, problem);
}
