import {
  type BuildKv,
  type BuildOptions,
  type BuildTensor,
  qwen3Model,
  qwen3Moe235bHeader,
  sparseSource,
} from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";

import {
  describe as describeModel,
  FILE_TYPES,
  type ModelDescription,
  readGguf,
} from "../src/index.ts";
import { buildAndRead } from "./read.ts";

const weight: BuildTensor = { name: "token_embd.weight", shape: [32, 4], type: "Q8_0" };
const LLAMA: BuildKv = ["general.architecture", "string", "llama"];

async function descriptionOf(options: BuildOptions): Promise<ModelDescription> {
  return describeModel(await buildAndRead(options));
}

function templateOf(template: string): Promise<ModelDescription> {
  return descriptionOf({ kv: [["tokenizer.chat_template", "string", template]] });
}

describe("Qwen3-235B-A22B", () => {
  it("has 235B parameters, 22B of them active, in a Q4_K_M of 142 GB", async () => {
    const { header, fileSize } = qwen3Moe235bHeader();
    const model = describeModel(await readGguf(sparseSource(header, fileSize)));
    expect(model).toMatchObject({
      kind: "model",
      architecture: "qwen3moe",
      name: "Qwen3 235B A22B",
      parameters: 235_093_634_560,
      activeParameters: 22_190_763_520,
      quantization: "Q4_K_M",
      contextLength: 40_960,
      blocks: 94,
      embeddingLength: 4096,
      heads: 64,
      kvHeads: 4,
      headDim: 128,
      experts: 128,
      expertsUsed: 8,
      rope: { base: 1_000_000, scaling: undefined },
      tokenizer: { model: "gpt2", pre: "qwen2" },
      vocabularySize: 151_936,
      thinking: { switch: "enable_thinking", tags: true },
      split: undefined,
    });
    expect(model.bitsPerWeight).toBeCloseTo(4.84, 2);
    expect(model.tensorTypes.map(({ type }) => type)).toEqual(["Q4_K", "Q6_K", "F32"]);
    const tensors = model.tensorTypes.reduce((sum, share) => sum + share.tensors, 0);
    expect(tensors).toBe(94 * 12 + 3);
  });
});

describe("active parameters", () => {
  const moe = (tensors: BuildTensor[]): BuildOptions => ({
    kv: [LLAMA, ["llama.expert_count", "u32", 4], ["llama.expert_used_count", "u32", 1]],
    tensors,
  });
  const tensor = (name: string): BuildTensor => ({ name, shape: [4, 4, 4], type: "F32" });

  it.each([
    ["ffn_up_exps", 16],
    ["ffn_gate_up_exps", 16],
    ["ffn_down_chexps", 16],
    ["ffn_gate.3", 16],
    ["ffn_up_shexp", undefined],
    ["ffn_gate_inp", undefined],
    ["ffn_up", undefined],
  ])("of a model whose only tensor is %s: %s of 64", async (name, active) => {
    const model = await descriptionOf(moe([tensor(`blk.0.${name}.weight`)]));
    expect(model.activeParameters).toBe(active);
  });

  it("may use more experts in some layers", async () => {
    const model = await descriptionOf({
      kv: [LLAMA, ["llama.expert_count", "u32", 4], ["llama.expert_used_count", "u32[]", [1, 3]]],
      tensors: [tensor("blk.0.ffn_up_exps.weight"), tensor("blk.1.ffn_up_exps.weight")],
    });
    expect(model).toMatchObject({ expertsUsed: 3, activeParameters: 16 + 48 });
  });

  it("count shared experts and everything else in full", async () => {
    const names = ["blk.0.ffn_up_exps", "blk.0.ffn_up_shexp", "blk.0.attn_q", "output"];
    const model = await descriptionOf(moe(names.map((name) => tensor(`${name}.weight`))));
    expect(model).toMatchObject({ parameters: 4 * 64, activeParameters: 16 + 3 * 64 });
  });

  it("are left out where the file does not say how many experts work", async () => {
    const model = await descriptionOf({
      kv: [LLAMA],
      tensors: [tensor("blk.0.ffn_up_exps.weight")],
    });
    expect(model.activeParameters).toBeUndefined();
  });
});

describe("heads", () => {
  it("may differ by layer, with zeros", async () => {
    const model = await descriptionOf({
      kv: [
        LLAMA,
        ["llama.embedding_length", "u32", 64],
        ["llama.attention.head_count", "u32[]", [8, 8, 4]],
        ["llama.attention.head_count_kv", "i32[]", [2, 0, 1]],
      ],
    });
    expect(model).toMatchObject({ heads: [8, 8, 4], kvHeads: [2, 0, 1], headDim: undefined });
  });

  it("share the embedding where the file gives no key length, and are their own KV heads", async () => {
    const model = await descriptionOf({
      kv: [LLAMA, ["llama.embedding_length", "u32", 64], ["llama.attention.head_count", "u32", 4]],
    });
    expect(model).toMatchObject({ heads: 4, kvHeads: 4, headDim: 16 });
  });
});

