import { qwen3Moe235bHeader, sparseSource } from "@ggufkit/fixtures";
import { readGguf } from "@ggufkit/gguf";
import { describe, expect, it } from "vitest";
import { type Hardware, modelFacts, planRun, type RunPlan, type Wishes } from "../src/index.ts";

const GIB = 2 ** 30;
const { header, fileSize } = qwen3Moe235bHeader();
const model = modelFacts(await readGguf(sparseSource(header, fileSize)));
const plan = (wishes: Wishes, hardware: Partial<Hardware> = {}): RunPlan =>
  planRun(model, wishes, { cores: 8, ...hardware });
const gpus = (...gib: number[]): Hardware["gpus"] =>
  gib.map((size) => ({ memoryBytes: size * GIB }));

describe("Qwen3-235B-A22B, fitted to a machine", () => {
  it.each([
    ["f16", 23.5],
    ["q8_0", 12.484375],
    ["q4_0", 6.609375],
  ] as const)("takes for 131,072 tokens of %s %d GiB", (kvType, gib) => {
    expect(plan({ context: 131_072, kvType }).memory.kvBytes).toBe(gib * GIB);
  });

  it("has a cache for each slot", () => {
    const { context, memory } = plan({ context: 32_768, parallel: 4 });
    expect(context.value).toBe(32_768);
    expect(memory.kvBytes).toBe(23.5 * GIB);
  });

  it("is not held against a machine that nobody described", () => {
    const { placement, kvType, warnings } = plan({ context: 131_072 });
    expect(placement).toMatchObject({ gpuLayers: { value: 0 }, tensorSplit: undefined });
    expect(kvType.value).toBe("f16");
    expect(warnings.map(({ code }) => code)).toEqual(["static-yarn"]);
  });

  it("keeps experts in main memory where the GPUs are too small for all of it", () => {
    const { placement, warnings } = plan(
      { context: 32_768 },
      { memoryBytes: 256 * GIB, gpus: gpus(24, 24) },
    );
    expect(placement.gpuLayers.value).toBe(95);
    expect(placement.cpuExpertLayers.value).toBeGreaterThan(60);
    expect(placement.cpuExpertLayers.value).toBeLessThan(94);
    expect(placement.tensorSplit?.value.reduce((sum, count) => sum + count, 0)).toBe(95);
    expect(warnings).toEqual([]);
  });

  it("gives up exactness of the cache for GPUs where speed is preferred, and else not", () => {
    const hardware = { memoryBytes: 256 * GIB, gpus: gpus(76, 76) };
    const wishes: Wishes = { context: 131_072 };
    expect(plan(wishes, hardware).kvType.value).toBe("f16");
    const fast = plan({ ...wishes, prefer: "speed" }, hardware);
    expect(fast.kvType).toMatchObject({ value: "q8_0", from: "rule" });
    expect(fast.placement).toMatchObject({
      gpuLayers: { value: 95 },
      cpuExpertLayers: { value: 0 },
    });
  });

  it("shortens a context that nobody asked for, and says so", () => {
    const { context, warnings } = plan({ kvType: "f16" }, { memoryBytes: 140 * GIB });
    expect(context.value).toBeLessThan(40_960);
    expect(context.value).toBeGreaterThan(2_048);
    expect(warnings.map(({ code }) => code)).toEqual(["context-reduced"]);
  });

  it("keeps a context that was asked for, and says that it does not fit", () => {
    const { context, warnings } = plan({ context: 131_072 }, { memoryBytes: 100 * GIB });
    expect(context.value).toBe(131_072);
    expect(warnings.map(({ code }) => code)).toContain("does-not-fit");
  });

  it.each<[string, Wishes, Partial<Hardware>]>([
    ["parallel", { parallel: 0 }, {}],
    ["parallel", { parallel: 1_000 }, {}],
    ["context", { context: 2 ** 40 }, {}],
    ["hardware.gpus[0].memoryBytes", {}, { gpus: [{ memoryBytes: 0 }] }],
    ["hardware.memoryBytes", {}, { memoryBytes: Number.NaN }],
    ["hardware.cores", {}, { cores: 0 }],
  ])("refuses nonsense: %s", (field, wishes, hardware) => {
    expect(() => plan(wishes, hardware)).toThrow(
      expect.objectContaining({ name: "InvalidWishError", field }),
    );
  });
});
