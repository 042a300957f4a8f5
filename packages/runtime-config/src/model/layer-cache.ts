/**
 * What a block keeps of earlier tokens, as llama.cpp allocates it. A block may have attention, a
 * recurrent state, both (Falcon-H1) or neither (blocks of Nemotron without attention).
 */
export type LayerCache = {
  readonly attention?: AttentionCache;
  readonly recurrent?: RecurrentState;
};

/** Keys and values for each token in sight. */
export type AttentionCache = {
  /** Numbers in a token's keys: KV heads × key length; with MLA, the compressed row. */
  readonly keyLength: number;
  /** Numbers in a token's values: KV heads × value length; 0 with MLA, which keeps none. */
  readonly valueLength: number;
  /** Tokens that the layer looks back over; undefined where it sees the whole context. */
  readonly window?: number;
};

/** A state of the same size for texts of any length, one for each sequence; f32. */
export type RecurrentState = {
  /** Numbers of the convolution's (or token shift's) state. */
  readonly convLength: number;
  /** Numbers of the recurrence's state. */
  readonly stateLength: number;
};
