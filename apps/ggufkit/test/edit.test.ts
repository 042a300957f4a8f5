import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { GgufValue, NewValueType } from "@ggufkit/gguf";
import { readGgufFile } from "@ggufkit/gguf/node";
import { buildQwen3Model } from "@ggufkit/fixtures";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { parseRename, parseSet, parseValue } from "../src/edit-arguments.ts";
import { parseSize } from "../src/size-argument.ts";
import { ggufkit, type Outcome } from "./run.ts";

const MODEL = buildQwen3Model();

let directory: string;
let model: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-edit-"));
  model = join(directory, "tiny.gguf");
  await writeFile(model, MODEL);
});
afterEach(() => rm(directory, { recursive: true }));

async function valueIn(path: string, key: string): Promise<GgufValue | undefined> {
  const { kv } = await readGgufFile(path);
  return kv.get(key);
}

/** Runs an edit that must succeed and say nothing on stderr. */
async function edit(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await ggufkit(["edit", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

function failsInOneLine(outcome: Outcome, code: number, message: RegExp): void {
  expect(outcome.stdout).toBe("");
  expect(outcome.stderr).toMatch(/^ggufkit: [^\n]+\n$/);
  expect(outcome.stderr).toMatch(message);
  expect(outcome.code).toBe(code);
}

describe("edit", () => {
  it("sets, removes and renames keys in place, in one go", async () => {
    const stdout = await edit(
      model,
      "--set",
      "general.name=string:Qwen",
      "--set",
      "qwen3.context_length=u32:1024",
      "--remove",
      "general.type",
      "--rename",
      "general.file_type=general.kind",
    );
    expect(stdout).toMatch(/tiny\.gguf was edited in place: 4 changes, [\d.]+ kB written/);
    expect(await valueIn(model, "general.name")).toMatchObject({ value: "Qwen" });
    expect(await valueIn(model, "qwen3.context_length")).toEqual({ type: "u32", value: 1024 });
    expect(await valueIn(model, "general.type")).toBeUndefined();
    expect(await valueIn(model, "general.kind")).toEqual({ type: "u32", value: 1 });
    expect(await valueIn(model, "general.file_type")).toBeUndefined();
    expect(await stat(model)).toMatchObject({ size: MODEL.length });
  });

  it("sets a chat template from a file, byte for byte", async () => {
    const template = Buffer.from("\ufeff{{ messages }}\n\0\xff", "latin1");
    const path = join(directory, "template.jinja");
    await writeFile(path, template);
    await edit(model, "--set", `tokenizer.chat_template=string:@${path}`);
    const value = await valueIn(model, "tokenizer.chat_template");
    expect(value?.type === "string" && Buffer.from(value.bytes)).toEqual(template);
  });

  it("writes OUT and leaves IN alone", async () => {
    const out = join(directory, "out.gguf");
    const stdout = await edit(model, out, "--set", 'general.tags=string[]:["a", "b"]');
    expect(stdout).toContain("out.gguf was written");
    const tags = await valueIn(out, "general.tags");
    expect(tags?.type === "array" && tags.toArray()).toEqual(["a", "b"]);
    expect(Buffer.compare(await readFile(model), MODEL)).toBe(0);
  });

  it("leaves room when it rewrites, so that the next edit is made in place", async () => {
    const long = "x".repeat(5000);
    const first = await edit(
      model,
      "--set",
      `general.description=string:${long}`,
      "--leave-room",
      "64K",
    );
    expect(first).toMatch(/was rewritten, as the header needs more bytes .*64\.0 kB left/);
    const second = await edit(model, "--set", `general.url=string:${long}`);
    expect(second).toMatch(/was edited in place/);
  });

  it("shows what it would do, and does nothing, with --dry-run", async () => {
    const before = await stat(model);
    const stdout = await edit(
      model,
      "--dry-run",
      "--set",
      "general.name=string:Qwen",
      "--set",
      "new=f32:nan",
      "--remove",
      "general.type",
      "--rename",
      "general.file_type=general.kind",
    );
    expect(stdout.split("\n").map((line) => line.trimEnd())).toEqual([
      expect.stringMatching(/^ +key +old +new$/),
      expect.stringMatching(/^replaced +general\.name +string "Tiny Qwen3" +string "Qwen"$/),
      expect.stringMatching(/^added +new +f32 NaN$/),
      expect.stringMatching(/^removed +general\.type +string "model"$/),
      expect.stringMatching(/^renamed +general\.file_type +u32 1 +as general\.kind$/),
      "",
      expect.stringMatching(/would be edited in place: 4 changes, [\d.]+ kB written/),
      "",
    ]);
    const rewritten = await edit(model, "--dry-run", "--set", `long=string:${"x".repeat(5000)}`);
    expect(rewritten).toMatch(
      /would be rewritten, as the header needs more bytes than it has: 1 change/,
    );
    expect(await stat(model)).toMatchObject({ mtimeMs: before.mtimeMs, size: before.size });
    expect(Buffer.compare(await readFile(model), MODEL)).toBe(0);
    expect(await readdir(directory)).toEqual(["tiny.gguf"]);
  });

  it("prints one JSON document with --json", async () => {
    const words = [model, "--set", "n=u64:18446744073709551615", "--json"];
    const planned: unknown = JSON.parse(await edit(...words, "--dry-run"));
    const document = {
      file: model,
      out: model,
      dryRun: true,
      way: "in-place",
      reason: null,
      changes: [
        {
          type: "added",
          key: "n",
          old: null,
          value: { type: "u64", value: "18446744073709551615" },
        },
      ],
      fileSize: MODEL.length,
      room: 0,
    };
    expect(planned).toMatchObject(document);
    expect(JSON.parse(await edit(...words))).toMatchObject({ ...document, dryRun: false });
  });

  it.each([
    [["x.gguf"], /nothing to change/],
    [["x.gguf", "--set", "general.name"], /expected KEY=TYPE:VALUE/],
    [["x.gguf", "--set", "n=u128:1"], /expected KEY=TYPE:VALUE, TYPE one of u8/],
    [["x.gguf", "--set", "n=u8:300"], /--set n: .*300.* from 0 to 255/],
    [["x.gguf", "--set", "n=u32[]:1"], /JSON array/],
    [["x.gguf", "--rename", "a"], /expected OLD=NEW/],
    [["x.gguf", "--remove", "a", "--leave-room", "much"], /expected a size/],
    [[], /missing required argument/],
  ])("refuses %j as wrong usage", async (words, message) => {
    failsInOneLine(await ggufkit(["edit", ...words]), 2, message);
  });

  it("tells wrong usage from what the file does not allow", async () => {
    const twice = await ggufkit(["edit", model, "--remove", "a", "--set", "a=bool:true"]);
    failsInOneLine(twice, 2, /two changes concern this key/);
    const missing = await ggufkit(["edit", model, "--remove", "general.nothing"]);
    failsInOneLine(missing, 1, /key "general\.nothing": the file has no such key/);
    const alignment = await ggufkit(["edit", model, "--set", "general.alignment=u32:64"]);
    failsInOneLine(alignment, 1, /every tensor would move/);
    failsInOneLine(await ggufkit(["edit", "missing.gguf", "--remove", "a"]), 1, /ENOENT/);
    expect(Buffer.compare(await readFile(model), MODEL)).toBe(0);
  });
});

describe("parseSet", () => {
  it("takes key, type and value apart, whatever signs are in them", () => {
    expect(parseSet("a.b=string:x=y:z")).toEqual({
      key: "a.b",
      type: "string",
      value: { text: "x=y:z" },
    });
    expect(parseSet("a=b=u8:1")).toMatchObject({ key: "a=b", type: "u8" });
    expect(parseSet("a=i64[]:[1]")).toMatchObject({ type: "i64[]", value: { text: "[1]" } });
    expect(parseSet("a=string:")).toMatchObject({ value: { text: "" } });
    expect(parseSet("a=string:two\nlines")).toMatchObject({ value: { text: "two\nlines" } });
    expect(parseSet("a=string:@b.txt")).toMatchObject({ value: { file: "b.txt" } });
    expect(parseSet("a=string:@@b")).toMatchObject({ value: { text: "@b" } });
  });

  it.each(["", "a", "=u8:1", "a=u8", "a:u8=1", "a=U8:1"])("refuses %j", (word) => {
    expect(() => parseSet(word)).toThrow(/KEY=TYPE:VALUE/);
  });
});

describe("parseValue", () => {
  const parsed = (type: string, content: string | Uint8Array): unknown => {
    const value = parseValue({ key: "k", type: type as NewValueType }, content);
    return value.type === "array" ? value.toArray() : value.value;
  };

  it.each<[string, string, unknown]>([
    ["u8", "255", 255],
    ["u32", "0xff", 255],
    ["i16", "-32768", -32_768],
    ["i32", "+5", 5],
    ["u64", "18446744073709551615", 2n ** 64n - 1n],
    ["i64", "-1", -1n],
    ["f64", "1.5e-3", 0.0015],
    ["f64", ".5", 0.5],
    ["f32", "nan", Number.NaN],
    ["f32", "-inf", -Infinity],
    ["f64", "Infinity", Infinity],
    ["bool", "true", true],
    ["bool", "false", false],
    ["string", " 5 ", " 5 "],
    ["u32[]", "[1, 2]", [1, 2]],
    ["u64[]", '[1, "18446744073709551615"]', [1n, 2n ** 64n - 1n]],
    ["f32[]", '[1, "nan", "-inf"]', [1, Number.NaN, -Infinity]],
    ["bool[]", "[true, false]", [true, false]],
    ["string[]", '["1", ""]', ["1", ""]],
    ["u8[]", "[]", []],
  ])("reads %s:%s", (type, text, value) => {
    expect(parsed(type, text)).toEqual(value);
  });

  it("reads what a text file holds without the newline at its end", () => {
    expect(parsed("u32", Buffer.from("5\n"))).toBe(5);
    expect(parsed("u32[]", Buffer.from("[\n1\n]\n"))).toEqual([1]);
    expect(parsed("string", Buffer.from("5\n"))).toBe("5\n");
  });

  it.each([
    ["u8", "256"],
    ["u8", ""],
    ["u8", "1.0"],
    ["u8", "one"],
    ["f32", "1,5"],
    ["f32", ""],
    ["f32", "1e39"],
    ["bool", "yes"],
    ["u32[]", "1"],
    ["u32[]", "[1,]"],
    ["u32[]", "[1.5]"],
    ["u64[]", "[9007199254740993]"],
    ["string[]", "[1]"],
    ["u32[]", "[[1]]"],
  ])("refuses %s:%s", (type, text) => {
    expect(() => parsed(type, text)).toThrow(/^--set k: /);
  });
});

describe("parseRename and parseSize", () => {
  it("read what they should and refuse the rest", () => {
    expect(parseRename("a.b=c")).toEqual({ key: "a.b", to: "c" });
    for (const word of ["a", "a=", "=b", "a=b=c"])
      expect(() => parseRename(word)).toThrow(/OLD=NEW/);
    expect(parseSize("--leave-room", "4096")).toBe(4096);
    expect(parseSize("--leave-room", "64k")).toBe(64_000);
    expect(parseSize("--leave-room", "1.5KiB")).toBe(1536);
    for (const word of ["", "-1", "1,5K", "K", "1Kb", "1T", "9".repeat(20)])
      expect(() => parseSize("--leave-room", word)).toThrow(/--leave-room/);
  });
});
