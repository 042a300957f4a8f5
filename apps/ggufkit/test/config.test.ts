import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf, buildQwen3Model, qwen3Model, qwen3Moe235bHeader } from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ggufkit, type Outcome } from "./run.ts";

let directory: string;
let model: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-config-"));
  model = await saved("model.gguf", buildQwen3Model({ contextLength: 40_960, name: "Qwen3 0.6B" }));
});
afterAll(() => rm(directory, { recursive: true }));

async function saved(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  return path;
}

const config = (...words: string[]): Promise<Outcome> => ggufkit(["config", ...words]);

type Config = Record<string, unknown> & {
  warnings: { code: string }[];
  losses: { setting: string }[];
};

async function json(...words: string[]): Promise<Config> {
  const { code, stdout, stderr } = await config(...words, "--json");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout) as Config;
}

/** Words of a command as sh reads them. */
function wordsOf(command: string): string[] {
  const script = `set -- ${command}\nprintf '%s\\0' "$@"`;
  return execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
}

describe("config", () => {
  it("prints a command that a shell can run, and notes to stderr", async () => {
    const { code, stdout, stderr } = await config(model, "--for", "llama-server", "--ctx", "65536");
    expect(code).toBe(0);
    const words = wordsOf(stdout);
    expect(words.slice(0, 5)).toEqual(["llama-server", "--model", model, "--ctx-size", "65536"]);
    expect(words.join(" ")).toContain("--rope-scaling yarn --rope-scale 2 --yarn-orig-ctx 32768");
    expect(stderr).toMatch(/^warning: YaRN [^\n]+\(static-yarn\)\nnot told: context: [^\n]+\n$/);
  });

  it("tells in JSON what the plan is, and why", async () => {
    const plan = await json(model, "--for", "ollama", "--ctx", "131072", "--gpu", "24G");
    expect(plan).toMatchObject({
      ctx: 131_072,
      rope: { type: "yarn", factor: 4, originalContext: 32_768 },
      kvType: "f16",
      placement: { gpuLayers: 3, cpuExpertLayers: 0 },
      sampling: { temperature: 0.6, topP: 0.95, topK: 20, minP: 0 },
      memory: { weightsBytes: expect.any(Number), kvBytes: expect.any(Number) },
      reasons: { rope: { from: "family" }, ctx: { from: "user" } },
      prompts: { mathematics: expect.stringContaining("boxed") },
      text: expect.stringMatching(/^FROM /),
    });
    expect(plan.warnings.map(({ code }) => code)).toContain("static-yarn");
    expect(plan.losses.map(({ setting }) => setting)).toContain("rope");
  });

  it("explains each setting in a line, before what is to be run", async () => {
    const { stdout } = await config(model, "--for", "llama-server", "--explain");
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^setting +value +from +why$/);
    expect(lines).toContainEqual(expect.stringMatching(/^sampling\.minP +0 +family +Qwen3/));
    expect(lines).toContainEqual(expect.stringMatching(/^thinking +on +file +the chat template/));
    expect(lines.at(-2)).toBe("");
    expect(lines.at(-1)).toMatch(/^llama-server /);
  });

  it("saves what is to be saved, and prints nothing else", async () => {
    const out = join(directory, "Modelfile");
    const outcome = await config(model, "--for", "ollama", "--out", out);
    expect(outcome).toMatchObject({ code: 0, stdout: "" });
    expect(await readFile(out, "utf8")).toMatch(/^FROM [^\n]+\nPARAMETER num_ctx 40960\n/);
  });

  it("passes a split model by its first shard, or asks for a merge", async () => {
    await ggufkit(["split", model, join(directory, "set"), "--max-tensors", "10"]);
    const first = join(directory, "set-00001-of-00003.gguf");
    const server = await config(first, "--for", "llama-server");
    expect(wordsOf(server.stdout)[2]).toBe(first);
    const ollama = await config(first, "--for", "ollama");
    expect(ollama.stderr).toContain(`first: ggufkit merge ${first} set.gguf\n`);
    expect(ollama.stdout).toMatch(/^FROM \.\/set\.gguf\n/);
  });

  it("reads sampling as it is typed", async () => {
    const words = ["--sampling", "top-k=5", "--sampling", "temperature=.5", "--seed", "7"];
    const plan = await json(model, "--for", "llama-cli", ...words);
    expect(plan).toMatchObject({ sampling: { topK: 5, temperature: 0.5, minP: 0 }, seed: 7 });
  });

  it("saves a chat template that fixes the mode, and names it", async () => {
    const template = join(directory, "plain.jinja");
    const words = ["--for", "llama-server", "--thinking", "off", "--template", template];
    const { code, stdout } = await config(model, ...words);
    expect(code).toBe(0);
    expect(stdout).toContain(`--chat-template-file ${template}`);
    expect(await readFile(template, "utf8")).toMatch(/^\{%- set enable_thinking = false -%\}\n/);
  });

  it("plans the guiding case from its header alone", async () => {
    const { header, fileSize } = qwen3Moe235bHeader();
    const path = await saved("Qwen3-235B-A22B-Q4_K_M.gguf", header);
    await truncate(path, fileSize); // a hole for its data
    const plan = await json(path, "--for", "llama-server", "--ctx", "131072");
    expect(plan["memory"]).toMatchObject({ kvBytes: 23.5 * 2 ** 30 });
  });
});

