import { buildGguf, type BuildKv, type BuildOptions, qwen3Model } from "@ggufkit/fixtures";

import { takeApart, type SeedFile } from "./fuzz-fields.ts";

const EVERY_TYPE: readonly BuildKv[] = [
  ["general.architecture", "string", "llama"],
  ["llama.block_count", "u32", 2],
  ["llama.expert_count", "u32", 4],
  ["llama.expert_used_count", "u32[]", [1, 2]],
  ["llama.attention.head_count", "u32[]", [4, 2]],
  ["llama.attention.sliding_window", "u32", 16],
  ["llama.attention.sliding_window_pattern", "bool[]", [true, false]],
  ["llama.rope.scaling.type", "string", "yarn"],
  ["llama.rope.scaling.factor", "f32", 4],
  ["tokenizer.ggml.tokens", "string[]", ["a", "", "\ufeff", "\0", "ü"]],
  ["tokenizer.ggml.scores", "f32[]", [0, 1, 2, 3, 4]],
  ["tokenizer.ggml.eos_token_id", "u32", 1],
  ["u8", "u8", 1],
  ["i8", "i8", -1],
  ["u16", "u16", 1],
  ["i16", "i16", -1],
  ["i32", "i32", -1],
  ["u64", "u64", 2n ** 60n],
  ["i64", "i64", -(2n ** 60n)],
  ["f64", "f64", 0.5],
  ["bool", "bool", true],
  ["u64[]", "u64[]", [1n, 2n ** 63n]],
  ["f64[]", "f64[]", [1, Infinity]],
  ["i16[]", "i16[]", []],
];

const SMALL: BuildOptions = {
  kv: EVERY_TYPE,
  tensors: [
    { name: "token_embd.weight", shape: [32, 5], type: "F32" },
    { name: "blk.0.ffn_up_exps.weight", shape: [32, 2, 4], type: "Q8_0" },
    { name: "blk.1.ffn_up_exps.weight", shape: [256, 1, 4], type: "Q4_K" },
    { name: "blk.1.none", shape: [0, 7], type: "F16" },
    { name: "one", shape: [], type: "F64" },
  ],
};

const ADAPTER: BuildOptions = {
  kv: [
    ["general.type", "string", "adapter"],
    ["general.architecture", "string", "llama"],
    ["adapter.lora.alpha", "f32", 16],
  ],
  tensors: [
    { name: "blk.0.attn_q.weight.lora_a", shape: [32, 8], type: "F32" },
    { name: "blk.0.attn_q.weight.lora_b", shape: [8, 32], type: "F32" },
  ],
};

const SHARD: BuildOptions = {
  kv: [
    ["split.no", "u16", 1],
    ["split.tensors.count", "i32", 9],
    ["split.count", "u16", 2],
  ],
  tensors: [{ name: "blk.7.attn_q.weight", shape: [32, 4], type: "Q4_0" }],
};

// Its last string ends with the file.
const VOCABULARY: BuildOptions = {
  kv: [
    ["general.architecture", "string", "llama"],
    ["tokenizer.ggml.model", "string", "llama"],
    ["tokenizer.ggml.tokens", "string[]", ["a", "bc", "def"]],
  ],
};

const MANY_TENSORS: BuildOptions = {
  alignment: 64,
  kv: [["general.architecture", "string", "llama"]],
  tensors: Array.from({ length: 200 }, (_, index) => ({
    name: `blk.${index >> 2}.ffn_up.${index & 3}.weight`,
    shape: [1],
    type: "F32",
  })),
};

/** What is mutated. */
export const SEED_FILES: readonly SeedFile[] = (
  [
    ["qwen3", qwen3Model({ blocks: 1, embedding: 32, feedForward: 32, heads: 1, kvHeads: 1 })],
    ["version 1", { ...SMALL, version: 1 }],
    ["version 2", { ...SMALL, version: 2 }],
    ["version 3", SMALL],
    ["big-endian", { ...SMALL, byteOrder: "big" }],
    ["version 1, big-endian", { ...SMALL, version: 1, byteOrder: "big" }],
    ["shard", SHARD],
    ["adapter", ADAPTER],
    ["vocabulary", VOCABULARY],
    ["many tensors", MANY_TENSORS],
    ["empty", {}],
  ] as const
).map(([name, options]) => takeApart(name, buildGguf(options)));
