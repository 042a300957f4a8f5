import { type Gguf, kvNumber } from "@ggufkit/gguf";

import type { RecurrentState } from "./layer-cache.ts";
import type { DescribedModel } from "./layer-caches.ts";

/** Every block of these has a recurrent state and nothing else. */
const RECURRENT = /^(?:mamba2?|rwkv6|rwkv7|rwkv6qwen2|arwkv7)$/;
/** Every block has both. */
const BOTH = "falcon-h1";
/** Every so many blocks one has attention, unless the file says otherwise; the others are recurrent. */
const INTERVAL = /^(?:qwen3next|qwen35|qwen35moe)$/;
const DEFAULT_INTERVAL = 4;
/** RWKV keeps the last token of two mixings, RWKV7 in a Qwen2 (ARWKV7) of one. */
const TOKEN_SHIFTS: Readonly<Record<string, number>> = { rwkv6qwen2: 1, arwkv7: 1 };
const DEFAULT_TOKEN_SHIFTS = 2;

/** Whether each block has attention and a recurrent state, as llama.cpp decides by architecture. */
export function blockKinds(
  { kv }: Pick<Gguf, "kv">,
  model: DescribedModel,
): { attention: boolean; recurrent: boolean }[] {
  const { architecture, blocks, recurrent } = model;
  const interval = kvNumber({ kv }, `${architecture}.full_attention_interval`) ?? DEFAULT_INTERVAL;
  return Array.from({ length: blocks }, (_, block) => {
    if (RECURRENT.test(architecture)) return { attention: false, recurrent: true };
    if (architecture === BOTH) return { attention: true, recurrent: true };
    if (recurrent === undefined) return { attention: true, recurrent: false };
    if (INTERVAL.test(architecture)) {
      const attention = interval > 0 && (block + 1) % interval === 0;
      return { attention, recurrent: !attention };
    }
    const attention = kvHeadsOf(model, block) !== 0;
    // A block of Nemotron-H has one of three: attention, a state, or a feed-forward network.
    const feedsForward =
      architecture.startsWith("nemotron_h") && perBlock(model.feedForwardLength, block) !== 0;
    return { attention, recurrent: !attention && !feedsForward };
  });
}

/** The sizes of a state: llama.cpp's `n_embd_r` and `n_embd_s`. */
export function recurrentStateOf(model: DescribedModel): RecurrentState | undefined {
  const { recurrent, embeddingLength = 0, architecture } = model;
  if (recurrent === undefined) return undefined;
  const {
    convKernel,
    innerSize = 0,
    stateSize = 0,
    groups = 0,
    headSize,
    shortConvCache,
  } = recurrent;
  if (headSize !== undefined)
    return {
      convLength: (TOKEN_SHIFTS[architecture] ?? DEFAULT_TOKEN_SHIFTS) * embeddingLength,
      stateLength: embeddingLength * headSize,
    };
  if (shortConvCache !== undefined)
    return { convLength: embeddingLength * Math.max(0, shortConvCache - 1), stateLength: 0 };
  const kept = convKernel === undefined || convKernel < 1 ? 0 : convKernel - 1;
  return {
    convLength: kept * (innerSize + 2 * groups * stateSize),
    stateLength: stateSize * innerSize,
  };
}

/** KV heads of a block; undefined where the file does not say. */
export function kvHeadsOf({ kvHeads }: DescribedModel, block: number): number | undefined {
  return perBlock(kvHeads, block);
}

function perBlock(
  value: number | readonly number[] | undefined,
  block: number,
): number | undefined {
  return typeof value === "number" ? value : value?.[block];
}
