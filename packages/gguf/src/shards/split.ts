import type { Gguf } from "../format/gguf.ts";
import { numberOf } from "../format/gguf-value.ts";

/** What a shard says about its set. */
export interface Split {
  /** Which shard this is, from 0. */
  readonly no: number;
  /** How many shards there are; 0 in a file that was merged. */
  readonly count: number;
  /** How many tensors all shards have together. */
  readonly tensors: number | undefined;
}

/** The `split.*` keys; undefined where there are none. */
export function splitOf({ kv }: Pick<Gguf, "kv">): Split | undefined {
  const count = numberOf(kv.get("split.count"));
  if (count === undefined) return undefined;
  const tensors = numberOf(kv.get("split.tensors.count"));
  return { no: numberOf(kv.get("split.no")) ?? 0, count, tensors };
}