describe("config refuses", () => {
  const usage = ["--for", "llama-server"];
  it.each<[string, string[], RegExp]>([
    ["no runtime", [], /--for <runtime>/],
    ["an unknown runtime", ["--for", "vllm2"], /--for vllm2: expected one of llama-server/],
    ["a context of 0", [...usage, "--ctx", "0"], /between 1 and 16777216, got 0/],
    ["a context of 2^40", [...usage, "--ctx", String(2 ** 40)], /got 1099511627776/],
    ["a GPU of 0 bytes", [...usage, "--gpu", "0"], /--gpu 0: expected a size above 0/],
    ["an unknown KV type", [...usage, "--kv-type", "q3"], /one of f32, f16.*got q3/],
    ["0 slots", [...usage, "--parallel", "0"], /parallel.*got 0/],
    ["a build that is none", [...usage, "--llama-build", "old"], /v0\.5\.0, got old/],
    ["a sampler that is none", [...usage, "--sampling", "heat=1"], /NAME=VALUE/],
    ["a value that is none", [...usage, "--sampling", "top-k=x"], /expected a number/],
    ["a value out of range", [...usage, "--sampling", "top-p=2"], /topP.*between 0 and 1, got 2/],
    ["0 hosts", ["--for", "vllm", "--hosts", "0"], /hosts.*got 0/],
  ])("%s as wrong usage", async (_what, words, about) => {
    const { code, stdout, stderr } = await config(model, ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(about);
  });

  it("a later shard, a damaged file, and a model without head counts, with their names", async () => {
    const { kv, ...rest } = qwen3Model();
    const headless = (kv ?? []).filter(
      ([key]) => typeof key !== "string" || !key.includes("head_count"),
    );
    const files = [
      await saved("headless.gguf", buildGguf({ ...rest, kv: headless })),
      await saved("cut.gguf", buildQwen3Model().subarray(0, 100)),
      await saved("later-00002-of-00003.gguf", buildGguf({ ...rest, kv: laterShard(kv ?? []) })),
    ];
    for (const file of files) {
      const { code, stdout, stderr } = await config(file, ...usage);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^ggufkit: [^\n]+\n$/);
      expect(stderr).toContain(file);
    }
  });

  it("to fix a mode that the template cannot have, and leaves no file behind", async () => {
    const plain = await saved("plain.gguf", buildQwen3Model({ chatTemplate: "{{ messages }}" }));
    const template = join(directory, "none.jinja");
    const outcome = await config(plain, ...usage, "--template", template);
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(await readdir(directory)).not.toContain("none.jinja");
  });
});

function laterShard(kv: readonly (readonly [unknown, ...unknown[]])[]) {
  return [
    ...kv,
    ["split.no", "u16", 1],
    ["split.count", "u16", 3],
    ["split.tensors.count", "i32", 25],
  ] as NonNullable<Parameters<typeof buildGguf>[0]>["kv"] & object;
}
