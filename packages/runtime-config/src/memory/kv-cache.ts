import { InvalidWishError } from "../errors.ts";
import type { AttentionCache, LayerCache } from "../model/layer-cache.ts";
import { KV_TYPES, type KvType } from "./kv-type.ts";
import type { MemorySettings } from "./settings.ts";

/** llama.cpp rounds the cells of a cache up to it (`GGML_PAD(…, 256)`). */
const CELL_STEP = 256;
/** Recurrent states are kept in f32 whatever the type of the cache. */
const STATE_BYTES = 4;

/**
 * Bytes that a block's cache takes, as llama.cpp allocates it: cells × rows of keys and values for
 * each stream, and one recurrent state a sequence.
 *
 * @throws InvalidWishError for a type whose blocks do not divide the model's rows.
 */
export function layerCacheBytes(cache: LayerCache, settings: MemorySettings): number {
  const { attention, recurrent } = cache;
  const state = recurrent === undefined ? 0 : recurrent.convLength + recurrent.stateLength;
  const kept = attention === undefined ? 0 : attentionBytes(attention, settings);
  return kept + state * STATE_BYTES * settings.parallel;
}

function attentionBytes(attention: AttentionCache, settings: MemorySettings): number {
  const row =
    rowBytes(attention.keyLength, settings.keyType) +
    rowBytes(attention.valueLength, settings.valueType);
  const streams = settings.unified ? 1 : settings.parallel;
  return row * cellsOf(attention, settings) * streams;
}

/** Tokens that a stream of a layer's cache has room for: llama.cpp's `kv_size`, and `size_swa`. */
export function cellsOf(
  { window }: Pick<AttentionCache, "window">,
  settings: MemorySettings,
): number {
  const { context, parallel, physicalBatch, unified, swaFull } = settings;
  const all = padded(unified ? context * parallel : context);
  if (window === undefined || swaFull) return all;
  return padded(Math.min(all, window * (unified ? parallel : 1) + physicalBatch));
}

function padded(cells: number): number {
  return Math.ceil(cells / CELL_STEP) * CELL_STEP;
}

function rowBytes(length: number, type: KvType): number {
  const { elements, bytes } = KV_TYPES[type];
  if (length % elements === 0) return (length / elements) * bytes;
  const expected = `a type whose blocks divide rows of ${length} numbers, such as f16`;
  throw new InvalidWishError("kvType", type, expected);
}
