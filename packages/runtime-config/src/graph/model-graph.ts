import type { MemorySettings } from "../memory/settings.ts";
import type { ModelFacts } from "../model/facts.ts";
import { attention, embeddingOf, type Projection } from "./attention.ts";
import { type ComputeGraph, createGraph, type GraphTensor } from "./compute-graph.ts";
import { feedForward, hasFeedForward } from "./feed-forward.ts";
import { latentAttention } from "./latent-attention.ts";
import { beginPass, type Block, F32, I32, type Pass, readAhead } from "./pass.ts";
import { recurrence } from "./recurrence.ts";

/** Architectures that compute the whole last block for all tokens (build 0c1e570). */
const LATE_CUT =
  /^(?:bailingmoe3|cohere2moe|gemma4|gpt-oss|hy_v3|mimo2|nemotron_h(?:_moe)?|qwen35(?:moe)?|qwen3next|step35)$/;

/** Architectures that cut after the sum with the stream. */
const SUM_CUT = /^falcon-h1$/;

/** Architectures that add what a block makes to the stream, and not the other way round. */
const STREAM_FIRST = /^(?:jamba|lfm2(?:moe)?|phi3)$/;

/**
 * The intermediate results of one pass through a model, in llama.cpp's order (build 0c1e570): what
 * its compute buffer has to hold. Which ones there are is read off the model's tensors.
 */
export function modelGraph(model: ModelFacts, settings: MemorySettings): ComputeGraph {
  const graph = createGraph();
  const tokens = Math.min(settings.physicalBatch, settings.context * settings.parallel);
  const ids = graph.input(I32 * tokens);
  // Room for embeddings in place of tokens, as of images, which stays reserved.
  graph.input(F32 * (model.embeddingLength ?? 0) * tokens);
  const pass = beginPass(graph, model, settings);
  let stream = graph.compute(pass.rows(embeddingOf(pass)), ids);
  let uncut = stream;
  model.blockTensors.forEach((tensors, index) => {
    const isLast = index === model.blockTensors.length - 1;
    const cut = isLast ? outputsOnly(pass) : undefined;
    const late = LATE_CUT.test(model.architecture);
    uncut = blockGraph(pass, { tensors, index }, stream, late ? undefined : cut);
    stream = late && cut !== undefined ? cut.of(uncut) : uncut;
  });
  const normed = graph.change(stream.bytes, stream);
  const rows = stream.bytes / (F32 * embeddingOf(pass));
  graph.output(F32 * (model.vocabularySize ?? 0) * rows, normed);
  // A late cut leaves the whole stream for those who want to predict on.
  if (LATE_CUT.test(model.architecture)) graph.compute(0, uncut);
  return graph;
}

/** Of the last block only those tokens go on that have an output. */
type Cut = { tokens: number; of: (tensor: GraphTensor) => GraphTensor };

function outputsOnly(pass: Pass): Cut {
  const { graph, settings } = pass;
  const tokens = Math.min(settings.outputs ?? pass.tokens, pass.tokens);
  const ids = graph.input(I32 * tokens);
  const bytes = F32 * embeddingOf(pass) * tokens;
  return { tokens, of: (tensor) => graph.compute(bytes, tensor, ids) };
}

function blockGraph(
  pass: Pass,
  block: Block,
  stream: GraphTensor,
  cut: Cut | undefined,
): GraphTensor {
  const mixed = addMixture(pass, block, stream, cut);
  return hasFeedForward(block)
    ? addFeedForward(pass, block, mixed, cut?.tokens ?? pass.tokens)
    : mixed;
}

function addMixture(
  pass: Pass,
  block: Block,
  stream: GraphTensor,
  cut: Cut | undefined,
): GraphTensor {
  const { architecture } = pass.model;
  const cutOff = (tensor: GraphTensor): GraphTensor => cut?.of(tensor) ?? tensor;
  const project = mixture(pass, block, stream);
  readAhead(pass, block.index);
  if (project === undefined) return cutOff(stream);
  if (SUM_CUT.test(architecture)) return cutOff(add(pass, project(), stream));
  const early = STREAM_FIRST.test(architecture) ? cutOff(stream) : undefined;
  const moved = cutOff(project());
  return add(pass, moved, early ?? cutOff(stream));
}

/** What a block's attention and its recurrence, as far as it has them, make of the tokens. */
function mixture(pass: Pass, block: Block, stream: GraphTensor): Projection | undefined {
  const { graph, model } = pass;
  const { attention: cache, recurrent } = model.caches[block.index] ?? {};
  const normed = (): GraphTensor => graph.change(stream.bytes, stream);
  const attend = block.tensors.has("attn_k_b.weight") ? latentAttention : attention;
  const attended = cache === undefined ? undefined : attend(pass, block, normed(), cache);
  if (recurrent === undefined) return attended;
  const recurred = recurrence(pass, block, recurrent, normed);
  if (attended === undefined) return recurred;
  return () => graph.change(stream.bytes, attended(), recurred());
}

/** The sum takes the place of its first summand, if it can. */
function add({ graph, model }: Pass, moved: GraphTensor, stream: GraphTensor): GraphTensor {
  const summands = STREAM_FIRST.test(model.architecture) ? [stream, moved] : [moved, stream];
  return graph.change(stream.bytes, ...summands);
}

function addFeedForward(
  pass: Pass,
  block: Block,
  stream: GraphTensor,
  tokens: number,
): GraphTensor {
  const normed = pass.graph.change(stream.bytes, stream);
  return add(pass, feedForward(pass, block, normed, tokens), stream);
}
