import type { BuildKv, BuildOptions, BuildTensor } from "@ggufkit/fixtures";

import { expect } from "vitest";

import type { Gguf, ModelDescription } from "../src/index.ts";

/** A file as it is found in the wild, and what is made of it. */
export interface RealFile {
  readonly what: string;
  readonly file: BuildOptions;
  readonly reads?: Partial<Gguf>;
  readonly describes?: Partial<ModelDescription>;
  /** All findings, as "severity code". None by default. */
  readonly finds?: readonly string[];
}

const ARCHITECTURE: BuildKv = ["general.architecture", "string", "llama"];
const LLAMA: readonly BuildKv[] = [
  ARCHITECTURE,
  ["llama.block_count", "u32", 2],
  ["llama.context_length", "u32", 128],
  ["llama.embedding_length", "u32", 32],
];
const TOKENIZER: readonly BuildKv[] = [
  ["tokenizer.ggml.model", "string", "llama"],
  ["tokenizer.ggml.tokens", "string[]", ["a", "b", "c"]],
];
const TENSORS: readonly BuildTensor[] = [
  { name: "token_embd.weight", shape: [32, 3], type: "F32" },
  { name: "blk.0.attn_q.weight", shape: [32, 32], type: "Q8_0" },
  { name: "blk.1.attn_q.weight", shape: [32, 32], type: "Q8_0" },
];
const PARAMETERS = 32 * 3 + 2 * 32 * 32;

/** A sound model with more metadata. */
export function model(...kv: BuildKv[]): BuildOptions {
  return { kv: [...LLAMA, ...kv], tensors: TENSORS };
}

function split(no: number, count: number, tensors: number): BuildKv[] {
  return [
    ["split.no", "u16", no],
    ["split.tensors.count", "i32", tensors],
    ["split.count", "u16", count],
  ];
}

function f32(name: string, ...shape: number[]): BuildTensor {
  return { name, shape, type: "F32" };
}

const KINDS: readonly RealFile[] = [
  {
    what: "an importance matrix, which has no architecture",
    file: {
      kv: [
        ["general.type", "string", "imatrix"],
        ["imatrix.datasets", "string[]", ["calibration.txt"]],
        ["imatrix.chunk_count", "u32", 125],
        ["imatrix.chunk_size", "u32", 512],
      ],
      tensors: [f32("blk.0.attn_q.weight.in_sum2", 32, 1), f32("blk.0.attn_q.weight.counts", 1, 1)],
    },
    describes: {
      kind: "imatrix",
      architecture: undefined,
      companion: expect.objectContaining({ datasets: ["calibration.txt"], chunks: 125 }),
    },
  },
  {
    what: "a LoRA adapter, which has no hyperparameters",
    file: {
      kv: [
        ARCHITECTURE,
        ["general.type", "string", "adapter"],
        ["adapter.type", "string", "lora"],
        ["adapter.lora.alpha", "f32", 16],
      ],
      tensors: [f32("blk.0.attn_q.weight.lora_a", 32, 8), f32("blk.0.attn_q.weight.lora_b", 8, 32)],
    },
    describes: {
      kind: "adapter",
      architecture: "llama",
      companion: expect.objectContaining({ adapterAlpha: 16, adapterRank: 8 }),
    },
  },
  {
    what: "a projector of images",
    file: {
      kv: [
        ["general.architecture", "string", "clip"],
        ["clip.has_vision_encoder", "bool", true],
        ["clip.projector_type", "string", "mlp"],
        ["clip.vision.block_count", "u32", 1],
        ["clip.vision.embedding_length", "u32", 32],
        ["clip.vision.attention.head_count", "u32", 4],
      ],
      tensors: [f32("v.blk.0.attn_q.weight", 32, 32), f32("mm.0.weight", 32, 32)],
    },
    describes: {
      kind: "mmproj",
      blocks: 1,
      headDim: 8,
      companion: expect.objectContaining({ projector: "mlp", modalities: ["vision"] }),
    },
  },
  {
    what: "a control vector",
    file: {
      kv: [
        ["general.architecture", "string", "controlvector"],
        ["controlvector.model_hint", "string", "llama"],
        ["controlvector.layer_count", "i32", 2],
      ],
      tensors: [f32("direction.1", 32), f32("direction.2", 32)],
    },
    describes: { kind: "control-vector", parameters: 64 },
  },
  {
    what: "a control vector without metadata",
    file: { tensors: [f32("direction.1", 32)] },
    describes: { kind: "control-vector" },
  },
  {
    what: "a vocabulary alone",
    file: { kv: [ARCHITECTURE, ...TOKENIZER] },
    reads: { tensors: [] },
    describes: { kind: "vocabulary", parameters: 0, quantization: undefined, vocabularySize: 3 },
  },
];

