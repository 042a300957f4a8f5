import { parseShardName } from "@ggufkit/gguf";
import type { JoinFiles } from "@ggufkit/hub";
import type { MergePlanOptions } from "./file-merge.ts";
import { planMerge } from "./merge-plan.ts";
import { readHeaders } from "./read-headers.ts";

/**
 * For `resolveModel` of `@ggufkit/hub`, as its `join`: merges a split model while it is downloaded.
 * The headers of all shards are read first; then every range of tensor data goes straight to its place
 * in the one merged file.
 *
 * What is returned throws GgufError where a header is none, and ShardSetError where the shards do not
 * belong together.
 */
export function joinShards({ compat }: Pick<MergePlanOptions, "compat"> = {}): JoinFiles {
  return async (inputs, signal) => {
    const plan = planMerge(await readHeaders(inputs, signal), { compat });
    const [first] = plan.inputs;
    const { prefix } = parseShardName(first?.name ?? "") ?? { prefix: first?.name ?? "model" };
    const { header, fileSize, copies } = plan;
    return { name: `${prefix}.gguf`, header, fileSize, copies };
  };
}
