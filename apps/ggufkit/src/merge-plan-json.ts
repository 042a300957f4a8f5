import { kvJson, tensorJson } from "./header-json.ts";
import { jsonText } from "./json-text.ts";
import type { PlannedMerge } from "./render-merge-plan.ts";

/** A planned merge as one JSON document. Raw pieces have no `kv` and `tensors` of their own: null. */
export function mergePlanJson({ out, isConsuming, merge, disk }: PlannedMerge): string {
  const { kind, files, plan } = merge;
  const layout = "gguf" in plan ? plan : undefined;
  return jsonText({
    kind,
    out,
    consume: isConsuming,
    fileSize: plan.fileSize,
    headerBytes: layout?.gguf.headerBytes ?? plan.header.length,
    dataOffset: layout?.gguf.dataOffset,
    alignment: layout?.gguf.alignment,
    inputs: plan.inputs.map((input, index) => ({ ...input, path: files[index] })),
    kv: layout && kvJson(layout.kv),
    tensors: layout?.gguf.tensors.map(tensorJson),
    copies: plan.copies,
    disk,
  });
}
