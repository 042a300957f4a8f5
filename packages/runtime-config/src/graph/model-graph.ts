import type { MemorySettings } from "../memory/settings.ts";
import type { ModelFacts } from "../model/facts.ts";
import { attention, embeddingOf } from "./attention.ts";
import { type ComputeGraph, createGraph, type GraphTensor } from "./compute-graph.ts";
import { feedForward } from "./feed-forward.ts";
import { latentAttention } from "./latent-attention.ts";
import { beginPass, type Block, F32, type Pass } from "./pass.ts";
import { recurrence } from "./recurrence.ts";

/**
 * The intermediate results of one pass through a model, in llama.cpp's order (build 0c1e570): what
 * its compute buffer has to hold. Which ones there are is read off the model's tensors.
 */
export function modelGraph(model: ModelFacts, settings: MemorySettings): ComputeGraph {
  const graph = createGraph();
  const pass = beginPass(graph, model, settings);
  const { rows, tokens } = pass;
  const outputs = Math.min(settings.outputs ?? tokens, tokens);
  const last = model.blockTensors.length - 1;
  let stream = graph.compute(rows(embeddingOf(pass)));
  model.blockTensors.forEach((tensors, index) => {
    stream = blockGraph(pass, { tensors, index }, stream, index === last ? outputs : undefined);
  });
  const bytes = F32 * embeddingOf(pass) * outputs;
  const normed = graph.change(bytes, stream);
  graph.output(F32 * (model.vocabularySize ?? 0) * outputs, normed);
  return graph;
}

/** Of the last block only those tokens go on that have an output: `outputs`. */
function blockGraph(
  pass: Pass,
  block: Block,
  stream: GraphTensor,
  outputs: number | undefined,
): GraphTensor {
  const { graph, model, tokens } = pass;
  const { attention: cache, recurrent } = model.caches[block.index] ?? {};
  const length = F32 * embeddingOf(pass);
  const parts: GraphTensor[] = [];
  if (cache !== undefined) {
    const normed = graph.change(stream.bytes, stream);
    const isLatent = block.tensors.has("attn_k_b.weight");
    parts.push((isLatent ? latentAttention : attention)(pass, block, normed, cache));
  }
  if (recurrent !== undefined)
    parts.push(recurrence(pass, block, graph.change(stream.bytes, stream), recurrent));
  const cut = (tensor: GraphTensor): GraphTensor =>
    outputs === undefined ? tensor : graph.compute(length * outputs, tensor);
  const [first, ...others] = parts.map(cut);
  const mixed =
    first === undefined
      ? cut(stream)
      : [...others, cut(stream)].reduce((sum, part) => graph.change(sum.bytes, sum, part), first);
  const normed = graph.change(mixed.bytes, mixed);
  const moved = feedForward(pass, block, normed, outputs ?? tokens);
  return moved === undefined ? mixed : graph.change(mixed.bytes, moved, mixed);
}
