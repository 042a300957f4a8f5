import { buildGguf, type BuildKv } from "@ggufkit/fixtures";
import { bytesSource, readGguf } from "@ggufkit/gguf";
import { expect, test } from "vitest";
import { type ModelFacts, type RunPlan, type Wishes, planRun } from "../src/index.ts";
import { planOutput } from "../src/plan/output.ts";
import { warnAboutFileSampling } from "../src/plan/file-sampling-warning.ts";
import { otherSamplingOf } from "../src/model/other-sampling.ts";
import { recognizeFamily } from "../src/model/families.ts";
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

test("Qwen3.5's card names presence penalties for all weights, by mode", () => {
  const qwen35: ModelFacts = { ...qwen3, architecture: "qwen35", name: "Qwen3.5-27B" };
  for (const quantization of ["Q4_K_M", "BF16"]) {
    const model = { ...qwen35, quantization };
    expect(values(plan(model))).toMatchObject({ temperature: 1, topP: 0.95, presencePenalty: 1.5 });
    expect(values(plan(model, { thinking: false }))).toMatchObject({
      temperature: 0.7,
      topP: 0.8,
      presencePenalty: 1.5,
    });
  }
});

test("a value in the file that no engine takes is passed over", () => {
  const sampling = { temperature: 1e9, topP: 7, topK: 2.5, minP: 0.1 };
  expect(values(plan({ ...qwen3, sampling }))).toMatchObject({
    temperature: 0.6,
    topP: 0.95,
    topK: 20,
    minP: 0.1,
  });
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

test("hard problems get the output that the card gives them, where it has room", () => {
  const output = (context: number, wish?: number): number =>
    planOutput(recognizeFamily(qwen3), context, wish, true).value;
  expect([131_072, 40_960, 8_192].map((context) => output(context))).toEqual([
    38_912, 32_768, 4_096,
  ]);
  expect(output(131_072, 100)).toBe(100);
  expect(planOutput(recognizeFamily(qwen3Instruct2507), 131_072, undefined, true).value).toBe(
    16_384,
  );
});

test("what a file asks of samplers that the plan has not is told", async () => {
  const told = async (
    ...kv: [string, "u32" | "f32" | "i32" | "string", number | string][]
  ): Promise<string> => {
    const keys = kv.map(([name, type, value]): BuildKv => [
      `general.sampling.${name}`,
      type,
      value,
    ]);
    const gguf = await readGguf(bytesSource(buildGguf({ kv: keys, tensors: [] })));
    return warnAboutFileSampling(otherSamplingOf(gguf))
      .map(({ message }) => message)
      .join();
  };
  expect(await told(["temp", "f32", 0.6], ["top_k", "i32", 20])).toBe("");
  expect(await told(["mirostat", "i32", 0], ["mirostat_tau", "f32", 5])).toBe("");
  expect(await told(["xtc_probability", "f32", 0], ["xtc_threshold", "f32", 0.1])).toBe("");
  expect(await told(["mirostat", "i32", 2], ["mirostat_tau", "f32", 5])).toMatch(
    /general\.sampling\.mirostat = 2, general\.sampling\.mirostat_tau = 5.*all samplers but the temp/,
  );
  expect(await told(["penalty_last_n", "i32", 0])).toMatch(/penalty_last_n = 0.*no effect/);
  const sequence = await told(["sequence", "string", `a\n${"b".repeat(1e5)}`]);
  expect(sequence).toMatch(/sequence = "a\\nb/);
  expect(sequence.length).toBeLessThan(400);
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
