import { graphBytes } from "../graph/allocate.ts";
import { modelGraph } from "../graph/model-graph.ts";
import type { ModelFacts } from "../model/facts.ts";
import type { MemorySettings } from "./settings.ts";

/**
 * Bytes of the buffer for intermediate results of one pass (llama.cpp's "compute buffer"): its graph
 * is built without data and laid out as ggml would.
 */
export function computeBufferBytes(model: ModelFacts, settings: MemorySettings): number {
  return graphBytes(modelGraph(model, settings));
}
