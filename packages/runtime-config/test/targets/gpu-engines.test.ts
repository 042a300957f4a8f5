import { describe, expect, it, test } from "vitest";
import { renderRun, type TargetRun } from "../../src/index.ts";
import { qwen3, unknown } from "../models.ts";
import { shellWords } from "./command-words.ts";
import { inputOf, type InputParts, lost, messageOf, sized, valueOf } from "./inputs.ts";

const dense = sized(qwen3, 8, "dense");
/** Room for the 8 blocks of 1 GiB on two GPUs. */
const TWO = [6, 6];

const json = (run: TargetRun, flag: string): unknown => JSON.parse(valueOf(run, flag));

describe("vLLM", () => {
  const vllm = (parts: InputParts = {}, model = dense): TargetRun =>
    renderRun("vllm", inputOf(model, { gpus: TWO, ...parts }));

  it("gets YaRN with the base that it would otherwise lose", () => {
    const model = { ...dense, rope: { ...dense.rope, base: 1_000_000 } };
    const run = vllm({ wishes: { context: 131_072 } }, model);
    expect(valueOf(run, "--max-model-len")).toBe("131072");
    expect(json(run, "--hf-overrides")).toEqual({
      rope_parameters: {
        rope_type: "yarn",
        factor: 4,
        original_max_position_embeddings: 32_768,
        rope_theta: 1_000_000,
      },
    });
    expect(vllm().command).not.toContain("--hf-overrides");
  });

  it("gets samplers, the length of answers, thinking and its parser", () => {
    const run = vllm({ wishes: { thinking: false, seed: 5, parallel: 3 } });
    expect(json(run, "--override-generation-config")).toEqual({
      temperature: 0.7,
      top_p: 0.8,
      top_k: 20,
      min_p: 0,
      repetition_penalty: 1,
      max_new_tokens: 32_768,
    });
    expect(json(run, "--default-chat-template-kwargs")).toEqual({ enable_thinking: false });
    expect(valueOf(run, "--reasoning-parser")).toBe("qwen3");
    expect(valueOf(run, "--seed")).toBe("5");
    expect(valueOf(run, "--max-num-seqs")).toBe("3");
    expect(messageOf(run, "sampling.presencePenalty")).toContain('"presence_penalty": 1.5');
  });

  it("switches top-k off by -1", () => {
    const run = vllm({ wishes: { sampling: { topK: 0 } } });
    expect(json(run, "--override-generation-config")).toMatchObject({ top_k: -1 });
  });

  it("takes the tokenizer of the base model, and says so where there is none", () => {
    for (const baseModel of ["Qwen/Qwen3-0.6B", "https://huggingface.co/Qwen/Qwen3-0.6B"])
      expect(valueOf(vllm({ options: { baseModel } }), "--tokenizer")).toBe("Qwen/Qwen3-0.6B");
    const without = vllm();
    expect(without.command).not.toContain("--tokenizer");
    expect(lost(without)).toContain("tokenizer");
  });

  it("shares each layer over the GPUs of one machine", () => {
    const run = vllm();
    expect(valueOf(run, "--tensor-parallel-size")).toBe("2");
    expect(run.command).not.toContain("--pipeline-parallel-size");
    expect(vllm({ gpus: [80] }).command).not.toContain("--tensor-parallel-size");
  });

  it("gives each GPU layers of its own where the heads cannot be shared", () => {
    const run = vllm({ gpus: [5, 5, 5] });
    expect(valueOf(run, "--pipeline-parallel-size")).toBe("3");
    expect(run.command).not.toContain("--tensor-parallel-size");
    expect(messageOf(run, "placement.tensorSplit")).toContain("attention heads");
  });

  it("spans machines by Ray, which is started first", () => {
    const run = vllm({ options: { hosts: 3, headAddress: "10.0.0.1" } });
    expect(valueOf(run, "--tensor-parallel-size")).toBe("2");
    expect(valueOf(run, "--pipeline-parallel-size")).toBe("3");
    expect(valueOf(run, "--distributed-executor-backend")).toBe("ray");
    expect(run.before.map((line) => shellWords(line))).toEqual([
      ["ray", "start", "--head", "--port=6379"],
      ["ray", "start", "--address=10.0.0.1:6379"],
      ["ray", "start", "--address=10.0.0.1:6379"],
    ]);
    expect(() => vllm({ options: { hosts: 0 } })).toThrow(
      expect.objectContaining({ field: "hosts" }),
    );
  });

  it("takes fp8 for q8_0 alone, and says so", () => {
    const q8 = vllm({ wishes: { kvType: "q8_0" } });
    expect(valueOf(q8, "--kv-cache-dtype")).toBe("fp8");
    expect(messageOf(q8, "kvType")).toContain("q8_0");
    const q4 = vllm({ wishes: { kvType: "q4_0" } });
    expect(q4.command).not.toContain("--kv-cache-dtype");
    expect(lost(q4)).toContain("kvType");
    expect(lost(vllm())).not.toContain("kvType");
  });

  it("is refused no plan without GPUs, but told of", () => {
    expect(lost(vllm({ gpus: [] }))).toContain("placement.gpuLayers");
    const experts = vllm({ gpus: [5] }, sized(qwen3, 8, "mixture"));
    expect(lost(experts)).toContain("placement.cpuExpertLayers");
  });

  it("says what a context beyond the file needs, and a scaling in tensors, and several ends", () => {
    const llama3 = {
      ...sized(unknown, 8, "dense"),
      rope: { ...unknown.rope, factorTensors: "llama3" as const },
      endTokens: ["<|eot_id|>", "<|eom_id|>"],
    };
    const run = vllm({ wishes: { context: 20_000 } }, llama3);
    expect(messageOf(run, "context")).toContain("VLLM_ALLOW_LONG_MAX_MODEL_LEN");
    expect(lost(run)).toContain("rope");
    expect(messageOf(run, "stop")).toContain('["<|eot_id|>","<|eom_id|>"]');
  });
});

