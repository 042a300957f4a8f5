import type { Gguf } from "../format/gguf.ts";
import { numberOf } from "../format/gguf-value.ts";
import type { ValueTypeName } from "../format/value-type.ts";
import { checkType } from "./check-type.ts";
import { finding, type Finding } from "./finding.ts";

/** llama-gguf-split's keys and their types. */
const SPLIT_KEYS: readonly (readonly [key: string, type: ValueTypeName])[] = [
  ["split.no", "u16"],
  ["split.count", "u16"],
  ["split.tensors.count", "i32"],
];

/** Checks that a shard's keys are all there and agree with each other and with its tensors. */
export function* checkSplit(gguf: Gguf): Iterable<Finding> {
  const { kv, tensors } = gguf;
  const count = numberOf(kv.get("split.count"));
  if (SPLIT_KEYS.every(([key]) => !kv.has(key))) return;
  for (const [key, type] of SPLIT_KEYS) {
    if (!kv.has(key))
      yield finding("error", "missing-key", "missing beside the other split keys", { key });
    else yield* checkType(gguf, key, type);
  }
  const no = numberOf(kv.get("split.no"));
  // A merged file has count 0 and keeps the rest.
  if (!count) return;
  if (no !== undefined && no >= count) {
    const reason = `shard ${no}, counted from 0, of ${count}`;
    yield finding("error", "bad-split", reason, { key: "split.no", expected: count - 1, got: no });
  }
  const total = numberOf(kv.get("split.tensors.count"));
  const fits =
    total === undefined || (count === 1 ? tensors.length === total : tensors.length <= total);
  if (fits) return;
  const reason = `the set has ${total} tensors, this shard of ${count} has ${tensors.length}`;
  yield finding("error", "bad-split", reason, {
    key: "split.tensors.count",
    expected: tensors.length,
    got: total,
  });
}
