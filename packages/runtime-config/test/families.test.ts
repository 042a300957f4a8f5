import { expect, test } from "vitest";
import { FAMILIES, recognizeFamily, taskPrompts } from "../src/model/families.ts";
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
  ["llama", "Llama 3.1 8B Instruct", 131_072, "llama3"],
  ["llama", "Meta Llama 3 8B Instruct", 8_192, "llama3"],
  ["llama", "Llama 3.1 Nemotron 70B Instruct", 131_072, "none"],
  ["llama", "Hermes 3 Llama 3.1 8B", 131_072, "none"],
  ["llama", "Hermes 4 70B", 131_072, "hermes-4"],
  ["qwen3", "Hermes-4-14B", 40_960, "hermes-4"],
  ["qwen3moe", "Qwen3.8-27B", 40_960, "qwen3.8"],
  ["qwen3", "Qwen3 8B", 40_960, "qwen3"],
  ["qwen35", "Qwen3.5-27B", 262_144, "qwen3.5"],
  ["qwen35", "Qwen3.5 2B", 262_144, "qwen3.5-2b"],
  ["qwen35", "Qwen3.5 0.8B", 262_144, "none"], // its card is not known here
  ["qwen35moe", "Qwen3.6-35B-A3B", 262_144, "qwen3.6"],
  ["qwen3next", "Qwen3 Next 80B A3B Thinking", 262_144, "qwen3-next-thinking"],
  ["qwen3next", "Qwen3-Coder-Next", 262_144, "none"],
  ["gemma3n", "Gemma 3n E4B It", 32_768, "gemma3"],
  ["gemma3", "Gemma 3 4b Pt", 131_072, "none"],
  ["llama", "Mistral Small 3.2 24B Instruct 2506", 131_072, "mistral-small-3"],
  ["llama", "Mistral Small 24B Instruct 2501", 32_768, "mistral-small-3"],
  ["mistral4", "Mistral Small 4 119B 2603", 262_144, "none"],
  ["llama", "SmolLM2 1.7B Instruct", 8_192, "smollm2"],
  ["glm4moe", "GLM-4.5-Air", 131_072, "glm-4.5"],
  ["glm4moe", "GLM 4.5 Air Base", 131_072, "none"],
  ["deepseek2", "GLM 4.7 Flash", 202_752, "glm-4.6"],
  ["deepseek2", "Kimi K2 Instruct 0905", 262_144, "kimi-k2"],
  ["deepseek2", "Kimi-K2-Thinking", 262_144, "kimi-k2-thinking"],
  ["deepseek32", "DeepSeek-V3.2-Exp", 163_840, "none"],
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

test("ids are told apart, and values are what engines take", () => {
  expect(new Set(FAMILIES.map(({ id }) => id)).size).toBe(FAMILIES.length);
  for (const { sampling, quantizedPresencePenalty = 0 } of FAMILIES) {
    expect(quantizedPresencePenalty).toBeLessThanOrEqual(2);
    for (const preset of [sampling.thinking, sampling.plain]) {
      if (preset === undefined) continue;
      const { temperature, topP = 1, topK = 0, minP = 0, presencePenalty = 0 } = preset;
      expect(temperature).toBeGreaterThan(0); // a family's greedy decoding would be an oversight
      expect(temperature).toBeLessThanOrEqual(1.1);
      expect(topP).toBeGreaterThan(0.7);
      expect(topP).toBeLessThanOrEqual(1);
      expect(Number.isInteger(topK)).toBe(true);
      expect(minP).toBe(0);
      expect(presencePenalty).toBeLessThanOrEqual(2);
    }
  }
});

test("the cards' prompts are theirs word for word", () => {
  const named = (
    architecture: string,
    name: string,
    contextLength = 40_960,
  ): ReturnType<typeof taskPrompts> =>
    taskPrompts({ architecture, name, contextLength, rope: unknown.rope });
  const mathematics = String.raw`Please reason step by step, and put your final answer within \boxed{}.`;
  const multipleChoice =
    'Please show your choice in the `answer` field with only the choice letter, e.g., `"answer": "C"`.';
  expect(named("qwen3moe", "Qwen3 235B A22B")).toEqual({ mathematics, multipleChoice });
  expect(named("qwen2", "DeepSeek R1 Distill Qwen 7B")).toEqual({ mathematics });
  expect(named("llama", "Somebody's 7B")).toEqual({});
});
