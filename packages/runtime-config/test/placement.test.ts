import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bestKvType,
  estimateMemory,
  type Hardware,
  largestContext,
  type MemorySettings,
  type ModelFacts,
  placeModel,
} from "../src/index.ts";
import { unknown } from "./models.ts";

const GIB = 2 ** 30;
const BLOCKS = 8;
const settings: MemorySettings = {
  context: 4_096,
  parallel: 1,
  keyType: "f16",
  valueType: "f16",
  flashAttention: true,
  physicalBatch: 512,
  unified: false,
  swaFull: false,
};

/** A model of 8 blocks of 1 GiB each; of a mixture, three quarters of it are experts. */
function model(kind: "dense" | "mixture"): ModelFacts {
  const expertBytes = kind === "mixture" ? 0.75 * GIB : 0;
  return {
    ...unknown,
    blocks: BLOCKS,
    weights: {
      bytes: (BLOCKS + 2) * GIB,
      inputBytes: GIB,
      outputBytes: GIB,
      layers: Array.from({ length: BLOCKS }, () => ({ bytes: GIB, expertBytes })),
    },
    caches: Array.from({ length: BLOCKS }, () => ({
      attention: { keyLength: 1_024, valueLength: 1_024 },
    })),
  };
}

const machine = (...gpus: number[]): Hardware => ({
  cores: 4,
  memoryBytes: 64 * GIB,
  gpus: gpus.map((gib) => ({ memoryBytes: gib * GIB })),
});

describe("placeModel", () => {
  it("puts everything into main memory where there is no GPU", () => {
    expect(placeModel(model("dense"), settings, machine())).toMatchObject({
      gpuLayers: 0,
      cpuExpertLayers: 0,
      layersOfGpu: [],
      fits: true,
      devices: [{ device: "RAM", weightsBytes: 10 * GIB }],
    });
  });

  it("puts everything but the token embedding on a GPU with room", () => {
    const placed = placeModel(model("dense"), settings, machine(80));
    expect(placed).toMatchObject({ gpuLayers: 9, layersOfGpu: [9], fits: true });
    expect(placed.devices).toMatchObject([
      { device: "RAM", weightsBytes: GIB, kvBytes: 0 },
      { device: "GPU 0", weightsBytes: 9 * GIB, availableBytes: 79 * GIB },
    ]);
  });

  it("keeps the first blocks of a dense model in main memory where not all have room", () => {
    const placed = placeModel(model("dense"), settings, machine(8));
    expect(placed.gpuLayers).toBeGreaterThan(3);
    expect(placed.gpuLayers).toBeLessThan(8);
    expect(placed.cpuExpertLayers).toBe(0);
  });

  it("keeps the fewest experts of a mixture in main memory, and all blocks on the GPU", () => {
    const placed = placeModel(model("mixture"), settings, machine(8));
    expect(placed.gpuLayers).toBe(BLOCKS + 1);
    expect(placed.cpuExpertLayers).toBeGreaterThan(2);
    expect(placed.cpuExpertLayers).toBeLessThan(BLOCKS);
    const onRam = placed.cpuExpertLayers * 0.75 * GIB;
    expect(placed.devices[0]?.weightsBytes).toBe(GIB + onRam);
  });

  it("uses no GPU too small for a single layer", () => {
    expect(placeModel(model("dense"), settings, machine(1))).toMatchObject({
      gpuLayers: 0,
      fits: true,
    });
  });

  it("fills GPUs in order", () => {
    const { layersOfGpu } = placeModel(model("dense"), settings, machine(8, 8));
    expect(layersOfGpu).toHaveLength(2);
    expect(layersOfGpu.reduce((sum, count) => sum + count, 0)).toBe(BLOCKS + 1);
  });

  it("never lets a device hold more than it has, and leaves no block out", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 24 }), { maxLength: 4 });
    fc.assert(
      fc.property(sizes, fc.constantFrom("dense", "mixture"), (gpus, kind) => {
        const placed = placeModel(model(kind), settings, machine(...gpus));
        for (const { totalBytes, availableBytes = 0 } of placed.devices.slice(1))
          expect(totalBytes).toBeLessThanOrEqual(availableBytes);
        const weights = placed.devices.reduce((sum, device) => sum + device.weightsBytes, 0);
        expect(weights).toBe(10 * GIB);
        const kv = placed.devices.reduce((sum, device) => sum + device.kvBytes, 0);
        expect(kv).toBe(estimateMemory(model(kind), settings).kvBytes);
      }),
    );
  });
});

describe("largestContext", () => {
  it("is the wish where it fits", () => {
    expect(largestContext(model("dense"), settings, machine())).toBe(4_096);
  });

  it("is the last step that fits, and the next does not", () => {
    const small: Hardware = { cores: 1, memoryBytes: 14 * GIB };
    const wish = { ...settings, context: 2 ** 20 };
    const context = largestContext(model("dense"), wish, small) ?? 0;
    expect(context % 256).toBe(0);
    expect(placeModel(model("dense"), { ...wish, context }, small).fits).toBe(true);
    expect(placeModel(model("dense"), { ...wish, context: context + 256 }, small).fits).toBe(false);
  });

  it("is none where not even the weights fit", () => {
    const tiny: Hardware = { cores: 1, memoryBytes: 4 * GIB };
    expect(largestContext(model("dense"), settings, tiny)).toBeUndefined();
  });
});

describe("bestKvType", () => {
  const long = { ...settings, context: 131_072 }; // 4 GiB of keys and values at f16
  it.each([
    [64, "f16"],
    [14.5, "q8_0"],
    [13, "q4_0"],
    [9, undefined],
  ])("with %d GiB is %s", (gib, type) => {
    const hardware: Hardware = { cores: 1, memoryBytes: gib * GIB };
    expect(bestKvType(model("dense"), long, hardware)).toBe(type);
  });
});
