import type { ModelFacts } from "../model/facts.ts";
import { cellsOf } from "./kv-cache.ts";
import type { MemorySettings } from "./settings.ts";

const F32 = 4;

/**
 * Bytes of the buffers for intermediate results of one pass: what is alive at the same time in the
 * largest part of the graph, which is either the output layer or a block.
 */
export function computeBufferBytes(model: ModelFacts, settings: MemorySettings): number {
  const { embeddingLength: embedding = 0, vocabularySize: vocabulary = 0 } = model;
  const tokens = settings.physicalBatch;
  const logits = F32 * tokens * (vocabulary + embedding);
  return logits + maskBytes(model, settings);
}

function maskBytes(model: ModelFacts, settings: MemorySettings): number {
  const cells = new Set(
    model.caches.flatMap(({ attention }) =>
      attention === undefined ? [] : [cellsOf(attention, settings)],
    ),
  );
  const bytes = settings.flashAttention ? 2 : F32;
  return [...cells].reduce((sum, count) => sum + count * settings.physicalBatch * bytes, 0);
}
