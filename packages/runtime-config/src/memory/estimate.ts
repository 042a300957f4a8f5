import { InvalidWishError } from "../errors.ts";
import type { ModelFacts } from "../model/facts.ts";
import { computeBufferBytes } from "./compute-buffer.ts";
import { layerCacheBytes } from "./kv-cache.ts";
import { checkKvType, isQuantizedType } from "./kv-type.ts";
import { MAX_CONTEXT, type MemorySettings } from "./settings.ts";

/** Memory of a run, in bytes. */
export type MemoryEstimate = {
  readonly weightsBytes: number;
  /** Keys, values and recurrent states. */
  readonly kvBytes: number;
  /** Intermediate results of one pass. */
  readonly computeBytes: number;
  readonly totalBytes: number;
};

/** The parts of an estimate that go with a block. */
export type LayerMemory = {
  readonly weightsBytes: number;
  /** Of the weights, the routed experts. */
  readonly expertBytes: number;
  readonly kvBytes: number;
};

/**
 * What a run of the model takes: weights and cache to the byte, intermediate results as measured.
 *
 * @throws InvalidWishError for settings that no engine takes.
 */
export function estimateMemory(model: ModelFacts, settings: MemorySettings): MemoryEstimate {
  const kvBytes = layerMemory(model, settings).reduce((sum, layer) => sum + layer.kvBytes, 0);
  const weightsBytes = model.weights.bytes;
  const computeBytes = computeBufferBytes(model, settings);
  return { weightsBytes, kvBytes, computeBytes, totalBytes: weightsBytes + kvBytes + computeBytes };
}

/**
 * What each block takes.
 *
 * @throws InvalidWishError for settings that no engine takes.
 */
export function layerMemory(model: ModelFacts, settings: MemorySettings): LayerMemory[] {
  checkSettings(settings);
  return model.weights.layers.map(({ bytes, expertBytes }, block) => ({
    weightsBytes: bytes,
    expertBytes,
    kvBytes: layerCacheBytes(model.caches[block] ?? {}, settings),
  }));
}

function checkSettings(settings: MemorySettings): void {
  checkKvType(settings.keyType);
  checkKvType(settings.valueType);
  const wholes = { context: MAX_CONTEXT, parallel: 256, physicalBatch: MAX_CONTEXT };
  for (const [field, max] of Object.entries(wholes)) {
    const value = settings[field as keyof typeof wholes];
    if (!Number.isInteger(value) || value < 1 || value > max)
      throw new InvalidWishError(field, value, `a whole number between 1 and ${max}`);
  }
  if (!settings.flashAttention && isQuantizedType(settings.valueType))
    throw new InvalidWishError(
      "kvType",
      settings.valueType,
      "f32, f16 or bf16 for values without flash attention",
    );
}
