import type { Gguf } from "../format/gguf.ts";
import type { Hyperparameters, PerLayer } from "./hyperparameters.ts";

/** The attention of a model, and what stands in its place. What the file does not say is undefined. */
export interface Attention {
  /** Attention heads: one number, or one a layer. */
  readonly heads: PerLayer | undefined;
  /** Key and value heads, likewise; as many as `heads` where the file does not say. */
  readonly kvHeads: PerLayer | undefined;
  /** Length of a key: `attention.key_length`, or else embedding length by heads. */
  readonly headDim: number | undefined;
  /** Length of a value: `attention.value_length`, or else `headDim`. */
  readonly valueDim: number | undefined;
  readonly slidingWindow: SlidingWindow | undefined;
  readonly latentAttention: LatentAttention | undefined;
  readonly recurrent: Recurrent | undefined;
}

/** Attention that looks back over so many tokens only, in some layers. */
export interface SlidingWindow {
  /** In tokens. */
  readonly length: number;
  /**
   * Which layers have it: one flag a layer, or the period after which a layer without it comes.
   * Undefined where the architecture decides.
   */
  readonly pattern: number | readonly boolean[] | undefined;
}

/** Multi-head latent attention (MLA): keys and values are kept compressed, as in DeepSeek-V2. */
export interface LatentAttention {
  /** `attention.kv_lora_rank`: numbers a token kept in place of keys and values. */
  readonly kvRank: number;
  /** `attention.q_lora_rank`. */
  readonly queryRank: number | undefined;
  /** `attention.key_length_mla`: length of a key once expanded. */
  readonly keyLength: number | undefined;
  /** `attention.value_length_mla`. */
  readonly valueLength: number | undefined;
}

/** The state of recurrent layers: Mamba's `ssm.*`, RWKV's `wkv.*`, LFM2's `shortconv.*`. */
export interface Recurrent {
  readonly convKernel: number | undefined;
  readonly innerSize: number | undefined;
  readonly stateSize: number | undefined;
  readonly timeStepRank: number | undefined;
  readonly groups: number | undefined;
  /** `wkv.head_size`. */
  readonly headSize: number | undefined;
  /** `shortconv.l_cache`. */
  readonly shortConvCache: number | undefined;
}

/** Reads the attention's hyperparameters. */
export function attentionOf(
  { kv }: Pick<Gguf, "kv">,
  prefix: string,
  keys: Hyperparameters,
): Attention {
  const heads = keys.perLayer("attention.head_count");
  const headDim =
    keys.number("attention.key_length") ?? evenShare(keys.number("embedding_length"), heads);
  return {
    heads,
    kvHeads: keys.perLayer("attention.head_count_kv") ?? heads,
    headDim,
    valueDim: keys.number("attention.value_length") ?? headDim,
    slidingWindow: slidingWindowOf({ kv }, prefix, keys),
    latentAttention: latentAttentionOf(keys),
    recurrent: recurrentOf(keys),
  };
}

function evenShare(length: number | undefined, heads: PerLayer | undefined): number | undefined {
  if (length === undefined || typeof heads !== "number" || heads <= 0) return undefined;
  return length / heads;
}

function slidingWindowOf(
  { kv }: Pick<Gguf, "kv">,
  prefix: string,
  keys: Hyperparameters,
): SlidingWindow | undefined {
  const length = keys.number("attention.sliding_window");
  if (!length) return undefined;
  const flags = kv.get(`${prefix}.attention.sliding_window_pattern`);
  const isFlags = flags?.type === "array" && flags.elementType === "bool";
  return {
    length,
    pattern: isFlags ? flags.toArray() : keys.number("attention.sliding_window_pattern"),
  };
}

function latentAttentionOf(keys: Hyperparameters): LatentAttention | undefined {
  const kvRank = keys.number("attention.kv_lora_rank");
  if (!kvRank) return undefined;
  return {
    kvRank,
    queryRank: keys.number("attention.q_lora_rank"),
    keyLength: keys.number("attention.key_length_mla"),
    valueLength: keys.number("attention.value_length_mla"),
  };
}

function recurrentOf(keys: Hyperparameters): Recurrent | undefined {
  const recurrent: Recurrent = {
    convKernel: keys.number("ssm.conv_kernel"),
    innerSize: keys.number("ssm.inner_size"),
    stateSize: keys.number("ssm.state_size"),
    timeStepRank: keys.number("ssm.time_step_rank"),
    groups: keys.number("ssm.group_count"),
    headSize: keys.number("wkv.head_size"),
    shortConvCache: keys.number("shortconv.l_cache"),
  };
  return Object.values(recurrent).every((value) => value === undefined) ? undefined : recurrent;
}
