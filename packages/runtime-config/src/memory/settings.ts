import type { KvType } from "./kv-type.ts";

/** What the memory of a run depends on beside the model. */
export type MemorySettings = {
  /** Tokens that each sequence (slot) can hold. */
  readonly context: number;
  /** Sequences (slots) served at once. */
  readonly parallel: number;
  readonly keyType: KvType;
  readonly valueType: KvType;
  readonly flashAttention: boolean;
  /** Tokens that one pass computes (`--ubatch-size`). */
  readonly physicalBatch: number;
  /**
   * Tokens of a pass whose logits are computed: all of them in most programs; servers of newer builds
   * reserve room for one a sequence.
   */
  readonly outputs?: number | undefined;
  /** One cache for all sequences (`--kv-unified`), of `context` × `parallel` cells. */
  readonly unified: boolean;
  /** Layers with a window keep the whole context all the same (`--swa-full`). */
  readonly swaFull: boolean;
};

/**
 * Beyond 2^24 a float32, in which RoPE angles are computed, no longer tells neighbouring positions
 * apart; the longest context that any model claims is below it (10 million).
 */
export const MAX_CONTEXT: number = 2 ** 24;
