import { type Gguf, kvNumber, type ModelDescription } from "@ggufkit/gguf";

import { UnplannableModelError } from "../errors.ts";
import type { AttentionCache, LayerCache } from "./layer-cache.ts";
import { blockKinds, kvHeadsOf, recurrentStateOf } from "./recurrent-state.ts";
import { windowsOf } from "./sliding-window.ts";

/** The description of a model whose architecture and number of blocks are known. */
export type DescribedModel = ModelDescription & {
  readonly architecture: string;
  readonly blocks: number;
};

/** Encoders and diffusion models read a text at once and keep nothing of it (`create_memory`). */
const WITHOUT_CACHE =
  /^(?:bert|jina-bert-v[23]|nomic-bert(?:-moe)?|neo-bert|eurobert|modern-bert|gemma-embedding|wavtokenizer-dec|dream|llada(?:-moe)?|rnd1)$/;

/** Gemma 3n: the blocks from this on use the keys and values of earlier ones. */
const GEMMA3N_OWN_KV = 20;

/**
 * What each block keeps of earlier tokens, as llama.cpp allocates it (`create_memory`).
 *
 * @throws UnplannableModelError where the file lacks head counts or lengths that its architecture needs.
 */
export function layerCachesOf({ kv }: Pick<Gguf, "kv">, model: DescribedModel): LayerCache[] {
  const { architecture, blocks } = model;
  if (WITHOUT_CACHE.test(architecture)) return Array.from({ length: blocks }, () => ({}));
  const number = (key: string): number | undefined => kvNumber({ kv }, `${architecture}.${key}`);
  // Blocks that draft tokens ahead are not part of an ordinary run.
  const used = blocks - (number("nextn_predict_layers") ?? 0);
  const shared = number("attention.shared_kv_layers") ?? 0;
  const own = architecture === "gemma3n" ? GEMMA3N_OWN_KV : blocks - shared;
  const state = recurrentStateOf(model);
  const windows = windowsOf(model);
  return blockKinds({ kv }, model).map(({ attention, recurrent }, block): LayerCache => {
    if (block >= used) return {};
    const window = windows[block];
    return {
      ...(attention && block < own ? attentionPart(model, number, block, window) : {}),
      ...(recurrent && state !== undefined ? { recurrent: state } : {}),
    };
  });
}

function attentionPart(
  model: DescribedModel,
  number: (key: string) => number | undefined,
  block: number,
  window: number | undefined,
): { attention?: AttentionCache } {
  const { architecture, latentAttention } = model;
  const heads = kvHeadsOf(model, block);
  if (heads === undefined) throw missing(architecture, "attention.head_count_kv", block);
  const suffix = window === undefined ? "" : "_swa";
  const key = number(`attention.key_length${suffix}`) ?? model.headDim;
  const value = number(`attention.value_length${suffix}`) ?? model.valueDim;
  if (key === undefined || value === undefined)
    throw missing(architecture, "attention.key_length", block);
  // With latent attention a token's compressed row serves as key and as value.
  const isLatent = latentAttention?.keyLength !== undefined;
  const attention = {
    keyLength: heads * key,
    valueLength: isLatent ? 0 : heads * value,
    ...(window === undefined ? {} : { window }),
  };
  return attention.keyLength === 0 && attention.valueLength === 0 ? {} : { attention };
}

function missing(architecture: string, name: string, block: number): UnplannableModelError {
  const key = `${architecture}.${name}`;
  const message = `${key}: expected a number for block ${block}, on which the size of the KV cache rests, got none`;
  return new UnplannableModelError(key, message);
}
