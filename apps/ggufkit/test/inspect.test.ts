import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  buildGguf,
  type BuildKv,
  type BuildOptions,
  buildQwen3Model,
  qwen3Model,
  qwen3Moe235bHeader,
  TINY_CHAT_TEMPLATE,
} from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ggufkit, type Outcome } from "./run.ts";

let directory: string;
let tiny: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-inspect-"));
  tiny = await file("tiny.gguf", buildQwen3Model());
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  return path;
}

const built = (name: string, options: BuildOptions): Promise<string> =>
  file(name, buildGguf(options));

/** Writes the tiny model as shards of 10 tensors, without those left out; returns the first's path. */
async function shards(name: string, leaveOut: readonly number[] = []): Promise<string> {
  await mkdir(join(directory, name));
  const { kv = [], tensors = [] } = qwen3Model();
  const count = Math.ceil(tensors.length / 10);
  const paths: string[] = [];
  for (let no = 0; no < count; no++) {
    const split: BuildKv[] = [
      ["split.no", "u16", no],
      ["split.tensors.count", "i32", tensors.length],
      ["split.count", "u16", count],
    ];
    const path = `${name}/tiny-0000${no + 1}-of-0000${count}.gguf`;
    paths.push(join(directory, path));
    if (leaveOut.includes(no)) continue;
    await built(path, {
      kv: no === 0 ? [...kv, ...split] : split,
      tensors: tensors.slice(no * 10, no * 10 + 10),
    });
  }
  return paths[0] ?? "";
}

function failsInOneLine(outcome: Outcome, code: number, message: RegExp): void {
  expect(outcome.stdout).toBe("");
  expect(outcome.stderr).toMatch(/^ggufkit: [^\n]+\n$/);
  expect(outcome.stderr).toMatch(message);
  expect(outcome.code).toBe(code);
}

