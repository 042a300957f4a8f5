import type { Gguf, TensorInfo } from "@ggufkit/gguf";
import type { SplitLimit } from "./split-plan.ts";

/** The tensors of a shard. */
export interface ShardGroup {
  readonly tensors: readonly TensorInfo[];
  /** With padding. */
  readonly bytes: number;
}

/**
 * Cuts a file's tensors, in their order, into shards: a shard ends where the next tensor would be
 * more than the limit. As in llama-gguf-split headers are not counted. A tensor that alone is larger
 * than the limit has a shard of its own. A file without tensors is one shard.
 */
export function groupTensors(
  { tensors, alignment }: Pick<Gguf, "tensors" | "alignment">,
  limit: SplitLimit,
): ShardGroup[] {
  const { maxBytes, maxTensors } = { maxBytes: Infinity, maxTensors: Infinity, ...limit };
  const groups: ShardGroup[] = [];
  let group: TensorInfo[] = [];
  let groupBytes = 0;
  for (const tensor of tensors) {
    const bytes = Math.ceil(tensor.bytes / alignment) * alignment;
    if (group.length > 0 && (group.length >= maxTensors || groupBytes + bytes > maxBytes)) {
      groups.push({ tensors: group, bytes: groupBytes });
      group = [];
      groupBytes = 0;
    }
    group.push(tensor);
    groupBytes += bytes;
  }
  return [...groups, { tensors: group, bytes: groupBytes }];
}
