import { cellsOf } from "../memory/kv-cache.ts";
import { isQuantizedType } from "../memory/kv-type.ts";
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

/**
 * Attention of all heads (`build_attn` in llama-graph.cpp), from the normalised input to what is
 * added to the residual stream.
 */
export function attention(
  pass: Pass,
  block: Block,
  normed: GraphTensor,
  cache: AttentionCache,
): GraphTensor {
  const { graph, rows, settings, model } = pass;
  const mask = pass.maskFor(cache);
  const { query, key, value, gate } = block.tensors.has("attn_qkv.weight")
    ? fusedProjections(pass, block, normed, cache)
    : projections(pass, block, normed, cache);
  graph.compute(0, graph.view(key));
  graph.compute(0, graph.view(value));
  const heads = typeof model.heads === "number" ? model.heads : (model.heads?.[block.index] ?? 1);
  const length = rows(outputLength(block, cache));
  const mixed = mix(pass, cache, heads, query, mask, length);
  const turnedBack = isQuantizedType(settings.valueType) ? graph.compute(length, mixed) : mixed;
  const gated =
    gate === undefined ? turnedBack : graph.compute(length, turnedBack, graph.compute(length, gate));
  return graph.compute(rows(embeddingOf(pass)), gated);
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
  const query = turned(pass, graph.compute(rows(used), graph.view(all)), true);
  const keyOf = (): GraphTensor => {
    const plain = graph.compute(rows(cache.keyLength), normed);
    return turned(pass, graph.compute(plain.bytes, graph.view(plain)), true);
  };
  const valueOf = (): GraphTensor =>
    turned(pass, graph.compute(rows(cache.valueLength), normed), false);
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
  const query = graph.compute(rows(outputLength(block, cache)), part());
  return {
    query: turned(pass, query, true),
    key: turned(pass, graph.compute(rows(cache.keyLength), part()), true),
    value: turned(pass, part(), false),
  };
}

/**
 * For a quantised cache llama.cpp turns keys, queries and values by a Hadamard matrix, which spreads
 * outliers (`llama_mul_mat_hadamard`).
 */
function turned({ graph, settings }: Pass, tensor: GraphTensor, isKey: boolean): GraphTensor {
  const type = isKey ? settings.keyType : settings.valueType;
  return isQuantizedType(type) ? graph.compute(tensor.bytes, graph.view(tensor)) : tensor;
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