function jsonOf({ code, stdout, stderr }: Outcome): Record<string, unknown> {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("inspect", () => {
  it("shows a 142 GB model on one screen of 80 columns", async () => {
    const { header, fileSize } = qwen3Moe235bHeader();
    const path = await file("235b.gguf", header);
    await truncate(path, fileSize); // sparse
    const { code, stdout, stderr } = await ggufkit(["inspect", path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const text of [
      "Qwen3 235B A22B",
      "142.2 GB",
      "235.1B total, 22.2B active",
      "Q4_K_M, 4.84 bits per weight",
      "█ Q4_K 78%  ▓ Q6_K 22%",
      "40,960 tokens",
      "base 1,000,000",
      "64 heads, 4 KV heads, head dimension 128",
      "embedding 4,096, feed-forward 12,288",
      "on by default",
      "128, 8 used a token",
      "gpt2 (qwen2), 151,936 tokens",
      "switched by enable_thinking",
      "1,131: 567 Q4_K, 93 Q6_K, 471 F32",
    ]) {
      expect(stdout).toContain(text);
    }
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("tells what is particular about a model", async () => {
    const path = await built("particular.gguf", {
      kv: [
        ["general.architecture", "string", "x"],
        ["x.block_count", "u32", 2],
        ["x.attention.head_count", "u32[]", [8, 4]],
        ["x.attention.head_count_kv", "u32", 2],
        ["x.attention.key_length", "u32", 192],
        ["x.attention.value_length", "u32", 128],
        ["x.attention.sliding_window", "u32", 1024],
        ["x.attention.sliding_window_pattern", "bool[]", [true, false]],
        ["x.attention.kv_lora_rank", "u32", 512],
        ["x.ssm.state_size", "u32", 16],
        ["x.expert_count", "u32", 8],
        ["x.expert_used_count", "u32", 2],
        ["x.expert_shared_count", "u32", 1],
        ["x.rope.freq_base", "f32", 10_000],
        ["x.rope.freq_base_swa", "f32", 5000],
        ["x.rope.scaling.type", "string", "yarn"],
        ["x.rope.scaling.factor", "f32", 4],
        ["x.rope.scaling.original_context_length", "u32", 4096],
      ],
      tensors: [
        { name: "blk.0.w", shape: [1000], type: "F32" },
        { name: "blk.1.w", shape: [2000], type: "F32" },
      ],
    });
    const { stdout } = await ggufkit(["inspect", path]);
    for (const text of [
      "base 10,000, 5,000 in sliding layers, scaled by yarn × 4 from 4,096 tokens",
      "4–8 heads, 2 KV heads, head dimension 192, of values 128",
      "sliding window of 1,024 tokens in 1 of 2 layers",
      "latent (MLA): ranks 512 KV",
      "State         state 16",
      "8, 2 used a token, 1 shared",
      "Layers        ▅█",
      "4.00 kB to 8.00 kB each",
      'Error         key "x.context_length": a model needs it',
    ]) {
      expect(stdout).toContain(text);
    }
  });

  it("tells what an adapter is made for", async () => {
    const path = await built("lora.gguf", {
      kv: [
        ["general.type", "string", "adapter"],
        ["general.architecture", "string", "llama"],
        ["adapter.type", "string", "lora"],
        ["adapter.lora.alpha", "f32", 16],
      ],
      tensors: [{ name: "blk.0.attn_q.weight.lora_a", shape: [64, 8], type: "F32" }],
    });
    const { stdout } = await ggufkit(["inspect", path]);
    expect(stdout).toMatch(/Kind +adapter, llama, GGUF v3/);
    expect(stdout).toMatch(/Made for +adapting llama models, rank 8, alpha 16/);
  });

  it("lists metadata and tensors when asked to", async () => {
    const { stdout } = await ggufkit(["inspect", tiny, "--kv", "--tensors"]);
    expect(stdout).toMatch(/^qwen3\.block_count +u32 +2$/m);
    expect(stdout).toMatch(/^tokenizer\.ggml\.tokens +string\[271\] +"Ā", "ā"/m);
    expect(stdout).toMatch(/^blk\.1\.ffn_down\.weight +F16 +128 × 64 +16\.4 kB +\d+$/m);
  });

  it("prints single values: one alone, an array a line an element, several with names", async () => {
    const one = await ggufkit(["inspect", tiny, "--key", "qwen3.context_length"]);
    expect(one.stdout).toBe("512\n");
    const merges = await ggufkit(["inspect", tiny, "--key", "tokenizer.ggml.merges"]);
    expect(merges.stdout.split("\n").slice(0, 2)).toEqual(["t h", "th e"]);
    const two = await ggufkit([
      "inspect",
      tiny,
      "--key",
      "general.architecture",
      "--key",
      "general.file_type",
    ]);
    expect(two.stdout).toBe("general.architecture = qwen3\ngeneral.file_type = 1\n");
  });

  it("prints the chat template alone", async () => {
    const { stdout } = await ggufkit(["inspect", tiny, "--template"]);
    expect(stdout).toBe(`${TINY_CHAT_TEMPLATE}\n`);
  });

  it("prints no control characters out of a file", async () => {
    const hostile = "\u001b]0;owned\u0007\u001b[31mred\u009b2J";
    const path = await built("hostile.gguf", {
      kv: [
        ["general.name", "string", hostile],
        ["general.architecture", "string", hostile],
        ["tokenizer.chat_template", "string", hostile],
        [hostile, "string", hostile],
        ["list", "string[]", [hostile]],
      ],
      tensors: [{ name: hostile, shape: [1], type: "F32" }],
    });
    for (const words of [["--kv", "--tensors"], ["--template"], ["--key", "list"], ["--json"]]) {
      const { code, stdout } = await ggufkit(["inspect", path, ...words]);
      expect(code).toBe(0);
      // oxlint-disable-next-line no-control-regex -- that is what must not be there
      expect(stdout).not.toMatch(/[\u001b\u0007\u009b]/);
    }
  });
});

describe("inspect --json", () => {
  it("has the whole description", async () => {
    const document = jsonOf(await ggufkit(["inspect", tiny, "--json", "--tensors"]));
    expect(document).toMatchObject({
      version: 3,
      byteOrder: "little",
      alignment: 32,
      fileSize: buildQwen3Model().length,
      kv: {
        "general.architecture": { type: "string", value: "qwen3" },
        "tokenizer.ggml.token_type": {
          type: "array",
          elementType: "i32",
          length: 271,
          preview: [1, 1, 1, 1, 1, 1, 1, 1],
        },
      },
      model: {
        kind: "model",
        architecture: "qwen3",
        name: "Tiny Qwen3",
        activeParameters: null,
        quantization: "F16",
        contextLength: 512,
        blocks: 2,
        embeddingLength: 64,
        heads: 4,
        kvHeads: 2,
        headDim: 32,
        experts: null,
        expertsUsed: null,
        rope: { base: 1_000_000, scaling: null, dimensions: null },
        vocabularySize: 271,
        chatTemplate: TINY_CHAT_TEMPLATE,
        thinking: { switch: "enable_thinking", tags: true },
      },
      split: null,
      findings: [],
    });
    expect(document["tensors"]).toContainEqual({
      name: "token_embd.weight",
      shape: [64, 271],
      type: "F16",
      offset: 0,
      bytes: 64 * 271 * 2,
    });
  });

  it("writes what JSON has no word for as strings, and odd keys as they are", async () => {
    const path = await built("odd.gguf", {
      kv: [
        ["big", "u64", 2n ** 64n - 1n],
        ["small", "u64", 7n],
        ["list", "i64[]", [-(2n ** 63n), 1n]],
        ["nan", "f32", NaN],
        ["inf", "f64[]", [Infinity, -Infinity, 0.5]],
        ["__proto__", "u8", 1],
      ],
    });
    const { kv } = jsonOf(await ggufkit(["inspect", path, "--json"]));
    expect(Object.entries(kv as object)).toEqual([
      ["big", { type: "u64", value: "18446744073709551615" }],
      ["small", { type: "u64", value: 7 }],
      [
        "list",
        { type: "array", elementType: "i64", length: 2, preview: ["-9223372036854775808", 1] },
      ],
      ["nan", { type: "f32", value: "NaN" }],
      [
        "inf",
        { type: "array", elementType: "f64", length: 3, preview: ["Infinity", "-Infinity", 0.5] },
      ],
      ["__proto__", { type: "u8", value: 1 }],
    ]);
  });

  it("gives the keys asked for in full", async () => {
    const key = "tokenizer.ggml.merges";
    const { kv } = jsonOf(await ggufkit(["inspect", tiny, "--json", "--key", key]));
    const merges = (kv as Record<string, { length: number; value: unknown[] }>)[key];
    expect(Object.keys(kv as object)).toEqual([key]);
    expect(merges?.value).toHaveLength(merges?.length ?? 0);
  });
});

describe("a split model", () => {
  it("is described as a whole, from its first shard", async () => {
    const path = await shards("whole");
    const document = jsonOf(await ggufkit(["inspect", path, "--json", "--tensors"]));
    expect(document).toMatchObject({
      model: { kind: "model", parameters: 133_440, quantization: "F16" },
      split: { no: 0, count: 3, tensors: 25 },
      findings: [],
    });
    expect(document["tensors"]).toHaveLength(25);
    expect(document["files"]).toHaveLength(3);
  });

  it("names its missing shards", async () => {
    const path = await shards("gap", [1]);
    const { findings, model } = jsonOf(await ggufkit(["inspect", path, "--json"]));
    expect(model).toMatchObject({ kind: "shard" });
    expect(findings).toEqual([
      expect.objectContaining({
        code: "missing-shard",
        message: "tiny-00002-of-00003.gguf is missing",
      }),
    ]);
    const { stdout } = await ggufkit(["inspect", path]);
    expect(stdout).toContain("incomplete model, 2 of 3 shards");
    expect(stdout).toContain("tiny-00002-of-00003.gguf is missing");
  });

  it("tells a swapped shard, a strange one and a set with too few tensors", async () => {
    const path = await shards("swapped");
    await built("swapped/tiny-00002-of-00003.gguf", {
      kv: [
        ["split.no", "u16", 2],
        ["split.count", "u16", 7],
      ],
    });
    const { findings } = jsonOf(await ggufkit(["inspect", path, "--json"]));
    expect(findings).toMatchObject([
      { code: "split-no", shard: "tiny-00002-of-00003.gguf", expected: 1, got: 2 },
      { code: "split-count", shard: "tiny-00002-of-00003.gguf", expected: 3, got: 7 },
      { code: "split-tensors-count", shard: "tiny-00002-of-00003.gguf", expected: 25 },
      { code: "missing-key", key: "split.tensors.count" },
    ]);
  });

  it("names the shard that is cut short", async () => {
    const path = await shards("cut");
    await truncate(join(directory, "cut", "tiny-00003-of-00003.gguf"), 1000);
    const { findings } = jsonOf(await ggufkit(["inspect", path, "--json"]));
    expect(findings).toMatchObject([{ severity: "error", code: "tensor-beyond-file" }]);
    const { stdout } = await ggufkit(["inspect", path]);
    expect(stdout).toMatch(/^ {2}Error +tiny-00003-of-00003\.gguf: tensor "/m);
  });

  it("fails where the header of a shard cannot be read, and names that shard", async () => {
    const path = await shards("broken");
    await truncate(join(directory, "broken", "tiny-00002-of-00003.gguf"), 100);
    failsInOneLine(
      await ggufkit(["inspect", path]),
      1,
      /tiny-00002-of-00003\.gguf: 10 tensor entries need/,
    );
  });
});

describe("what cannot be inspected", () => {
  it("fails in one line without a stack trace", async () => {
    const page = await file("page.gguf", "<!doctype html><title>Sign in</title>");
    const cases: [path: string, message: RegExp][] = [
      [join(directory, "missing.gguf"), /missing\.gguf: .*no such file/],
      [directory, /is a directory/],
      [page, /page\.gguf: not a GGUF file but an HTML page/],
      [await file("cut.gguf", buildQwen3Model().subarray(0, 5000)), /the file ends within/],
      [await file("empty.gguf", ""), /the file is empty/],
    ];
    for (const [path, message] of cases)
      failsInOneLine(await ggufkit(["inspect", path]), 1, message);
  });

  it("shows a download that never finished, and says so", async () => {
    const model = buildQwen3Model();
    const path = await file("half.gguf", model.subarray(0, model.length - 100_000));
    const { code, stdout } = await ggufkit(["inspect", path]);
    expect(code).toBe(0);
    expect(stdout).toContain("133.4K");
    expect(stdout).toMatch(
      new RegExp(`Error +tensor "[a-z_.0-9]+": .*${model.length - 100_000} bytes`),
    );
  });

  it("fails for a key or a template that is not there", async () => {
    const bare = await built("bare.gguf", { kv: [["a", "u8", 1]] });
    failsInOneLine(await ggufkit(["inspect", bare, "--key", "b"]), 1, /bare\.gguf: no key "b"/);
    failsInOneLine(await ggufkit(["inspect", bare, "--template"]), 1, /no chat template/);
  });

  it.each([
    [["inspect"], /missing required argument/],
    [["inspect", "a.gguf", "--frobnicate"], /unknown option/],
    [["inspect", "a.gguf", "--template", "--kv"], /cannot be used with/],
    [["inspect", "no-such-alias"], /unknown model alias/],
    [["inspect", "ftp://host/a.gguf"], /not a model reference/],
    [["frobnicate"], /unknown command/],
  ])("%j is wrong usage", async (words, message) => {
    failsInOneLine(await ggufkit(words), 2, message);
  });
});

describe("the process", () => {
  it("exits with 0 when its reader goes away", async () => {
    const tokens = Array.from({ length: 200_000 }, (_, index) => `a rather long token ${index}`);
    const path = await built("long.gguf", { kv: [["tokens", "string[]", tokens]] });
    const outcome = await ggufkit(["inspect", path, "--key", "tokens"], { closeAfter: true });
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout.length).toBeLessThan(tokens.join("\n").length);
  });

  it("shows examples in its help", async () => {
    const { code, stdout } = await ggufkit(["inspect", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("ggufkit inspect model.gguf --json");
  });
});
