import { cellsOf } from "../memory/kv-cache.ts";
import type { AttentionCache } from "../model/layer-cache.ts";
import type { GraphTensor } from "./compute-graph.ts";
import { type Block, F32, type Pass } from "./pass.ts";

/** What the heads work with, for each token. */
type Projections = {
  query: GraphTensor;
  key: GraphTensor;
  value: GraphTensor;
  /** Applied to what the heads find, in Qwen3-Next and others. */
  gate?: GraphTensor;
};

/** The last step of a mixing, which llama.cpp does when its result is needed. */
export type Projection = () => GraphTensor;

/**
 * Attention of all heads (`build_attn` in llama-graph.cpp), from the normalised input to what is
 * added to the residual stream.
 */
export function attention(
  pass: Pass,
  block: Block,
  normed: GraphTensor,
  cache: AttentionCache,
): Projection {
  const { graph, rows, model } = pass;
  const inputs = pass.cacheInputs(cache);
  const { query, key, value, gate } = block.tensors.has("attn_qkv.weight")
    ? fusedProjections(pass, block, normed, cache)
    : projections(pass, block, normed, cache);
  graph.compute(0, graph.view(key), inputs.keyCells);
  graph.compute(0, graph.view(value), ...given(inputs.valueCells));
  const heads = typeof model.heads === "number" ? model.heads : (model.heads?.[block.index] ?? 1);
  const length = rows(outputLength(block, cache));
  const mixed = mix(pass, cache, heads, query, inputs.mask, length);
  return () => {
    const turnedBack = turned(pass, mixed, inputs.valueTurn);
    const gated = gate === undefined ? turnedBack : applyGate(pass, turnedBack, gate);
    return graph.compute(rows(embeddingOf(pass)), gated);
  };
}

function applyGate({ graph }: Pass, tensor: GraphTensor, gate: GraphTensor): GraphTensor {
  return graph.change(tensor.bytes, tensor, graph.compute(tensor.bytes, gate));
}

/** Models with windows compute keys before values, all others after them. */
function projections(
  pass: Pass,
  block: Block,
  normed: GraphTensor,
  cache: AttentionCache,
): Projections {
  const { graph, rows, model } = pass;
  const used = outputLength(block, cache);
  const length = block.tensors.get("attn_q.weight")?.[1] ?? used;
  const all = graph.compute(rows(length), normed);
  const { keyTurn, valueTurn } = pass.cacheInputs(cache);
  const query = turned(pass, placed(pass, all, rows(used)), keyTurn);
  const keyOf = (): GraphTensor => {
    const bytes = rows(cache.keyLength);
    return turned(pass, placed(pass, graph.compute(bytes, normed), bytes), keyTurn);
  };
  const valueOf = (): GraphTensor =>
    turned(pass, graph.compute(rows(cache.valueLength), normed), valueTurn);
  const gate = length > used ? { gate: graph.view(all) } : {};
  if (model.caches.some(({ attention: { window } = {} }) => window !== undefined)) {
    const key = keyOf();
    return { query, key, value: valueOf(), ...gate };
  }
  const value = valueOf();
  return { query, key: keyOf(), value, ...gate };
}

function fusedProjections(
  pass: Pass,
  block: Block,
  normed: GraphTensor,
  cache: AttentionCache,
): Projections {
  const { graph, rows } = pass;
  const all = graph.compute(rows(block.tensors.get("attn_qkv.weight")?.[1] ?? 0), normed);
  const part = (): GraphTensor => graph.view(all);
  const { keyTurn, valueTurn } = pass.cacheInputs(cache);
  const query = placed(pass, all, rows(outputLength(block, cache)));
  return {
    query: turned(pass, query, keyTurn),
    key: turned(pass, placed(pass, all, rows(cache.keyLength)), keyTurn),
    value: turned(pass, part(), valueTurn),
  };
}

/** Rotated by the token's place (RoPE), which takes the tensor out of a larger one, too. */
function placed({ graph, positions }: Pass, tensor: GraphTensor, bytes: number): GraphTensor {
  if (positions === undefined) return tensor;
  return graph.compute(bytes, graph.view(tensor), positions);
}

/**
 * For a quantised cache llama.cpp turns keys, queries and values by a Hadamard matrix, which spreads
 * outliers (`llama_mul_mat_hadamard`).
 */
export function turned(
  { graph }: Pass,
  tensor: GraphTensor,
  by: GraphTensor | undefined,
): GraphTensor {
  return by === undefined ? tensor : graph.compute(tensor.bytes, graph.view(tensor), by);
}

export function given(tensor: GraphTensor | undefined): GraphTensor[] {
  return tensor === undefined ? [] : [tensor];
}

/** Mixes the values by the queries; `bytes` are those of the result. */
export function mix(
  { graph, settings, tokens }: Pass,
  cache: AttentionCache,
  heads: number,
  query: GraphTensor,
  mask: GraphTensor,
  bytes: number,
): GraphTensor {
  if (settings.flashAttention) return graph.view(graph.compute(bytes, graph.view(query), mask));
  const scoreBytes = F32 * cellsOf(cache, settings) * tokens * heads;
  const scores = graph.change(scoreBytes, graph.compute(scoreBytes, graph.view(query)), mask);
  return graph.compute(bytes, graph.view(graph.compute(bytes, scores)));
}

/** Numbers that the output matrix takes in. */
function outputLength({ tensors }: Block, cache: AttentionCache): number {
  return tensors.get("attn_output.weight")?.[0] ?? cache.valueLength;
}

export function embeddingOf({ model }: Pick<Pass, "model">): number {
  return model.embeddingLength ?? 0;
}
