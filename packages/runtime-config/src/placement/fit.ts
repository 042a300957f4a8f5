import type { Hardware } from "../hardware/hardware.ts";
import type { KvType } from "../memory/kv-type.ts";
import type { MemorySettings } from "../memory/settings.ts";
import type { ModelFacts } from "../model/facts.ts";
import { placeModel } from "./place.ts";

/** llama.cpp rounds the cells of each sequence up to it. */
const CONTEXT_STEP = 256;

/** KV types from the best to the smallest; each halves the memory, or nearly so, at some cost of quality. */
const FIT_KV_TYPES: readonly KvType[] = ["f16", "q8_0", "q4_0"];

/** The largest context, in steps of 256 up to `settings.context`, that the machine can hold. */
export function largestContext(
  model: ModelFacts,
  settings: MemorySettings,
  hardware: Hardware,
): number | undefined {
  const fits = (context: number): boolean =>
    placeModel(model, { ...settings, context }, hardware).fits;
  if (fits(settings.context)) return settings.context;
  let good = 0;
  let bad = Math.ceil(settings.context / CONTEXT_STEP);
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(middle * CONTEXT_STEP)) good = middle;
    else bad = middle;
  }
  return good === 0 ? undefined : good * CONTEXT_STEP;
}

/**
 * The first KV type, from the best on, with which the machine can hold the run; with `onGpu`, with
 * which all blocks are on GPUs.
 */
export function bestKvType(
  model: ModelFacts,
  settings: MemorySettings,
  hardware: Hardware,
  { onGpu = false }: { onGpu?: boolean } = {},
): KvType | undefined {
  return FIT_KV_TYPES.find((type) => {
    const placed = placeModel(model, { ...settings, keyType: type, valueType: type }, hardware);
    const isOnGpu = placed.gpuLayers > model.weights.layers.length && placed.cpuExpertLayers === 0;
    return placed.fits && (!onGpu || isOnGpu);
  });
}
