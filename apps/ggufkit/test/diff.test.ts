import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  buildGguf,
  buildGgufHeader,
  qwen3Model,
  qwen3Moe235b,
  type BuildKv,
  type BuildOptions,
} from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ggufkit, type Outcome } from "./run.ts";

let directory: string;
let tiny: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-diff-"));
  tiny = await built("tiny.gguf", qwen3Model());
});
afterAll(() => rm(directory, { recursive: true }));

async function built(name: string, options: BuildOptions): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, buildGguf(options));
  return path;
}

/** A header with as much nothing behind it as it claims. */
async function sparse(name: string, options: BuildOptions): Promise<string> {
  const { header, fileSize } = buildGgufHeader(options);
  const path = join(directory, name);
  await writeFile(path, header);
  await truncate(path, fileSize);
  return path;
}

/** The tiny model as two shards; returns the first's path. */
async function shards(name: string): Promise<string> {
  await mkdir(join(directory, name));
  const { kv = [], tensors = [] } = qwen3Model();
  const split = (no: number): BuildKv[] => [
    ["split.no", "u16", no],
    ["split.tensors.count", "i32", tensors.length],
    ["split.count", "u16", 2],
  ];
  await built(`${name}/t-00002-of-00002.gguf`, { kv: split(1), tensors: tensors.slice(9) });
  const kvOfFirst = [...kv, ...split(0)];
  return built(`${name}/t-00001-of-00002.gguf`, { kv: kvOfFirst, tensors: tensors.slice(0, 9) });
}

