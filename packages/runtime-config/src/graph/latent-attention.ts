import type { AttentionCache } from "../model/layer-cache.ts";
import { embeddingOf, given, mix, type Projection, turned } from "./attention.ts";
import type { GraphTensor } from "./compute-graph.ts";
import type { Block, Pass } from "./pass.ts";

/** Latent attention with the key's matrix absorbed into the queries (llama.cpp's deepseek2.cpp). */
export function latentAttention(
  pass: Pass,
  block: Block,
  normed: GraphTensor,
  cache: AttentionCache,
): Projection {
  const { graph, rows } = pass;
  const [, rank = 0, heads = 1] = block.tensors.get("attn_k_b.weight") ?? [];
  const valueLength = block.tensors.get("attn_v_b.weight")?.[1] ?? 0;
  const { mask, keyCells, keyTurn } = pass.cacheInputs(cache);

  const query = turned(pass, latentQuery(pass, block, normed, cache), keyTurn);
  const key = turned(pass, compressedKey(pass, normed, cache, rank), keyTurn);
  graph.compute(0, graph.view(key), keyCells);

  const mixed = mix(pass, cache, heads, query, mask, rows(heads * rank));
  return () => {
    const values = graph.compute(rows(heads * valueLength), turned(pass, mixed, keyTurn));
    const contiguous = graph.compute(values.bytes, graph.view(values));
    return graph.compute(rows(embeddingOf(pass)), contiguous);
  };
}

/** A query for each head: one part in the space of the compressed keys, and one that is rotated. */
function latentQuery(
  { graph, rows, positions }: Pass,
  { tensors }: Block,
  normed: GraphTensor,
  cache: AttentionCache,
): GraphTensor {
  const [unrotated = 0, rank = 0, heads = 1] = tensors.get("attn_k_b.weight") ?? [];
  const rotated = cache.keyLength - rank;
  const queryRank = tensors.get("attn_q_a.weight")?.[1];
  const compressed = queryRank === undefined ? normed : graph.compute(rows(queryRank), normed);
  const query = graph.compute(rows(heads * (unrotated + rotated)), compressed);
  const absorbed = graph.compute(rows(heads * rank), graph.view(query));
  const place = given(positions);
  const placed = graph.compute(rows(heads * rotated), graph.view(query), ...place);
  return graph.compute(rows(heads * cache.keyLength), graph.view(absorbed), placed);
}

/** The row that the cache keeps of a token: its compressed key, and the rotated part. */
function compressedKey(
  { graph, rows, positions }: Pass,
  normed: GraphTensor,
  cache: AttentionCache,
  rank: number,
): GraphTensor {
  const key = graph.compute(rows(cache.keyLength), normed);
  const plain = graph.compute(rows(rank), graph.view(key));
  const rotated = cache.keyLength - rank;
  const placed = graph.compute(rows(rotated), graph.view(key), ...given(positions));
  return graph.compute(rows(cache.keyLength), graph.view(plain), placed);
}
