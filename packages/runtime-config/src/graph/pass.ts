import { cellsOf } from "../memory/kv-cache.ts";
import { isQuantizedType } from "../memory/kv-type.ts";
import type { MemorySettings } from "../memory/settings.ts";
import type { BlockTensors } from "../model/block-tensors.ts";
import type { ModelFacts } from "../model/facts.ts";
import type { AttentionCache } from "../model/layer-cache.ts";
import type { ComputeGraph, GraphTensor } from "./compute-graph.ts";

/** Bytes of the numbers that passes compute with. */
export const F32 = 4;
const F16 = 2;
const I32 = 4;
const I64 = 8;
/** Rows of the matrix that turns keys and values of a quantised cache, at least. */
const HADAMARD = 64;

/** One pass through a model: what its parts have in common. */
export type Pass = {
  readonly graph: ComputeGraph;
  readonly model: ModelFacts;
  readonly settings: MemorySettings;
  /** Tokens that go through the model at once. */
  readonly tokens: number;
  /** A row of so many numbers for each token, in bytes. */
  readonly rows: (length: number) => number;
  readonly maskFor: (cache: AttentionCache) => GraphTensor;
};

/** A block of the model: its tensors' shapes, and its place. */
export type Block = {
  readonly tensors: BlockTensors;
  readonly index: number;
};

/** Begins a pass with the inputs that all models have. */
export function beginPass(
  graph: ComputeGraph,
  model: ModelFacts,
  settings: MemorySettings,
): Pass {
  const { context, parallel, physicalBatch } = settings;
  const tokens = Math.min(physicalBatch, context * parallel);
  graph.input(I32 * tokens); // token ids
  // Room for embeddings in place of tokens, as of images, which stays reserved.
  graph.input(F32 * (model.embeddingLength ?? 0) * tokens);
  graph.input(I32 * tokens); // positions
  graph.input(I32 * Math.min(settings.outputs ?? tokens, tokens)); // which of them have an output
  const masks = new Map<boolean, GraphTensor>();
  return {
    graph,
    model,
    settings,
    tokens,
    rows: (length) => F32 * length * tokens,
    maskFor: (cache) => {
      const isWindowed = cache.window !== undefined;
      const mask = masks.get(isWindowed) ?? cacheInputs(graph, cache, settings, tokens);
      masks.set(isWindowed, mask);
      return mask;
    },
  };
}

/** Which cells each token may see, and where its keys and values go; shared by all blocks of a kind. */
function cacheInputs(
  graph: ComputeGraph,
  cache: AttentionCache,
  settings: MemorySettings,
  tokens: number,
): GraphTensor {
  graph.input(I64 * tokens); // cells of the keys
  // Without flash attention values are kept transposed, with a cell for each number.
  if (cache.valueLength > 0)
    graph.input(I64 * tokens * (settings.flashAttention ? 1 : cache.valueLength));
  if (isQuantizedType(settings.keyType)) graph.input(F32 * HADAMARD ** 2);
  if (isQuantizedType(settings.valueType)) graph.input(F32 * HADAMARD ** 2);
  const bytes = settings.flashAttention ? F16 : F32;
  return graph.input(bytes * cellsOf(cache, settings) * tokens);
}
