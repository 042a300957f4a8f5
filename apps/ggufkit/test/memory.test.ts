import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildEngineModel, qwen3Moe235bHeader } from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ggufkit, type Outcome } from "./run.ts";

const GIB = 2 ** 30;
let directory: string;
let guiding: string;
let small: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-memory-"));
  guiding = join(directory, "Qwen3-235B-A22B-Q4_K_M.gguf");
  small = join(directory, "small.gguf");
  const { header, fileSize } = qwen3Moe235bHeader();
  await writeFile(guiding, header);
  await truncate(guiding, fileSize); // a hole for its data
  await writeFile(small, buildEngineModel("llama"));
});
afterAll(() => rm(directory, { recursive: true }));

const memory = (...words: string[]): Promise<Outcome> => ggufkit(["memory", ...words]);

type Row = {
  ctx: number;
  kvType: string;
  weightsBytes: number;
  kvBytes: number;
  computeBytes: number;
  totalBytes: number;
  fits?: boolean;
  gpuLayers?: number;
};

async function rows(...words: string[]): Promise<Row[]> {
  const { code, stdout, stderr } = await memory(...words, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Row[];
}

describe("memory", () => {
  it("tells each combination in JSON, to the byte", async () => {
    const told = await rows(guiding, "--ctx", "32768", "--ctx", "max");
    expect(told.map(({ ctx, kvType, kvBytes }) => [ctx, kvType, kvBytes / GIB])).toEqual([
      [32_768, "f16", 5.875],
      [32_768, "q8_0", 3.12109375],
      [32_768, "q4_0", 1.65234375],
      [131_072, "f16", 23.5],
      [131_072, "q8_0", 12.484375],
      [131_072, "q4_0", 6.609375],
    ]);
    for (const { weightsBytes, kvBytes, computeBytes, totalBytes } of told)
      expect(totalBytes).toBe(weightsBytes + kvBytes + computeBytes);
  });

  it("has a cache for each slot", async () => {
    const one = await rows(small, "--ctx", "2048", "--kv-type", "q8_0");
    const four = await rows(small, "--ctx", "2048", "--kv-type", "q8_0", "--parallel", "4");
    expect(four[0]?.kvBytes).toBe(4 * (one[0]?.kvBytes ?? 0));
  });

  it("draws a table and a chart with the GPUs' lines", async () => {
    const { stdout } = await memory(guiding, "--ctx", "131072", "--gpu", "80G", "--gpu", "80G");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("Qwen3 235B A22B, Q4_K_M");
    expect(lines[2]).toMatch(/context +KV type +weights +KV cache +compute +total +placement/);
    expect(lines[3]).toMatch(/^131,072 +f16 +132\.4 GiB +23\.5 GiB .* all on GPUs$/);
    expect(lines.slice(-2)).toEqual(["│ 1 GPU: 80.0 GiB", "│ 2 GPUs: 160.0 GiB"]);
    const bars = lines.filter((line) => line.includes("█│"));
    expect(bars).toHaveLength(3);
    // A bar's darker part is the weights: as long for each type of the cache.
    const weights = bars.map((bar) => bar.lastIndexOf("█"));
    expect(new Set(weights).size).toBe(1);
    expect(bars[0]?.lastIndexOf("▒")).toBeGreaterThan(bars[2]?.lastIndexOf("▒") ?? 0);
  });

  it("says what does not fit, and still tells how much it would be", async () => {
    const [row] = await rows(guiding, "--ctx", "4096", "--kv-type", "f16", "--ram", "64G");
    expect(row).toMatchObject({ ctx: 4_096, fits: false, gpuLayers: 0 });
    expect((await memory(guiding, "--ctx", "4096", "--ram", "64G")).stdout).toContain(
      "does not fit",
    );
  });

  it("chooses contexts up to the longest that is known to work", async () => {
    const contexts = new Set((await rows(small)).map(({ ctx }) => ctx));
    expect([...contexts]).toEqual([4_096, 8_192]);
  });

  it.each<[string, string[], RegExp]>([
    ["a context that is no number", ["--ctx", "-5"], /--ctx -5: expected a whole number/],
    ["a context of 2^40", ["--ctx", "1099511627776"], /got 1099511627776/],
    ["a type that is none", ["--kv-type", "q9"], /got q9/],
    ["memory that is none", ["--ram", "much"], /--ram much: expected a size/],
  ])("refuses %s", async (_what, words, about) => {
    const { code, stdout, stderr } = await memory(small, ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(about);
  });
});
