import {
  buildGguf,
  type BuildKv,
  type BuildOptions,
  type BuildTensor,
  buildQwen3Model,
  qwen3Moe235bHeader,
  sparseSource,
} from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";

import { bytesSource, type Finding, validate, type Validation } from "../src/index.ts";

const LLAMA: readonly BuildKv[] = [
  ["general.architecture", "string", "llama"],
  ["llama.block_count", "u32", 2],
  ["llama.context_length", "u32", 128],
  ["llama.embedding_length", "u32", 32],
];
const TENSORS: readonly BuildTensor[] = [
  { name: "token_embd.weight", shape: [32, 3], type: "F32" },
  { name: "blk.0.attn_q.weight", shape: [32, 32], type: "F32" },
  { name: "blk.1.attn_q.weight", shape: [32, 32], type: "F32" },
];

function check(options: BuildOptions): Promise<Validation> {
  return validate(bytesSource(buildGguf(options)));
}

/** The sound model with other metadata: pairs of the same key are replaced, others appended. */
function model(...changes: BuildKv[]): BuildOptions {
  const changed = new Set(changes.map(([key]) => key));
  return { kv: [...LLAMA.filter(([key]) => !changed.has(key)), ...changes], tensors: TENSORS };
}

function without(key: string): BuildOptions {
  return { kv: LLAMA.filter(([name]) => name !== key), tensors: TENSORS };
}

function brief({ findings }: Validation): Pick<Finding, "severity" | "code">[] {
  return findings.map(({ severity, code }) => ({ severity, code }));
}

describe("sound files", () => {
  it("have no findings", async () => {
    expect(await check(model())).toMatchObject({ findings: [], valid: true });
    expect(await validate(bytesSource(buildQwen3Model()))).toMatchObject({ findings: [] });
    const { header, fileSize } = qwen3Moe235bHeader();
    const { findings, gguf } = await validate(sparseSource(header, fileSize));
    expect(findings).toEqual([]);
    expect(gguf?.tensors).toHaveLength(1131);
  });
});

describe("structure", () => {
  it("is read on after every problem that leaves a way on", async () => {
    const validation = await check({
      kv: [
        ["", "u8", 1],
        ["a", "u8", 1],
        ["a", "u8", 2],
        ["general.alignment", "u32", 48],
      ],
      tensors: [
        { name: "n".repeat(64), shape: [8], type: "F32" },
        { name: "five", shape: [1, 1, 1, 1, 1], type: "F32" },
        { name: "big", shape: [2n ** 60n], type: "F32", data: new Uint8Array(0) },
        { name: "odd", shape: [33], type: "Q8_0", data: new Uint8Array(0) },
        { name: "old", shape: [32], type: 4 },
        { name: "new", shape: [32], type: 99 },
        { name: "late", shape: [8], type: "F32", offset: 96 },
        { name: "late", shape: [8], type: "F32", offset: 192 },
      ],
      trailing: new Uint8Array(400),
    });
    expect(validation.valid).toBe(false);
    expect(validation.findings.map(({ code }) => code)).toEqual([
      "empty-key",
      "duplicate-key",
      "bad-alignment",
      "tensor-name-too-long",
      "too-many-dimensions",
      "bad-dimension",
      "bad-row-length",
      "removed-tensor-type",
      "bad-tensor-type",
      "duplicate-tensor",
      "bad-tensor-offset",
      "trailing-bytes",
      "missing-key",
    ]);
    expect(validation.gguf?.tensors.map(({ name }) => name)).toEqual([
      "n".repeat(64),
      "late",
      "late",
    ]);
  });

  it("ends where nothing more can be made of it", async () => {
    const validation = await check({ kv: [["a", 13, new Uint8Array(0)]], kvCount: 5 });
    expect(validation).toMatchObject({ gguf: undefined, valid: false });
    expect(brief(validation)).toEqual([{ severity: "error", code: "truncated" }]);
    const message = validation.findings[0]?.message;
    expect(message).toMatch(/^5 KV entries need at least 70 bytes; \d+ are left \(at byte 16\)$/);
  });

  it("tells of a file that is no GGUF at all", async () => {
    const page = new TextEncoder().encode("<!doctype html><html>");
    expect(brief(await validate(bytesSource(page)))).toEqual([
      { severity: "error", code: "not-gguf" },
    ]);
  });

  it("leaves the errors of the source to the caller", async () => {
    const failing = { byteLength: 100, read: () => Promise.reject(new Error("unplugged")) };
    await expect(validate(failing)).rejects.toThrow("unplugged");
  });

  it("gives up listing after 1000 findings", async () => {
    const kv = Array.from({ length: 2000 }, (): BuildKv => ["a", "u8", 1]);
    const { findings, valid } = await check({ kv });
    expect(findings).toHaveLength(1001);
    expect(findings.at(-1)).toMatchObject({ code: "too-many-findings" });
    expect(valid).toBe(false);
  });
});

const TOKENIZER: readonly BuildKv[] = [
  ["tokenizer.ggml.model", "string", "llama"],
  ["tokenizer.ggml.tokens", "string[]", ["a", "b", "c"]],
];

interface Case {
  readonly why: string;
  readonly file: BuildOptions;
  readonly finds: Partial<Finding>;
}

