import type { AttentionCache } from "../model/layer-cache.ts";
import { embeddingOf, mix } from "./attention.ts";
import type { GraphTensor } from "./compute-graph.ts";
import type { Block, Pass } from "./pass.ts";

/** Latent attention with the key's matrix absorbed into the queries (llama.cpp's deepseek2.cpp). */
export function latentAttention(
  pass: Pass,
  { tensors }: Block,
  normed: GraphTensor,
  cache: AttentionCache,
): GraphTensor {
  const { graph, rows } = pass;
  const [unrotated = 0, rank = 0, heads = 1] = tensors.get("attn_k_b.weight") ?? [];
  const valueLength = tensors.get("attn_v_b.weight")?.[1] ?? 0;
  const rotated = cache.keyLength - rank;
  const mask = pass.maskFor(cache);

  const queryRank = tensors.get("attn_q_a.weight")?.[1];
  const compressed =
    queryRank === undefined ? normed : graph.compute(rows(queryRank), normed);
  const queryBytes = rows(heads * (unrotated + rotated));
  const query = graph.compute(queryBytes, compressed);
  const plain = graph.view(query);
  const turned = graph.view(query);
  const absorbed = graph.compute(rows(heads * rank), plain);
  const turnedQuery = graph.compute(rows(heads * rotated), turned);
  const full = graph.compute(rows(heads * cache.keyLength), graph.view(absorbed), turnedQuery);

  const key = graph.compute(rows(cache.keyLength), normed);
  const keyPart = graph.compute(rows(rank), graph.view(key));
  const turnedKey = graph.compute(rows(rotated), graph.view(key));
  const row = graph.compute(rows(cache.keyLength), graph.view(keyPart), turnedKey);
  graph.compute(0, graph.view(row));

  const mixed = mix(pass, cache, heads, full, mask, rows(heads * rank));
  const values = graph.compute(rows(heads * valueLength), mixed);
  const contiguous = graph.compute(values.bytes, graph.view(values));
  return graph.compute(rows(embeddingOf(pass)), contiguous);
}
