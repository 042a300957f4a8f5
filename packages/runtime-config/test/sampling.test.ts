import { expect, test } from "vitest";
import { type ModelFacts, type RunPlan, type Wishes, planRun } from "../src/index.ts";
import { factsOf } from "./facts.ts";
import { qwen3, qwen3Instruct2507, unknown } from "./models.ts";

const plan = (model: ModelFacts, wishes: Wishes = {}): RunPlan =>
  planRun(model, wishes, { cores: 4 });
const values = (run: RunPlan): Record<string, number> =>
  Object.fromEntries(Object.entries(run.sampling).map(([name, { value }]) => [name, value]));
const codes = (run: RunPlan): string[] => run.warnings.map((warning) => warning.code);

test("Qwen3 thinks unless told otherwise, with the model card's values for either mode", () => {
  const penalties = { presencePenalty: 1.5, repeatPenalty: 1 };
  const thinking = { temperature: 0.6, topP: 0.95, topK: 20, minP: 0, ...penalties };
  const plain = { temperature: 0.7, topP: 0.8, topK: 20, minP: 0, ...penalties };
  expect(values(plan(qwen3))).toEqual(thinking);
  expect(values(plan(qwen3, { thinking: true }))).toEqual(thinking);
  expect(values(plan(qwen3, { thinking: false }))).toEqual(plain);
  expect(plan(qwen3).thinking).toMatchObject({
    value: true,
    switch: { variable: "enable_thinking", words: { off: "/no_think" } },
    from: "file",
  });
  expect(plan(qwen3, { thinking: false }).thinking).toMatchObject({ value: false, from: "user" });
});

test.each(["BF16", "F16", "F32", "all F32"])("%s weights need no presence penalty", (label) => {
  const { presencePenalty } = plan({ ...qwen3, quantization: label }).sampling;
  expect(presencePenalty.value).toBe(0);
});

test("a wish beats the file, the file the family, the family the rule", () => {
  const model = { ...qwen3, sampling: { temperature: 0.5, topK: 30, repeatPenalty: 1.1 } };
  const run = plan(model, { sampling: { temperature: 0.2, presencePenalty: 0 } });
  expect(run.sampling).toMatchObject({
    temperature: { value: 0.2, from: "user" },
    presencePenalty: { value: 0, from: "user" },
    topK: { value: 30, from: "file" },
    repeatPenalty: { value: 1.1, from: "file" },
    topP: { value: 0.95, from: "family" },
  });
  expect(plan(unknown).sampling.minP).toMatchObject({ value: 0, from: "rule" });
});

test("what a family's card does not name is off, whatever an engine's default is", () => {
  const magistral = { ...unknown, name: "Magistral Small 2506", contextLength: 40_960 };
  expect(values(plan(magistral))).toEqual({
    temperature: 0.7,
    topP: 0.95,
    topK: 0,
    minP: 0,
    presencePenalty: 0,
    repeatPenalty: 1,
  });
});

test("a model without a switch does what it was made for, and says so", () => {
  const instruct = plan(qwen3Instruct2507, { thinking: true });
  expect(instruct.thinking).toMatchObject({ value: false, switch: undefined });
  expect(codes(instruct)).toEqual(["no-thinking-switch"]);
  expect(values(instruct)["temperature"]).toBe(0.7);
  const r1 = {
    ...unknown,
    architecture: "qwen2",
    name: "DeepSeek R1 Distill Qwen 7B",
    contextLength: 131_072,
  };
  expect(codes(plan(r1, { thinking: false }))).toEqual(["no-thinking-switch"]);
  expect(codes(plan(r1, { thinking: true }))).toEqual([]);
});

test("an unknown model's template tells whether thinking can be switched", async () => {
  const model = await factsOf({
    architecture: "granite",
    chatTemplate: "{% if thinking %}Think.{% endif %}",
  });
  expect(plan(model).thinking).toMatchObject({ value: false, switch: { variable: "thinking" } });
  expect(plan(model, { thinking: true }).thinking.value).toBe(true);
  expect(plan(unknown).thinking).toMatchObject({ value: false, switch: undefined });
});

test("greedy decoding is warned of while thinking only", () => {
  const sampling = { temperature: 0 };
  expect(codes(plan(qwen3, { sampling }))).toEqual(["greedy-thinking"]);
  expect(codes(plan(qwen3, { sampling, thinking: false }))).toEqual([]);
});

test("the output leaves room for a prompt", () => {
  const output = (context: number): number => plan(qwen3, { context }).outputTokens.value;
  expect([131_072, 40_960, 32_768, 8_192, 2].map(output)).toEqual([
    32_768, 32_768, 24_576, 4_096, 1,
  ]);
  expect(codes(plan(unknown, { outputTokens: 8_192 }))).toEqual(["output-beyond-context"]);
});

test("threads are the process's cores, at least one, unless asked otherwise", () => {
  const threads = (cores: number, wishes: Wishes = {}): number[] => {
    const run = planRun(qwen3, wishes, { cores }).threads;
    return [run.generation.value, run.batch.value];
  };
  expect(threads(8)).toEqual([8, 8]);
  expect(threads(0.5)).toEqual([1, 1]);
  expect(threads(8, { threads: 3 })).toEqual([3, 3]);
  expect(threads(8, { threads: 3, batchThreads: 6 })).toEqual([3, 6]);
});

test.each<[string, Wishes]>([
  ["sampling.temperature", { sampling: { temperature: -1 } }],
  ["sampling.topP", { sampling: { topP: 1.1 } }],
  ["sampling.topK", { sampling: { topK: 2.5 } }],
  ["sampling.minP", { sampling: { minP: Number.NaN } }],
  ["threads", { threads: 0 }],
  ["batchThreads", { batchThreads: 1.5 }],
  ["seed", { seed: -1 }],
  ["seed", { seed: 2 ** 32 - 1 }],
  ["outputTokens", { outputTokens: 0 }],
])("a senseless %s is refused", (field, wishes) => {
  expect(() => plan(qwen3, wishes)).toThrow(
    expect.objectContaining({ name: "InvalidWishError", field }),
  );
});