describe("SGLang", () => {
  const sglang = (parts: InputParts = {}, model = dense): TargetRun =>
    renderRun("sglang", inputOf(model, { gpus: TWO, ...parts }));

  it("gets YaRN, and a position limit that lets the context pass", () => {
    const run = sglang({ wishes: { context: 131_072 } });
    expect(run.command?.slice(0, 3)).toEqual(["python", "-m", "sglang.launch_server"]);
    expect(valueOf(run, "--load-format")).toBe("gguf");
    expect(valueOf(run, "--quantization")).toBe("gguf");
    expect(valueOf(run, "--context-length")).toBe("131072");
    expect(json(run, "--json-model-override-args")).toEqual({
      rope_scaling: { rope_type: "yarn", factor: 4, original_max_position_embeddings: 32_768 },
      max_position_embeddings: 131_072,
    });
    expect(sglang().command).not.toContain("--json-model-override-args");
  });

  it("tells what its OpenAI API wants with each request", () => {
    const run = sglang();
    const params = { temperature: 0.6, presence_penalty: 1.5, top_k: 20 };
    expect(json(run, "--preferred-sampling-params")).toMatchObject(params);
    const [request = ""] = /\{.*\}/.exec(messageOf(run, "sampling")) ?? [];
    expect(JSON.parse(request)).toMatchObject({ ...params, max_tokens: 32_768 });
  });

  it("has the parsers' names of its own", () => {
    expect(valueOf(sglang(), "--reasoning-parser")).toBe("qwen3");
    const r1 = { ...dense, architecture: "qwen2", name: "DeepSeek R1 Distill Qwen 7B" };
    expect(valueOf(sglang({}, r1), "--reasoning-parser")).toBe("deepseek-r1");
    expect(valueOf(renderRun("vllm", inputOf(r1)), "--reasoning-parser")).toBe("deepseek_r1");
  });

  it("is started once on each machine", () => {
    const run = sglang({ options: { hosts: 2, headAddress: "10.0.0.1" } });
    expect(valueOf(run, "--tp-size")).toBe("2");
    expect(valueOf(run, "--pp-size")).toBe("2");
    expect(run.command?.slice(-6)).toEqual(
      ["--nnodes", "2", "--node-rank", "0"].concat(["--dist-init-addr", "10.0.0.1:20000"]),
    );
    const [second = ""] = run.before;
    expect(run.before).toHaveLength(1);
    expect(shellWords(second)).toEqual(
      run.command?.map((word, at) => (run.command?.[at - 1] === "--node-rank" ? "1" : word)),
    );
  });

  it("takes fp8 for q8_0 alone, and says so", () => {
    const q8 = sglang({ wishes: { kvType: "q8_0" } });
    expect(valueOf(q8, "--kv-cache-dtype")).toBe("fp8_e4m3");
    expect(lost(q8)).toContain("kvType");
    expect(sglang({ wishes: { kvType: "q5_0" } }).command).not.toContain("--kv-cache-dtype");
    expect(valueOf(sglang({ wishes: { kvType: "bf16" } }), "--kv-cache-dtype")).toBe("bf16");
  });
});

test.each(["vllm", "sglang"] as const)("%s reads one file: a split model is merged", (id) => {
  const path = "/m/Qwen3-00001-of-00002.gguf";
  const run = renderRun(id, inputOf(qwen3, { path, shards: 2 }));
  expect(run.before).toEqual([`ggufkit merge ${path} Qwen3.gguf`]);
  expect(run.command).toContain("./Qwen3.gguf");
  expect(shellWords(run.text)).toEqual(run.command);
});

test.each(["vllm", "sglang"] as const)("%s takes no path for an option", (id) => {
  const run = renderRun(id, inputOf(qwen3, { path: "-x.gguf" }));
  expect(run.command).toContain("./-x.gguf");
});