describe("quantization", () => {
  const ofFileType = (pair: BuildKv): Promise<ModelDescription> =>
    descriptionOf({ kv: [LLAMA, pair], tensors: [weight] });

  it.each([...FILE_TYPES])("of file type %d is %s", async (id, name) => {
    const model = await ofFileType(["general.file_type", "u32", id]);
    expect(model.quantization).toBe(name);
  });

  it.each<[string, BuildKv, string]>([
    ["a guessed id", ["general.file_type", "u32", 1024 + 15], "Q4_K_M"],
    ["a name", ["general.file_type", "string", "MOSTLY_Q5_K_M"], "Q5_K_M"],
    ["an unknown id", ["general.file_type", "u32", 999], "Q8_0"],
    ["an unknown name", ["general.file_type", "string", "good"], "Q8_0"],
    ["a wrong type", ["general.file_type", "bool", true], "Q8_0"],
    ["nothing", ["other", "u32", 1], "Q8_0"],
  ])("takes %s", async (_, pair, expected) => {
    const model = await ofFileType(pair);
    expect(model.quantization).toBe(expected);
  });
});

describe("rope", () => {
  it("tells how the file already scales", async () => {
    const model = await descriptionOf({
      kv: [
        LLAMA,
        ["llama.rope.freq_base", "f32", 500_000],
        ["llama.rope.dimension_count", "u32", 128],
        ["llama.rope.scaling.type", "string", "yarn"],
        ["llama.rope.scaling.factor", "f32", 4],
        ["llama.rope.scaling.original_context_length", "u32", 32_768],
      ],
    });
    expect(model.rope).toMatchObject({
      base: 500_000,
      dimensions: 128,
      scaling: { type: "yarn", factor: 4, originalContextLength: 32_768 },
    });
  });

  it("tells YaRN's parameters, the base of sliding layers, M-RoPE's sections", async () => {
    const model = await descriptionOf({
      kv: [
        LLAMA,
        ["llama.rope.freq_base_swa", "f32", 10_000],
        ["llama.rope.dimension_sections", "i32[]", [16, 24, 24, 0]],
        ["llama.rope.scaling.type", "string", "yarn"],
        ["llama.rope.scaling.yarn_log_multiplier", "f32", 0.5],
        ["llama.rope.scaling.yarn_beta_fast", "f32", 32],
        ["llama.rope.scaling.attn_factor", "f32", 1.25],
      ],
    });
    expect(model.rope).toMatchObject({
      slidingWindowBase: 10_000,
      sections: [16, 24, 24, 0],
      scaling: { type: "yarn", yarnLogMultiplier: 0.5, yarnBetaFast: 32, attentionFactor: 1.25 },
    });
  });

  it.each([
    ["rope_freqs.weight", "llama3"],
    ["rope_factors_long.weight", "longrope"],
    ["rope.weight", undefined],
  ])("finds the factors in tensor %s: %s", async (name, expected) => {
    const model = await descriptionOf({ kv: [LLAMA], tensors: [{ ...weight, name }] });
    expect(model.rope.factorTensors).toBe(expected);
  });

  it("takes scaling of type none for no scaling, and an old linear scale for linear", async () => {
    const none = await descriptionOf({
      kv: [LLAMA, ["llama.rope.scaling.type", "string", "none"]],
    });
    const old = await descriptionOf({ kv: [LLAMA, ["llama.rope.scale_linear", "f32", 2]] });
    expect(none.rope.scaling).toBeUndefined();
    expect(old.rope.scaling).toMatchObject({ type: "linear", factor: 2 });
  });
});

describe("chat template", () => {
  it("tells what the template can do", async () => {
    const template =
      "{% if enable_thinking is false %}<think></think>{% endif %}{{ messages[0].role }}";
    const model = await templateOf(template);
    expect(model).toMatchObject({
      chatTemplate: template,
      chat: { systemRole: "supported", tools: false },
      thinking: { switch: "enable_thinking", default: "on", tags: true },
    });
  });

  it("keeps the text of one that cannot be read, and says nothing about it", async () => {
    const model = await templateOf("{% if %}<think>");
    expect(model).toMatchObject({
      chatTemplate: "{% if %}<think>",
      chat: undefined,
      thinking: { switch: undefined, tags: false },
    });
  });

  it("names the further ones", async () => {
    const model = await descriptionOf({
      kv: [
        ["tokenizer.chat_template.tool_use", "string", "{{ tools }}"],
        ["tokenizer.chat_templates", "string[]", ["tool_use"]],
      ],
    });
    expect(model.namedChatTemplates).toEqual(["tool_use"]);
  });
});

