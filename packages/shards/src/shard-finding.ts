import { GgufError, kvNumber, kvString, type Gguf } from "@ggufkit/gguf";

/** What can be wrong with a set of shards; named after the key that is wrong, where one is. */
export type ShardFindingCode =
  | "missing-shard"
  | "unreadable-shard"
  | "split-no"
  | "split-count"
  | "split-tensors-count"
  | "architecture";

/** One thing that is wrong with one shard. `undefined` stands for a key that is not there. */
export interface ShardFinding {
  code: ShardFindingCode;
  /** The shard's file name. */
  shard: string;
  expected: number | string | undefined;
  got: number | string | undefined;
}

/** A shard's name with its header, or without where it could not be read. */
export interface ShardHeader {
  name: string;
  gguf: Gguf | undefined;
}

/**
 * Compares the headers of a set, in the order of its names, with the names and with each other.
 * llama-gguf-split checks none of this and merges what does not belong together. Pure.
 */
export function findShardProblems(shards: readonly ShardHeader[]): ShardFinding[] {
  const [first] = shards;
  if (first === undefined) return [];
  if (shards.length === 1) return findInOnlyFile(first);
  const tensorCount =
    countTensors(shards) ?? (first.gguf && number(first.gguf, "split.tensors.count"));
  const architecture = first.gguf && text(first.gguf, "general.architecture");
  return shards.flatMap(({ name, gguf }, splitNo) => {
    if (gguf === undefined) return [];
    const findings: ShardFinding[] = [];
    const expect = (code: ShardFindingCode, expected: Value, got: Value): void => {
      if (got !== expected) findings.push({ code, shard: name, expected, got });
    };
    expect("split-no", splitNo, number(gguf, "split.no"));
    expect("split-count", shards.length, number(gguf, "split.count"));
    expect("split-tensors-count", tensorCount, number(gguf, "split.tensors.count"));
    // llama-gguf-split writes the architecture into the first shard alone, others into each.
    const own = text(gguf, "general.architecture");
    if (splitNo > 0 && own !== undefined) expect("architecture", architecture, own);
    if (splitNo === 0 && own === undefined) expect("architecture", "a name", own);
    return findings;
  });
}

type Value = number | string | undefined;

/** A file whose name is no shard's, or the one shard of its set: a merged file's count is 0. */
function findInOnlyFile({ name, gguf }: ShardHeader): ShardFinding[] {
  const count = gguf && number(gguf, "split.count");
  if (count === undefined || count === 0 || count === 1) return [];
  return [{ code: "split-count", shard: name, expected: 1, got: count }];
}

/** The tensors of all shards together; undefined when a header is not there. */
function countTensors(shards: readonly ShardHeader[]): number | undefined {
  let count = 0;
  for (const { gguf } of shards) {
    if (gguf === undefined) return undefined;
    count += gguf.tensors.length;
  }
  return count;
}

function number(gguf: Gguf, key: string): Value {
  return valueOr(gguf, key, kvNumber);
}

function text(gguf: Gguf, key: string): Value {
  return valueOr(gguf, key, kvString);
}

/** The value, or the name of its type when that is the wrong one. */
function valueOr(
  gguf: Gguf,
  key: string,
  read: (gguf: Gguf, key: string) => number | string | undefined,
): Value {
  try {
    return read(gguf, key);
  } catch (error) {
    if (error instanceof GgufError) return `a value of type ${gguf.kv.get(key)?.type}`;
    throw error;
  }
}