const SHARDS: readonly RealFile[] = [
  {
    what: "a first shard with metadata alone",
    file: { kv: [...LLAMA, ...TOKENIZER, ...split(0, 3, 3)] },
    reads: { tensors: [] },
    describes: { kind: "shard", blocks: 2, split: { no: 0, count: 3, tensors: 3 } },
  },
  {
    what: "a set of one: 00001-of-00001",
    file: model(...split(0, 1, 3)),
    describes: { kind: "model", parameters: PARAMETERS, split: { no: 0, count: 1, tensors: 3 } },
  },
  {
    what: "a later shard, which has no architecture",
    file: { kv: split(1, 2, 9), tensors: TENSORS },
    describes: { kind: "shard", architecture: undefined, parameters: PARAMETERS },
  },
  {
    what: "a merged file, which keeps its first shard's keys",
    file: model(...split(0, 0, 3)),
    describes: { kind: "model", split: { no: 0, count: 0, tensors: 3 } },
  },
];

const METADATA: readonly RealFile[] = [
  {
    what: "the file type as a string",
    file: model(["general.file_type", "string", "Q8_0"]),
    describes: { quantization: "Q8_0" },
    finds: ["error wrong-value-type"],
  },
  {
    what: "heads and widths that differ by layer",
    file: model(
      ["llama.attention.head_count", "u32[]", [4, 2]],
      ["llama.attention.head_count_kv", "i32[]", [2, 0]],
      ["llama.feed_forward_length", "u32[]", [64, 128]],
    ),
    describes: { heads: [4, 2], kvHeads: [2, 0], feedForwardLength: [64, 128] },
  },
];

const LAYOUT: readonly RealFile[] = [
  {
    what: "dimensions of zero",
    file: { kv: LLAMA, tensors: [...TENSORS, f32("none", 0), f32("no_rows", 8, 0), f32("one")] },
    describes: { parameters: PARAMETERS + 1 },
  },
  {
    what: "bytes after the end",
    file: { ...model(), trailing: new Uint8Array(40) },
    describes: { parameters: PARAMETERS },
    finds: ["warning trailing-bytes"],
  },
  {
    what: "a last tensor that is not padded",
    file: { kv: LLAMA, tensors: [...TENSORS, f32("last", 1)], padLast: false },
    finds: ["info unpadded-end"],
  },
  {
    what: "big-endian byte order",
    file: { ...model(...TOKENIZER), byteOrder: "big" },
    reads: { byteOrder: "big", version: 3 },
    describes: { architecture: "llama", blocks: 2, vocabularySize: 3, parameters: PARAMETERS },
    finds: ["warning big-endian"],
  },
  {
    what: "version 1",
    file: { ...model(...TOKENIZER), version: 1 },
    reads: { version: 1 },
    describes: { blocks: 2, vocabularySize: 3, parameters: PARAMETERS },
    finds: ["error old-version"],
  },
  {
    what: "version 2",
    file: { ...model(...TOKENIZER), version: 2 },
    reads: { version: 2 },
    describes: { blocks: 2, vocabularySize: 3, parameters: PARAMETERS },
  },
  {
    what: "alignment 1",
    file: { ...model(), alignment: 1 },
    reads: { alignment: 1 },
    finds: ["warning small-alignment"],
  },
  { what: "alignment 64", file: { ...model(), alignment: 64 }, reads: { alignment: 64 } },
];

const NAMES: readonly RealFile[] = [
  {
    what: "a tensor without a name",
    file: { kv: LLAMA, tensors: [...TENSORS, f32("", 8)] },
    describes: { parameters: PARAMETERS + 8 },
    finds: ["warning empty-name"],
  },
  {
    what: "a tensor name of 63 bytes",
    file: { kv: LLAMA, tensors: [...TENSORS, f32("n".repeat(63), 8)] },
    describes: { parameters: PARAMETERS + 8 },
  },
  {
    what: "a tensor name with a NUL",
    file: { kv: LLAMA, tensors: [...TENSORS, f32("a\0b", 8)] },
    finds: ["error nul-in-name"],
  },
];

/** By what is odd about them. */
export const REAL_FILES: Readonly<Record<string, readonly RealFile[]>> = {
  "what is no model": KINDS,
  shards: SHARDS,
  "odd metadata": METADATA,
  "odd layout": LAYOUT,
  "odd names": NAMES,
};
