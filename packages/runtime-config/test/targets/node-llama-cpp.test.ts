import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";
import { nodeLlamaCppOptions, renderRun } from "../../src/index.ts";
import { qwen3, unknown } from "../models.ts";
import { inputOf, lost, messageOf, sized } from "./inputs.ts";

test("YaRN comes as overrides whose factor is never a whole number", () => {
  for (const context of [65_536, 98_304, 100_000, 131_072]) {
    const { plan } = inputOf(qwen3, { wishes: { context } });
    const { metadataOverrides } = nodeLlamaCppOptions(plan).loadModel;
    const scaling = metadataOverrides?.["qwen3moe"]?.rope.scaling;
    expect(scaling).toMatchObject({ type: "yarn", original_context_length: 32_768 });
    expect(Number.isInteger(scaling?.factor)).toBe(false);
    expect(scaling?.factor).toBeCloseTo(plan.rope?.value.factor ?? 0, 5);
  }
});

test("options have its own names", () => {
  const wishes = { context: 8_192, thinking: false, seed: 3, parallel: 2 };
  expect(nodeLlamaCppOptions(inputOf(qwen3, { wishes }).plan)).toEqual({
    loadModel: {},
    createContext: {
      contextSize: 8_192,
      sequences: 2,
      batchSize: 512,
      flashAttention: true,
      threads: 4,
      experimentalKvCacheKeyType: "F16",
      experimentalKvCacheValueType: "F16",
    },
    prompt: {
      temperature: 0.7,
      topK: 20,
      topP: 0.8,
      minP: 0,
      seed: 3,
      maxTokens: 4_096,
      repeatPenalty: { penalty: 1, presencePenalty: 1.5 },
    },
    thoughts: "discourage",
  });
});

test("neutral penalties are switched off, since its default is not neutral", () => {
  const input = inputOf(unknown, { wishes: { batchThreads: 2 } });
  const options = nodeLlamaCppOptions(input.plan);
  expect(options.prompt.repeatPenalty).toBe(false);
  expect(options).not.toHaveProperty("thoughts");
  const run = renderRun("node-llama-cpp", input);
  expect(lost(run)).toEqual(["threads.batch"]);
  expect(messageOf(run, "threads.batch")).toContain("2");
});

test("the program is a module that Node can read, whatever the path", () => {
  const directory = mkdtempSync(join(tmpdir(), "targets-"));
  try {
    const path = '/m/it\'s "${x}" `y` \\ \u2028 \n é.gguf';
    const { text, format } = renderRun("node-llama-cpp", inputOf(qwen3, { path }));
    const file = join(directory, "run.mjs");
    writeFileSync(file, text);
    execFileSync(process.execPath, ["--check", file]);
    expect(format).toBe("javascript");
    const [, literal = ""] = /loadModel\((\{.*?\n\})\)/s.exec(text) ?? [];
    expect(JSON.parse(literal)).toMatchObject({ modelPath: path });
    expect(text).toContain('new QwenChatWrapper({\n  "thoughts": "auto"\n})');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("what it cannot be told is told", () => {
  const options = { rpc: ["a:1"] };
  const input = inputOf(sized(qwen3, 8, "mixture"), { gpus: [5, 5], options });
  expect(lost(renderRun("node-llama-cpp", input))).toEqual([
    "placement.cpuExpertLayers",
    "placement.tensorSplit",
    "rpc",
  ]);
});