const FILE: readonly Case[] = [
  {
    why: "version 1, which llama.cpp refuses",
    file: { ...model(), version: 1 },
    finds: { severity: "error", code: "old-version" },
  },
  {
    why: "bytes after the data",
    file: { ...model(), trailing: new Uint8Array(7) },
    finds: { severity: "warning", code: "trailing-bytes" },
  },
  {
    why: "a last tensor without padding",
    file: {
      ...model(),
      tensors: [...TENSORS, { name: "x", shape: [1], type: "F32" }],
      padLast: false,
    },
    finds: { severity: "info", code: "unpadded-end" },
  },
  {
    why: "a key in bad UTF-8",
    file: model([Uint8Array.of(0x61, 0xff), "u8", 1]),
    finds: { severity: "warning", code: "bad-utf8", key: "a\ufffd" },
  },
  {
    why: "a value in bad UTF-8",
    file: model(["general.name", "string", Uint8Array.of(0xc3)]),
    finds: { severity: "warning", code: "bad-utf8", key: "general.name" },
  },
  {
    why: "a template that is no Jinja",
    file: model(["tokenizer.chat_template", "string", "{% if %}"]),
    finds: { severity: "warning", code: "bad-chat-template" },
  },
];

const MODEL: readonly Case[] = [
  ...["general.architecture", "llama.context_length", "llama.block_count"].map((key): Case => ({
    why: `${key} missing`,
    file: without(key),
    finds: { severity: "error", code: "missing-key", key },
  })),
  {
    why: "heads by layer for another number of layers",
    file: model(["llama.attention.head_count_kv", "i32[]", [1, 2, 3]]),
    finds: { severity: "error", code: "array-length", expected: 2, got: 3 },
  },
  {
    why: "heads as a float",
    file: model(["llama.attention.head_count", "f32", 4]),
    finds: { severity: "error", code: "wrong-value-type", got: "f32" },
  },
  {
    why: "a scaling that llama.cpp does not know",
    file: model(["llama.rope.scaling.type", "string", "magic"]),
    finds: { severity: "error", code: "unknown-rope-scaling", got: "magic" },
  },
  {
    why: "more experts used than there are",
    file: model(["llama.expert_count", "u32", 4], ["llama.expert_used_count", "u32", 5]),
    finds: { severity: "error", code: "value-out-of-range", expected: 4, got: 5 },
  },
  {
    why: "experts of which none are used",
    file: model(["llama.expert_count", "u32", 4]),
    finds: { severity: "error", code: "value-out-of-range", got: 0 },
  },
  {
    why: "more experts than llama.cpp takes",
    file: model(["llama.expert_count", "u32", 1025], ["llama.expert_used_count", "u32", 5]),
    finds: { severity: "error", code: "value-out-of-range", expected: 1024, got: 1025 },
  },
  {
    why: "general.file_type as a string",
    file: model(["general.file_type", "string", "Q4_K_M"]),
    finds: { severity: "error", code: "wrong-value-type", key: "general.file_type" },
  },
  {
    why: "a file type that nobody knows",
    file: model(["general.file_type", "u32", 777]),
    finds: { severity: "info", code: "unknown-file-type", got: 777 },
  },
  {
    why: "a block without tensors",
    file: { ...model(), tensors: TENSORS.slice(0, 2) },
    finds: { severity: "error", code: "block-without-tensors", expected: 2, got: 1 },
  },
  {
    why: "a tensor of a block beyond the last",
    file: { ...model(), tensors: [...TENSORS, { name: "blk.2.x", shape: [1], type: "F32" }] },
    finds: { severity: "warning", code: "tensor-beyond-blocks", tensor: "blk.2.x" },
  },
];

const TOKENIZERS: readonly Case[] = [
  {
    why: "tokens that are no strings",
    file: model(["tokenizer.ggml.tokens", "u32[]", [1, 2, 3]]),
    finds: { severity: "error", code: "wrong-value-type", expected: "string[]" },
  },
  {
    why: "a special token of -1, as some writers have it for none",
    file: model(...TOKENIZER, ["tokenizer.ggml.bos_token_id", "u32", 0xffff_ffff]),
    finds: { severity: "warning", code: "special-token-out-of-range" },
  },
  {
    why: "byte-pair encoding without merges",
    file: model(...TOKENIZER.slice(1), ["tokenizer.ggml.model", "string", "gpt2"]),
    finds: { severity: "error", code: "missing-merges" },
  },
  {
    why: "an embedding of another number of rows",
    file: model(["tokenizer.ggml.tokens", "string[]", ["a", "b"]]),
    finds: { severity: "error", code: "vocabulary-mismatch", expected: 2, got: 3 },
  },
];

const split = (no: number, count: number, total: number): BuildKv[] => [
  ["split.no", "u16", no],
  ["split.tensors.count", "i32", total],
  ["split.count", "u16", count],
];

const SPLITS: readonly Case[] = [
  {
    why: "a shard beyond its set",
    file: { kv: split(2, 2, 9) },
    finds: { severity: "error", code: "bad-split", key: "split.no", expected: 1, got: 2 },
  },
  {
    why: "more tensors than the whole set",
    file: { kv: split(1, 2, 2), tensors: TENSORS },
    finds: { severity: "error", code: "bad-split", expected: 3, got: 2 },
  },
  {
    why: "split keys that are not all there",
    file: { kv: split(1, 2, 9).slice(0, 2) },
    finds: { severity: "error", code: "missing-key", key: "split.count" },
  },
  {
    why: "split keys of another type",
    file: { kv: [["split.no", "u32", 1], ...split(1, 2, 9).slice(1)] },
    finds: { severity: "error", code: "wrong-value-type", expected: "u16", got: "u32" },
  },
];

describe.each([
  ["file", FILE],
  ["model", MODEL],
  ["tokenizer", TOKENIZERS],
  ["split", SPLITS],
] as const)("%s", (_, cases) => {
  it.each(cases)("finds $why", async ({ file, finds }) => {
    const { findings, valid } = await check(file);
    expect(findings).toContainEqual(expect.objectContaining(finds));
    expect(valid).toBe(findings.every(({ severity }) => severity !== "error"));
  });
});
