import type { LlamaContextSequence, Token } from "node-llama-cpp";

/**
 * Keeps one token company in a batch. Of a token that is alone flash attention parts the sums by
 * threads, and what comes out depends on their number; of two sequences' it does not (llama.cpp 0.5.0,
 * `ggml_compute_forward_flash_attn_ext`).
 */
export interface Companion {
  /** Has a token of its own computed, in the batch of what is asked for in the same turn. */
  join(): Promise<void>;
  /** Forgets its tokens before they are too many; between two turns. */
  rest(): Promise<void>;
}

/** What it reads over and over costs more the longer it is. */
const MOST_TOKENS = 128;

export function companionOf(sequence: LlamaContextSequence): Companion {
  const [token] = sequence.model.tokenize("a", false);
  const tokens: Token[] = token === undefined ? [] : [token];
  return {
    join: () => sequence.evaluateWithoutGeneratingNewTokens(tokens),
    rest: async () => {
      if (sequence.nextTokenIndex >= MOST_TOKENS) await sequence.clearHistory();
    },
  };
}
