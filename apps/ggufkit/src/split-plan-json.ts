import type { PlannedShard } from "@ggufkit/shards";

import { tensorJson } from "./header-json.ts";
import { jsonText } from "./json-text.ts";
import type { PlannedSplit } from "./render-split-plan.ts";

/** A planned split as one JSON document. */
export function splitPlanJson({ file, paths, plan, disk }: PlannedSplit): string {
  return jsonText({
    file,
    input: plan.input,
    shards: plan.shards.map((shard, index) => shardJson(shard, paths[index])),
    disk,
  });
}

function shardJson(shard: PlannedShard, path: string | undefined): object {
  const { name, fileSize, gguf, copies, isOverLimit } = shard;
  const { headerBytes, dataOffset, alignment } = gguf;
  const tensors = gguf.tensors.map(tensorJson);
  return {
    name,
    path,
    fileSize,
    headerBytes,
    dataOffset,
    alignment,
    isOverLimit,
    tensors,
    copies,
  };
}
