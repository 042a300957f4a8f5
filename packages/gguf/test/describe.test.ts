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
    expect(model.rope).toEqual({
      base: 500_000,
      dimensions: 128,
      scaling: { type: "yarn", factor: 4, originalContextLength: 32_768 },
    });
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

describe("thinking", () => {
  it.each([
    ["{% if enable_thinking %}<think>{% endif %}", "enable_thinking", true],
    ["{%- if not thinking is defined %}{% set thinking = false %}{% endif %}", "thinking", false],
    ["{{ message.thinking }}", undefined, false],
    ["{{ 'thinking of you' }} thinking", undefined, false],
    ["<think>{{ content }}</think>", undefined, true],
    ["{{ content }}", undefined, false],
  ])("in %j: switch %s, tags %s", async (template, name, tags) => {
    const model = await templateOf(template);
    expect(model.thinking).toEqual({ switch: name, tags });
    expect(model.chatTemplate).toBe(template);
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
