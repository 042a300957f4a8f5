import { expect, test } from "vitest";
import { FAMILIES, recognizeFamily } from "../src/index.ts";
import { scaled } from "./facts.ts";
import { unknown } from "./models.ts";

const recognize = (architecture: string, name: string | undefined, contextLength: number): string =>
  recognizeFamily({ architecture, name, contextLength, rope: unknown.rope })?.id ?? "none";

test.each([
  ["qwen3moe", "Qwen3 235B A22B", 40_960, "qwen3"],
  ["qwen3", "Qwen3-0.6B", 40_960, "qwen3"],
  ["qwen3", "A fine-tune of it", 40_960, "qwen3"],
  ["qwen3", undefined, 32_768, "qwen3"],
  ["qwen3moe", "Qwen3 30B A3B Instruct 2507", 262_144, "qwen3-2507-instruct"],
  ["qwen3", "Qwen3-4B-Thinking-2507", 262_144, "qwen3-2507-thinking"],
  ["qwen3moe", "Qwen3 Coder 30B A3B Instruct", 262_144, "qwen3-coder"],
  ["qwen3moe", undefined, 262_144, "none"], // 2507 or Coder: the file does not tell which
  ["qwen3", "Qwen3 Embedding 0.6B", 32_768, "none"],
  ["qwen3", "Qwen3 8B Base", 32_768, "none"],
  ["qwen3", "DeepSeek R1 0528 Qwen3 8B", 131_072, "deepseek-r1"],
  ["llama", "DeepSeek-R1-Distill-Llama-8B", 131_072, "deepseek-r1"],
  ["deepseek2", "DeepSeek R1", 163_840, "deepseek-r1"],
  ["qwen2", "QwQ 32B", 131_072, "qwq"],
  ["qwen2", "QwQ 32B Preview", 32_768, "none"],
  ["qwen2", "Qwen2.5 7B Instruct", 32_768, "none"],
  ["gemma3", "Gemma 3 4b It", 131_072, "gemma3"],
  ["gpt-oss", "Gpt-Oss-20B", 131_072, "gpt-oss"],
  ["llama", "Magistral Small 2506", 40_960, "magistral"],
  ["phi3", "Phi 4 Reasoning Plus", 32_768, "phi-4-reasoning"],
  ["phi3", "Phi 4 Mini Reasoning", 131_072, "none"],
  ["smollm3", "SmolLM3 3B", 65_536, "smollm3"],
  ["llama", "Llama 3.1 8B Instruct", 131_072, "none"],
])("%s %s with %i tokens is %s", (architecture, name, contextLength, family) => {
  expect(recognize(architecture, name, contextLength)).toBe(family);
});

test("a Qwen3 file with YaRN already in it is still Qwen3", () => {
  const scaling = { type: "yarn", factor: 4, originalContextLength: 32_768 };
  const names = { architecture: "qwen3", name: "Qwen3 8B 128K", contextLength: 131_072 };
  expect(recognizeFamily(scaled({ ...unknown, ...names }, scaling))?.id).toBe("qwen3");
});

test("every family has a source and values for each mode that it knows", () => {
  for (const family of FAMILIES) {
    expect(family.source).toMatch(/^https:\/\//);
    expect(family.sampling.thinking !== undefined).toBe(family.thinking !== "never");
    expect(family.sampling.plain !== undefined).toBe(family.thinking !== "always");
  }
});