function doneWith({ code, stdout, stderr }: Outcome): string {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

const jsonOf = (outcome: Outcome): Record<string, unknown> =>
  JSON.parse(doneWith(outcome)) as Record<string, unknown>;

/** The tiny model with a value, a type, a tensor and a byte of data changed. */
function changed(): BuildOptions {
  const { kv = [], tensors = [] } = qwen3Model();
  const changes: BuildKv[] = [
    ["qwen3.block_count", "u64", 2],
    ["general.name", "string", "Other\u001b[31m"],
  ];
  const changedPair = (pair: BuildKv): BuildKv => changes.find(([key]) => key === pair[0]) ?? pair;
  return {
    kv: [...kv.map(changedPair), ["new.key", "bool", true]],
    tensors: tensors.slice(1).map((tensor, index) => {
      const data = tensor.data?.slice();
      if (index === 1 && data) data[77] = (data[77] ?? 0) ^ 1;
      return data ? { ...tensor, data } : tensor;
    }),
  };
}

describe("diff", () => {
  it("shows what was added, removed and changed, each on a line", async () => {
    const other = await built("other.gguf", changed());
    const out = doneWith(await ggufkit(["diff", tiny, other]));
    expect(out).toContain(`--- ${tiny} (25 tensors, `);
    expect(out).toContain(`+++ ${other} (24 tensors, `);
    expect(out).toMatch(/^\+ {2}new\.key +bool +true$/m);
    expect(out).toMatch(/^~ {2}general\.name +string +"Tiny Qwen3" → "Other\\u001b\[31m"$/m);
    expect(out).toMatch(/^~ {2}qwen3\.block_count +u32 → u64 +2 → 2$/m);
    expect(out).toMatch(/^- {2}token_embd\.weight +F16 +34\.7 kB$/m);
    expect(out).not.toMatch(/Data|no differences/);
    const back = doneWith(await ggufkit(["diff", other, tiny]));
    expect(back).toMatch(/^- {2}new\.key/m);
    expect(back).toMatch(/^\+ {2}token_embd\.weight/m);
  });

  it("finds a changed byte when asked to compare the data", async () => {
    const other = await built("other.gguf", changed());
    const out = doneWith(await ggufkit(["diff", tiny, other, "--content"]));
    expect(out).toMatch(/^Data 1 of 24 differ\n~ {2}\S+ +from byte 77\n {3}23 are equal$/m);
    const json = jsonOf(await ggufkit(["diff", tiny, other, "--content", "--json"]));
    expect(json).toMatchObject({
      identical: false,
      data: { compared: 24, different: [{ firstByte: 77 }], incomparable: [] },
    });
  });

  it("says so where there is no difference", async () => {
    const copy = await built("copy.gguf", qwen3Model());
    expect(doneWith(await ggufkit(["diff", tiny, copy]))).toMatch(
      /\n\nno differences in the headers\n$/,
    );
    const all = doneWith(await ggufkit(["diff", tiny, copy, "--content"]));
    expect(all).toMatch(/25 are equal\n\nno differences\n$/);
    const json = jsonOf(await ggufkit(["diff", tiny, copy, "--json"]));
    expect(json).toMatchObject({ identical: true, header: [], data: null });
  });

  it("sums up the tensors of two quantizations of one model", async () => {
    const { kv = [], tensors = [] } = qwen3Moe235b();
    const finer = tensors.map((tensor) =>
      tensor.type === "Q4_K" ? { ...tensor, type: "Q6_K" as const } : tensor,
    );
    const a = await sparse("a.gguf", { kv, tensors });
    const b = await sparse("b.gguf", { kv, tensors: finer });
    const out = doneWith(await ggufkit(["diff", a, b]));
    expect(out).toMatch(/^Tensors 567 changed\n~ {2}567 +Q4_K → Q6_K +111\.0 GB → 161\.8 GB$/m);
    expect(out.split("\n").length).toBeLessThan(10);
    const listed = doneWith(await ggufkit(["diff", a, b, "--tensors"]));
    expect(listed.match(/^~ .*Q4_K → Q6_K/gm)).toHaveLength(567);
  });

  it("shows where long texts and long arrays begin to differ", async () => {
    const long = (end: string): string => `${"the same ".repeat(400)}${end}`;
    const tokens = Array.from({ length: 5000 }, (_, index) => `token ${index}`);
    const texts = (name: string, end: string, at: number) =>
      built(name, {
        kv: [
          ["tokenizer.chat_template", "string", long(end)],
          ["tokenizer.ggml.tokens", "string[]", tokens.with(at, end)],
        ],
      });
    const out = doneWith(
      await ggufkit(["diff", await texts("x.gguf", "left", 9), await texts("y.gguf", "right", 9)]),
    );
    expect(out).toContain('from character 3,600: …"me the same left" → …"me the same right"');
    expect(out).toMatch(/string\[5,000\] +1 differ, first at 9: "left" → "right"$/m);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThan(140);
  });

  it("compares a set with the model that it was split from", async () => {
    const first = await shards("set");
    const out = doneWith(await ggufkit(["diff", tiny, first, "--content"]));
    expect(out).toMatch(/\(25 tensors, .*, 2 shards\)$/m);
    expect(out).toMatch(/^Metadata 3 added$/m);
    expect(out).not.toMatch(/^Tensors/m);
    expect(out).toMatch(/^ {3}25 are equal$/m);
  });

  it("warns of a shard that is not there", async () => {
    const first = await shards("incomplete");
    await rm(first.replace("00001-of", "00002-of"));
    const { code, stderr, stdout } = await ggufkit(["diff", tiny, first]);
    expect(code).toBe(0);
    expect(stderr).toContain("without its shard t-00002-of-00002.gguf");
    expect(stdout).toMatch(/^Tensors 16 removed$/m);
  });

  it("says that data of different byte orders cannot be compared", async () => {
    const big = await built("big.gguf", { ...qwen3Model(), byteOrder: "big" });
    const out = doneWith(await ggufkit(["diff", tiny, big, "--content"]));
    expect(out).toMatch(/^~ {2}byte order {2}little → big$/m);
    expect(out).toContain("25 are stored in different byte orders");
    expect(out).not.toContain("no differences");
  });

  it("fails in one line where a model cannot be read", async () => {
    const page = join(directory, "page.gguf");
    await writeFile(page, "<html>");
    const { code, stderr, stdout } = await ggufkit(["diff", tiny, page]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^ggufkit: .*page\.gguf: not a GGUF file but [^\n]+\n$/);
    expect((await ggufkit(["diff", tiny])).code).toBe(2);
  });
});
