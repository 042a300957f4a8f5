import { describe, expect, it } from "vitest";
import { type ModelFacts, renderRun, type TargetRun } from "../../src/index.ts";
import { qwen3, unknown } from "../models.ts";
import { shellWords } from "./command-words.ts";
import { inputOf, type InputParts, lost, messageOf, sized } from "./inputs.ts";

type Parsed = Record<string, unknown>;

describe("LM Studio", () => {
  const render = (model: ModelFacts, parts: InputParts = {}): TargetRun =>
    renderRun("lm-studio", inputOf(model, parts));
  const config = (run: TargetRun): { load: Parsed; prediction: Parsed } =>
    JSON.parse(run.text) as { load: Parsed; prediction: Parsed };

  it("has the SDK's names for loading and for predicting", () => {
    const model = { ...qwen3, endTokens: ["<|im_end|>"] };
    const wishes = { context: 8_192, seed: 3, thinking: false };
    expect(config(render(model, { wishes }))).toEqual({
      load: {
        contextLength: 8_192,
        maxParallelPredictions: 1,
        evalBatchSize: 2_048,
        physicalBatchSize: 512,
        flashAttention: true,
        llamaKCacheQuantizationType: "f16",
        llamaVCacheQuantizationType: "f16",
        seed: 3,
      },
      prediction: {
        temperature: 0.7,
        topKSampling: 20,
        topPSampling: 0.8,
        minPSampling: false,
        repeatPenalty: false,
        presencePenalty: 1.5,
        maxTokens: 4_096,
        stopStrings: ["<|im_end|>"],
        cpuThreads: 4,
        enableThinking: false,
      },
    });
  });

  it("takes shares of layers and of experts", () => {
    const all = config(render(sized(unknown, 8, "dense"), { gpus: [80] })).load;
    expect(all["gpu"]).toEqual({ ratio: "max" });
    const half = render(sized(unknown, 9, "dense"), { gpus: [6.5] });
    const { ratio } = config(half).load["gpu"] as { ratio: number };
    expect(ratio).toBeGreaterThan(0);
    expect(ratio).toBeLessThan(1);
    expect(lost(half)).toContain("placement.gpuLayers");
    const experts = config(render(sized(qwen3, 8, "mixture"), { gpus: [6] })).load["gpu"];
    expect(experts).toMatchObject({ ratio: "max", numCpuExpertLayersRatio: expect.any(Number) });
  });

  it("keeps the context for each of several predictions", () => {
    const { load } = config(render(unknown, { wishes: { parallel: 2, context: 4_096 } }));
    expect(load).toMatchObject({
      contextLength: 4_096,
      maxParallelPredictions: 2,
      useUnifiedKvCache: false,
    });
  });

  it("imports every shard", () => {
    const path = "/m/my model-00001-of-00002.gguf";
    const { before } = render(unknown, { path, shards: 2 });
    expect(before.map((line) => shellWords(line))).toEqual(
      [path, "/m/my model-00002-of-00002.gguf"].map((shard) =>
        ["lms", "import", "--symbolic-link", "--user-repo", "local/my-model", "-y"].concat(shard),
      ),
    );
  });

  it("tells of YaRN, bf16, uneven GPUs and other switches", () => {
    const wishes = { context: 131_072, kvType: "bf16", batchThreads: 9 } as const;
    const run = render(qwen3, { wishes });
    expect(lost(run)).toEqual(["rope", "kvType", "threads.batch"]);
    expect(config(run).load).not.toHaveProperty("ropeFrequencyScale");
    const granite = { ...unknown, chatTemplate: "x", thinking: { ...qwen3.thinking, switch: "t" } };
    expect(messageOf(render(granite), "thinking")).toContain('"t"');
  });
});

describe("KoboldCpp", () => {
  const render = (model: ModelFacts, parts: InputParts = {}): TargetRun =>
    renderRun("koboldcpp", inputOf(model, parts));
  const config = (run: TargetRun): Parsed => JSON.parse(run.text) as Parsed;

  it("has its arguments' names as keys", () => {
    const run = render(sized(qwen3, 8, "mixture"), {
      wishes: { context: 16_384, kvType: "q8_0", batchThreads: 6 },
      gpus: [6, 6],
    });
    expect(config(run)).toMatchObject({
      model_param: "/models/m.gguf",
      contextsize: 16_384,
      quantkv: 1,
      flashattention: true,
      noflashattention: false,
      batchsize: 512,
      threads: 4,
      blasthreads: 6,
      gpulayers: expect.any(Number),
      tensor_split: [expect.any(Number), expect.any(Number)],
    });
    expect(JSON.parse(String(config(run)["gendefaults"]))).toEqual({
      temperature: 0.6,
      top_k: 20,
      top_p: 0.95,
      min_p: 0,
      presence_penalty: 1.5,
      rep_pen: 1,
    });
    expect(run.before).toEqual([]);
  });

  it.each([
    ["f16", 0, false],
    ["bf16", 0, true],
    ["q8_0", 1, false],
    ["q5_1", 1, true],
    ["q4_0", 2, false],
    ["iq4_nl", 2, true],
  ] as const)("keeps %s as quantkv %i", (kvType, quantkv, isLost) => {
    const run = render(unknown, { wishes: { kvType } });
    expect(config(run)["quantkv"]).toBe(quantkv);
    expect(lost(run).includes("kvType")).toBe(isLost);
  });

  it("tells of YaRN, several requests, long answers and thinking", () => {
    const run = render(qwen3, { wishes: { context: 131_072, parallel: 2, thinking: false } });
    expect(lost(run)).toEqual(["rope", "parallel", "outputTokens", "sampling", "thinking"]);
    expect(config(run)).not.toHaveProperty("ropeconfig");
    expect(messageOf(run, "thinking")).toContain("/no_think");
    expect(messageOf(run, "thinking")).toContain('{"enable_thinking":false}');
  });
});