describe("attention", () => {
  const arch = (kv: BuildKv[]): BuildOptions => ({ kv: [LLAMA, ...kv] });

  it("has a sliding window by period or by layer", async () => {
    const window: BuildKv = ["llama.attention.sliding_window", "u32", 1024];
    const key = "llama.attention.sliding_window_pattern";
    const period = await descriptionOf(arch([window, [key, "u32", 6]]));
    const flags = await descriptionOf(arch([window, [key, "bool[]", [true, false]]]));
    const alone = await descriptionOf(arch([window]));
    const none = await descriptionOf(arch([["llama.attention.sliding_window", "u32", 0]]));
    expect(period.slidingWindow).toEqual({ length: 1024, pattern: 6 });
    expect(flags.slidingWindow).toEqual({ length: 1024, pattern: [true, false] });
    expect(alone.slidingWindow).toEqual({ length: 1024, pattern: undefined });
    expect(none.slidingWindow).toBeUndefined();
  });

  it("may be latent, as in DeepSeek-V3", async () => {
    const model = await descriptionOf(
      arch([
        ["llama.attention.q_lora_rank", "u32", 1536],
        ["llama.attention.kv_lora_rank", "u32", 512],
        ["llama.attention.key_length", "u32", 576],
        ["llama.attention.value_length", "u32", 512],
        ["llama.attention.key_length_mla", "u32", 192],
        ["llama.attention.value_length_mla", "u32", 128],
      ]),
    );
    expect(model).toMatchObject({
      headDim: 576,
      valueDim: 512,
      latentAttention: { kvRank: 512, queryRank: 1536, keyLength: 192, valueLength: 128 },
    });
  });

  it("may be a recurrent state", async () => {
    const mamba = await descriptionOf(
      arch([
        ["llama.ssm.conv_kernel", "u32", 4],
        ["llama.ssm.inner_size", "u32", 5120],
        ["llama.ssm.state_size", "u32", 16],
      ]),
    );
    const rwkv = await descriptionOf(arch([["llama.wkv.head_size", "u32", 64]]));
    const transformer = await descriptionOf(arch([]));
    expect(mamba.recurrent).toMatchObject({ convKernel: 4, innerSize: 5120, stateSize: 16 });
    expect(rwkv.recurrent).toMatchObject({ headSize: 64, stateSize: undefined });
    expect(transformer.recurrent).toBeUndefined();
  });
});

describe("layers", () => {
  it("sum up tensors by block, what is outside of blocks last", async () => {
    const tensors = ["output", "blk.1.attn_q", "blk.0.attn_q", "blk.0.ffn_up", "blk.10.ffn_up"];
    const model = await descriptionOf({
      kv: [LLAMA],
      tensors: tensors.map((name) => ({ ...weight, name: `${name}.weight` })),
    });
    const share = (block: number | undefined, count: number): object => ({
      block,
      tensors: count,
      bytes: count * 136,
      parameters: count * 128,
    });
    expect(model.layers).toEqual([share(0, 2), share(1, 1), share(10, 1), share(undefined, 1)]);
  });
});

describe("tokenizer", () => {
  it("has ids of special tokens by role, and whether prompts begin and end with some", async () => {
    const model = await descriptionOf({
      kv: [
        ["tokenizer.ggml.model", "string", "gpt2"],
        ["tokenizer.ggml.bos_token_id", "u32", 1],
        ["tokenizer.ggml.eos_token_id", "u64", 2n],
        ["tokenizer.ggml.padding_token_id", "string", "none"],
        ["tokenizer.ggml.add_bos_token", "bool", false],
      ],
    });
    expect(model.tokenizer).toEqual({
      model: "gpt2",
      pre: undefined,
      specialTokens: { bos: 1, eos: 2 },
      addBos: false,
      addEos: undefined,
    });
  });
});

