import type { Gguf, GgufValue } from "@ggufkit/gguf";

/** Which shard this is, from 0; u16. */
export const SPLIT_NO = "split.no";
/** How many shards there are; u16. */
export const SPLIT_COUNT = "split.count";
/** How many tensors all shards have together; i32. */
export const SPLIT_TENSORS_COUNT = "split.tensors.count";

type Kv = ReadonlyMap<string, GgufValue>;
type Pair = readonly [key: string, value: GgufValue];

/** The pairs of a model, without what splitting adds. */
export function withoutSplitKeys(kv: Kv): Pair[] {
  return [...kv].filter(([key]) => !isSplitKey(key));
}

/** The keys of a shard, in llama-gguf-split's order. `no` counts from 0. */
export function splitPairs(no: number, count: number, tensors: number): Pair[] {
  return [
    [SPLIT_NO, { type: "u16", value: no }],
    [SPLIT_TENSORS_COUNT, { type: "i32", value: tensors }],
    [SPLIT_COUNT, { type: "u16", value: count }],
  ];
}

/** A merged file's pairs as llama-gguf-split writes them: a count of 0 says that it is none of several. */
export function withMergedCount(kv: Kv): Pair[] {
  const others = [...kv].filter(([key]) => key !== SPLIT_COUNT);
  return [...others, [SPLIT_COUNT, { type: "u16", value: 0 }]];
}

/** How many shards a file says that there are; 1 where it says nothing, or nothing that makes sense. */
export function shardCountOf({ kv }: Pick<Gguf, "kv">): number {
  const value = kv.get(SPLIT_COUNT);
  return value?.type !== "array" && typeof value?.value === "number" ? value.value : 1;
}

function isSplitKey(key: string): boolean {
  return key === SPLIT_NO || key === SPLIT_COUNT || key === SPLIT_TENSORS_COUNT;
}
