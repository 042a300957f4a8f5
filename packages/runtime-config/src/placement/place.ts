import type { Hardware } from "../hardware/hardware.ts";
import { estimateMemory, type LayerMemory, layerMemory } from "../memory/estimate.ts";
import type { MemorySettings } from "../memory/settings.ts";
import type { ModelFacts } from "../model/facts.ts";
import type { DeviceMemory } from "../plan/plan.ts";

/**
 * What is left free on each device, in bytes: llama.cpp's own default (`--fit-target`, 1024 MiB),
 * for the driver, the screen and the allocator's gaps.
 */
const RESERVED_BYTES: number = 2 ** 30;

/** Where each part of a model goes. */
export type Placed = {
  /** As `-ngl` counts: the last blocks, and one more with the output layer. */
  gpuLayers: number;
  /** As `-ncmoe` counts: so many first blocks keep their routed experts in main memory. */
  cpuExpertLayers: number;
  /** Layers on each GPU, the output layer among them. */
  layersOfGpu: readonly number[];
  devices: readonly DeviceMemory[];
  /** Whether each device can hold its part. */
  fits: boolean;
};

type Layout = Pick<Placed, "gpuLayers" | "cpuExpertLayers">;

/**
 * Puts a model on the GPUs and the main memory of a machine. Everything goes to the GPUs if it can;
 * of a mixture the fewest experts stay in main memory, since only few of them work on a token; of
 * any other model, or where that is not enough, the first blocks stay there whole.
 */
export function placeModel(
  model: ModelFacts,
  settings: MemorySettings,
  hardware: Hardware,
): Placed {
  const parts = partsOf(model, settings, hardware);
  const all = parts.layers.length + 1;
  const mixture = parts.layers.some(({ expertBytes }) => expertBytes > 0);
  const layouts = [{ gpuLayers: all, cpuExpertLayers: 0 }];
  if (mixture)
    for (let count = 1; count <= parts.layers.length; count++)
      layouts.push({ gpuLayers: all, cpuExpertLayers: count });
  const cpuExpertLayers = mixture ? parts.layers.length : 0;
  for (let count = all - 1; count > 0; count--) layouts.push({ gpuLayers: count, cpuExpertLayers });
  if ((hardware.gpus ?? []).length > 0)
    for (const layout of layouts) {
      const layersOfGpu = shareOut(parts, layout);
      if (layersOfGpu !== undefined) return placed(parts, layout, layersOfGpu);
    }
  return placed(parts, { gpuLayers: 0, cpuExpertLayers: 0 }, []);
}

type Parts = {
  model: ModelFacts;
  layers: readonly LayerMemory[];
  computeBytes: number;
  /** Bytes that may be used, by GPU. */
  gpuRoom: readonly number[];
  hardware: Hardware;
};

function partsOf(model: ModelFacts, settings: MemorySettings, hardware: Hardware): Parts {
  const { gpus = [] } = hardware;
  return {
    model,
    layers: layerMemory(model, settings),
    computeBytes: estimateMemory(model, settings).computeBytes,
    gpuRoom: gpus.map(({ memoryBytes }) => Math.max(0, memoryBytes - RESERVED_BYTES)),
    hardware,
  };
}

/** Bytes of the layers on GPUs, in order; the output layer is the last. */
function gpuLayerBytes(parts: Parts, { gpuLayers, cpuExpertLayers }: Layout): LayerMemory[] {
  const { layers, model } = parts;
  const output = { weightsBytes: model.weights.outputBytes, expertBytes: 0, kvBytes: 0 };
  const first = layers.length + 1 - gpuLayers;
  const blocks = layers.map((layer, index) =>
    index < cpuExpertLayers
      ? { ...layer, weightsBytes: layer.weightsBytes - layer.expertBytes, expertBytes: 0 }
      : layer,
  );
  return [...blocks, output].slice(first);
}

/** Fills one GPU after the other; undefined where the layers do not fit. */
function shareOut(parts: Parts, layout: Layout): number[] | undefined {
  const counts = parts.gpuRoom.map(() => 0);
  let gpu = 0;
  let used = parts.computeBytes;
  for (const { weightsBytes, kvBytes } of gpuLayerBytes(parts, layout)) {
    const bytes = weightsBytes + kvBytes;
    while (gpu < counts.length && used + bytes > (parts.gpuRoom[gpu] ?? 0)) {
      gpu += 1;
      used = parts.computeBytes;
    }
    if (gpu === counts.length) return undefined;
    counts[gpu] = (counts[gpu] ?? 0) + 1;
    used += bytes;
  }
  return counts;
}

function placed(parts: Parts, layout: Layout, layersOfGpu: readonly number[]): Placed {
  const onGpu = gpuLayerBytes(parts, layout);
  let next = 0;
  const gpus = layersOfGpu.map((count, index): DeviceMemory => {
    const mine = onGpu.slice(next, (next += count));
    return deviceMemory(`GPU ${index}`, {
      weightsBytes: sum(mine, (layer) => layer.weightsBytes),
      kvBytes: sum(mine, (layer) => layer.kvBytes),
      computeBytes: count > 0 ? parts.computeBytes : 0,
      availableBytes: parts.gpuRoom[index],
    });
  });
  const devices = [ramOf(parts, layout), ...gpus];
  const fits = devices.every(
    ({ totalBytes, availableBytes }) =>
      availableBytes === undefined || totalBytes <= availableBytes,
  );
  return { ...layout, layersOfGpu, devices, fits };
}

/** What main memory holds: the token embedding, the blocks that are on no GPU, and experts. */
function ramOf(parts: Parts, { gpuLayers, cpuExpertLayers }: Layout): DeviceMemory {
  const { layers, model, hardware } = parts;
  const first = layers.length + 1 - gpuLayers;
  const whole = layers.slice(0, first);
  const experts = layers.slice(first, Math.max(first, cpuExpertLayers));
  const { inputBytes, bytes } = model.weights;
  // Tied embeddings serve as the output layer without a second copy.
  const nothingElsewhere = gpuLayers === 0;
  const weightsBytes = nothingElsewhere
    ? bytes
    : inputBytes +
      sum(whole, (layer) => layer.weightsBytes) +
      sum(experts, (layer) => layer.expertBytes);
  return deviceMemory("RAM", {
    weightsBytes,
    kvBytes: sum(whole, (layer) => layer.kvBytes),
    computeBytes: parts.computeBytes,
    availableBytes:
      hardware.memoryBytes === undefined
        ? undefined
        : Math.max(0, hardware.memoryBytes - RESERVED_BYTES),
  });
}

function deviceMemory(
  device: string,
  memory: Omit<DeviceMemory, "device" | "totalBytes">,
): DeviceMemory {
  const { weightsBytes, kvBytes, computeBytes } = memory;
  return { device, ...memory, totalBytes: weightsBytes + kvBytes + computeBytes };
}

function sum<Item>(items: readonly Item[], bytesOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + bytesOf(item), 0);
}