describe("companions of a model", () => {
  it("tell what they are made for", async () => {
    const lora = await descriptionOf({
      kv: [
        ["general.type", "string", "adapter"],
        ["adapter.type", "string", "lora"],
        ["adapter.lora.alpha", "f32", 32],
      ],
      tensors: [
        { name: "blk.0.attn_q.weight.lora_a", shape: [64, 8], type: "F32" },
        { name: "blk.0.attn_q.weight.lora_b", shape: [8, 64], type: "F32" },
      ],
    });
    const projector = await descriptionOf({
      kv: [
        ["general.architecture", "string", "clip"],
        ["clip.has_vision_encoder", "bool", true],
        ["clip.has_audio_encoder", "bool", false],
        ["clip.vision.block_count", "u32", 24],
        ["clip.projector_type", "string", "mlp"],
      ],
      tensors: [weight],
    });
    const matrix = await descriptionOf({
      kv: [
        ["general.type", "string", "imatrix"],
        ["imatrix.datasets", "string[]", ["wiki.txt"]],
        ["imatrix.chunk_count", "u32", 100],
      ],
      tensors: [weight],
    });
    expect(lora.companion).toMatchObject({ adapterAlpha: 32, adapterRank: 8 });
    expect(projector).toMatchObject({
      blocks: 24,
      companion: { projector: "mlp", modalities: ["vision"] },
    });
    expect(matrix.companion).toMatchObject({ datasets: ["wiki.txt"], chunks: 100 });
    const model = await descriptionOf({ kv: [LLAMA], tensors: [weight] });
    expect(model.companion).toBeUndefined();
  });
});

describe("kind", () => {
  const vector: BuildTensor = { name: "direction.1", shape: [4], type: "F32" };
  const shard = (no: number, tensors: number): BuildKv[] => [
    ["split.no", "u16", no],
    ["split.count", "u16", 2],
    ["split.tensors.count", "i32", tensors],
  ];

  it.each<[string, BuildOptions]>([
    ["model", { kv: [LLAMA], tensors: [weight] }],
    ["vocabulary", { kv: [LLAMA, ["tokenizer.ggml.model", "string", "gpt2"]] }],
    ["adapter", { kv: [["general.type", "string", "adapter"]], tensors: [weight] }],
    ["adapter", { kv: [LLAMA, ["adapter.type", "string", "lora"]], tensors: [weight] }],
    ["mmproj", { kv: [["general.architecture", "string", "clip"]], tensors: [weight] }],
    ["imatrix", { kv: [["general.type", "string", "imatrix"]], tensors: [weight] }],
    ["control-vector", { tensors: [vector] }],
    ["shard", { kv: shard(1, 2), tensors: [weight] }],
    ["shard", { kv: [LLAMA, ...shard(0, 2)], tensors: [weight] }],
    ["shard", { kv: [LLAMA, ...shard(0, 2)] }],
  ])("%s: %j", async (kind, options) => {
    const model = await descriptionOf(options);
    expect(model.kind).toBe(kind);
  });

  it("is a model again where one shard is the whole set, or the set was merged", async () => {
    for (const count of [1, 0]) {
      const model = await descriptionOf({
        kv: [LLAMA, ["split.count", "u16", count]],
        tensors: [weight],
      });
      expect(model).toMatchObject({ kind: "model", split: { no: 0, count } });
    }
  });

  it("describes shards together as the model that they make up", async () => {
    const first = await buildAndRead({
      kv: [LLAMA, ["general.file_type", "u32", 7], ...shard(0, 2)],
      tensors: [weight],
    });
    const second = await buildAndRead({
      kv: shard(1, 2),
      tensors: [{ ...weight, name: "output.weight" }],
    });
    expect(describeModel(first, [second])).toMatchObject({
      kind: "model",
      parameters: 256,
      quantization: "Q8_0",
      split: { no: 0, count: 2, tensors: 2 },
    });
  });
});

describe("odd files", () => {
  it("describes a file without KV pairs and tensors", async () => {
    const model = await descriptionOf({});
    expect(model).toMatchObject({ parameters: 0, bitsPerWeight: undefined, tensorTypes: [] });
  });

  it("counts values of unexpected types as missing", async () => {
    const model = await descriptionOf({
      kv: [
        ["general.architecture", "string", "llama"],
        ["general.name", "u32", 1],
        ["llama.block_count", "string", "many"],
        ["llama.context_length", "u64", 2n ** 60n],
        ["llama.attention.head_count", "string[]", ["a"]],
        ["tokenizer.chat_template", "bool", true],
        ["tokenizer.ggml.tokens", "u32", 5],
      ],
      tensors: [weight],
    });
    expect(model).toMatchObject({
      name: undefined,
      blocks: undefined,
      contextLength: undefined,
      heads: undefined,
      chatTemplate: undefined,
      vocabularySize: undefined,
    });
  });

  it("describes the tiny Qwen3 model", async () => {
    const model = await descriptionOf(qwen3Model({ blocks: 1, kvHeads: 1 }));
    expect(model).toMatchObject({ kind: "model", quantization: "F16", blocks: 1, kvHeads: 1 });
  });
});
