import { describe, expect, it } from "vitest";
import {
  lintCommand,
  type LintFinding,
  type LintOptions,
  type ModelFacts,
} from "../../src/index.ts";
import { factsOf, scaled } from "../facts.ts";
import { qwen3, qwen3Instruct2507, unknown } from "../models.ts";

const GIB = 2 ** 30;
/** What Qwen3's card says about sampling while thinking, so that nothing else is found. */
const SAMPLING = "--temp 0.6 --top-k 20 --top-p 0.95 --min-p 0 --presence-penalty 1.5";
const YARN = "--rope-scaling yarn --rope-scale 4 --yarn-orig-ctx 32768";

function lint(line: string, model: ModelFacts = qwen3, options: LintOptions = {}): LintFinding[] {
  return lintCommand(model, line.split(" "), options);
}

/** What is found in flags of llama-server for Qwen3, each as severity and code. */
function found(flags: string, options: LintOptions = {}, model = qwen3): string[] {
  const line = `llama-server ${SAMPLING} ${flags}`.trim();
  return lint(line, model, options).map(({ severity, code }) => `${severity} ${code}`);
}

const problems = (all: readonly string[]): string[] => all.filter((one) => !one.startsWith("note"));

describe("YaRN on a command line", () => {
  it.each<[string, string, string[]]>([
    ["is right as the card has it", `-c 131072 -np 1 ${YARN}`, []],
    ["is missing", "-c 131072 -np 1", ["error yarn-missing"]],
    ["does nothing without a factor", "-c 131072 --rope-scaling yarn", ["error yarn-ineffective"]],
    [
      "is switched off",
      `-c 131072 ${YARN} --rope-scaling none`,
      ["warning flag-repeated", "error yarn-ineffective"],
    ],
    ["is linear by default", "-c 131072 --rope-scale 4", ["error yarn-wrong-type"]],
    [
      "takes the file's length",
      "-c 131072 --rope-scaling yarn --rope-scale 4",
      ["warning yarn-wrong-original"],
    ],
    [
      "has the file's length",
      `-c 131072 ${YARN.replace("32768", "40960")}`,
      ["warning yarn-wrong-original"],
    ],
    ["is too small", `-c 131072 ${YARN.replace("4", "2")}`, ["error yarn-wrong-factor"]],
    ["is larger than needed", `-c 65536 ${YARN}`, ["warning yarn-wrong-factor"]],
    ["is as a frequency", `-c 131072 ${YARN.replace("scale 4", "freq-scale 0.25")}`, []],
    ["is needless", `-c 40960 ${YARN}`, ["warning yarn-needless"]],
    ["is none", "-c 32768 --rope-scaling none", []],
  ])("%s", (_, flags, expected) => {
    expect(problems(found(flags))).toEqual(expected);
  });

  it("is not for models that take as much natively", () => {
    const [finding] = lint(`llama-server -c 131072 ${YARN} --min-p 0`, qwen3Instruct2507).filter(
      ({ code }) => code === "yarn-needless",
    );
    expect(finding?.message).toContain("262,144");
    expect(finding?.fix).toEqual(
      ["rope-scaling", "rope-scale", "yarn-orig-ctx"].map((setting) => ({
        action: "remove",
        setting,
      })),
    );
  });

  it("is not for files that scale by themselves, but may repeat what they say", async () => {
    const model = scaled(await factsOf({ contextLength: 131_072 }), {
      type: "yarn",
      factor: 4,
      originalContextLength: 32_768,
    });
    expect(problems(found(`-c 131072 ${YARN}`, {}, model))).toEqual([]);
    expect(problems(found(`-c 131072 ${YARN.replace("scale 4", "scale 2")}`, {}, model))).toEqual([
      "warning file-already-scaled",
    ]);
  });

  it("cannot stretch what is trained into the weights", async () => {
    const model = scaled(await factsOf({ contextLength: 131_072 }), { type: "llama3", factor: 8 });
    expect(problems(found(`-c 131072 ${YARN}`, {}, model))).toEqual(["warning scaling-in-file"]);
    expect(problems(found("-c 200000", {}, model))).toEqual(["warning context-beyond-file"]);
  });

  it("needs the file's length raised for builds of old", () => {
    const codes = (flags: string, llamaBuild?: string): string[] =>
      found(`-c 131072 -np 1 ${YARN} ${flags}`.trim(), { llamaBuild });
    expect(codes("")).toEqual(["note context-capped"]);
    expect(codes("", "2026-08-30")).toEqual([]);
    expect(codes("", "2026-08-29")).toEqual(["error context-capped"]);
    const raised = "--override-kv qwen3moe.context_length=int:131072";
    expect(codes(raised, "2026-08-29")).toEqual([]);
    expect(codes(raised.replace("131072", "65536"), "2026-08-29")).toEqual([
      "error context-capped",
    ]);
    expect(() => codes("", "yesterday")).toThrow(
      expect.objectContaining({ name: "InvalidWishError", field: "llamaBuild" }),
    );
  });
});

describe("slots", () => {
  it.each<[string, string, string[]]>([
    ["share the context", "-c 131072 -np 4", ["note context-shared"]],
    ["share one cache where nobody says how many", `-c 131072 ${YARN}`, ["note context-capped"]],
    [
      "share one cache where it is asked for",
      `-c 131072 -np 4 -kvu ${YARN}`,
      ["note context-capped"],
    ],
    [
      "have less than RoPE is scaled for",
      `-c 131072 -np 4 ${YARN}`,
      ["warning context-beyond-slots"],
    ],
    [
      "have less than an answer may take",
      "-c 65536 -np 2 -n 32768",
      ["note context-shared", "warning context-beyond-slots"],
    ],
    ["have no room for a prompt", "-c 32768 -np 1 -n 32768", ["warning output-beyond-context"]],
    ["have what the file says, and that is told", "-np 1", ["note context-missing"]],
    ["have a part of what the file says", "-c 0 -np 4", ["warning context-missing"]],
  ])("%s", (_, flags, expected) => {
    expect(found(flags)).toEqual(expected);
  });

  it("have as much each as was asked for all, if there is memory", () => {
    const fix = (memoryBytes: number): unknown =>
      lint(`llama-server -c 131072 -np 4 ${YARN}`, qwen3, {
        hardware: { cores: 1, memoryBytes },
      })[0]?.fix;
    expect(fix(64 * GIB)).toEqual([{ action: "set", setting: "ctx-size", value: "524288" }]);
    expect(fix(1.6 * GIB)).toEqual([{ action: "set", setting: "kv-unified", value: "on" }]);
  });

  it("are none in llama-cli", () => {
    const codes = lint(`llama-cli ${SAMPLING} -c 131072 -np 4 ${YARN}`).map(({ code }) => code);
    expect(codes).toEqual([]);
  });

  it("cost memory that nobody asked for where the file says much", () => {
    expect(problems(found("", {}, qwen3Instruct2507))).toContain("warning context-missing");
  });
});

describe("samplers", () => {
  const codes = (line: string, model?: ModelFacts): string[] =>
    lint(`llama-server -c 8192 -np 1 ${line}`.trim(), model).map(
      ({ severity, code, setting }) => `${severity} ${code} ${setting}`,
    );

  it("have defaults that bite, by the mode that the model is in", () => {
    expect(codes("")).toEqual([
      "warning sampling-default-bites temp",
      "warning sampling-default-bites top-k",
      "warning sampling-default-bites min-p",
      "note presence-penalty-missing presence-penalty",
    ]);
    // 0.95, which is right for thinking, is not for answers at once.
    expect(codes("--reasoning off")).toContain("warning sampling-default-bites top-p");
  });

  it("are the file's own where it has some", async () => {
    const model = await factsOf({
      kv: [
        ["general.sampling.temp", "f32", 0.6],
        ["general.sampling.top_k", "i32", 20],
        ["general.sampling.min_p", "f32", 0],
      ],
    });
    expect(codes("", model)).toEqual(["note presence-penalty-missing presence-penalty"]);
  });

  it("are nobody's business where nobody recommends any", () => {
    expect(codes("", unknown)).toEqual([]);
  });

  it("may be the user's own, but not greedy while thinking", () => {
    expect(codes(SAMPLING.replace("0.6", "0.9"))).toEqual(["note sampling-differs temp"]);
    expect(codes(SAMPLING.replace("0.6", "0"))).toEqual(["warning greedy-thinking temp"]);
    expect(codes(SAMPLING.replace("k 20", "k 1"))).toEqual(["warning greedy-thinking top-k"]);
    expect(codes(`${SAMPLING.replace("0.6", "0")} --reasoning off`)).not.toContain(
      "warning greedy-thinking temp",
    );
  });
});

describe("thinking", () => {
  it.each<[string, string, string[]]>([
    ["--reasoning off --reasoning-budget 0", "reasoning-budget", ["remove"]],
    [
      '--chat-template-kwargs {"enable_thinking":false} --reasoning-budget 0',
      "reasoning-budget",
      ["remove"],
    ],
    ['--chat-template-kwargs {"thinking":false}', "chat-template-kwargs", ["set"]],
    ["--no-jinja --reasoning off", "jinja", ["remove"]],
    ["--chat-template-kwargs {enable_thinking:false}", "chat-template-kwargs", ["set"]],
  ])("is switched wrongly by %s", (flags, setting, actions) => {
    const [finding] = lint(`llama-server -c 8192 -np 1 ${flags}`).filter(
      ({ code }) => !code.startsWith("sampling") && !code.startsWith("presence"),
    );
    expect(finding?.setting).toBe(setting);
    expect(finding?.fix?.map(({ action }) => action)).toEqual(actions);
  });

  it("goes by the variable that the template has", async () => {
    const model = await factsOf({
      architecture: "granite",
      name: "Granite",
      chatTemplate: "{%- if thinking %}<think>{% endif %}",
    });
    const [finding] = lint("llama-server -c 8192 -np 1 --reasoning on", model);
    expect(finding).toMatchObject({
      code: "no-thinking-switch",
      fix: [
        { action: "remove", setting: "reasoning" },
        { action: "set", setting: "chat-template-kwargs", value: '{"thinking":true}' },
      ],
    });
  });

  it("cannot be switched where there is no switch, which matters only when the model does otherwise", () => {
    const codes = (flag: string): string[] =>
      lint(`llama-server -c 8192 -np 1 ${flag}`, qwen3Instruct2507).map(({ code }) => code);
    expect(codes("--reasoning on")).toContain("no-thinking-switch");
    expect(codes("--reasoning off")).not.toContain("no-thinking-switch");
  });
});

describe("the cache", () => {
  it.each<[string, string[]]>([
    ["-ctk q8_0 -ctv q8_0 -fa on", []],
    ["-ctk q8_0 -fa off", []],
    ["-ctv q8_0", ["note kv-quantized-without-flash-attention"]],
    ["-ctv q8_0 -fa off", ["error kv-quantized-without-flash-attention"]],
    ["-ctk q8 -ctv q4_2", ["error kv-type-unknown", "error kv-type-unknown"]],
  ])("%s", (flags, expected) => {
    expect(found(`-c 8192 -np 1 ${flags}`)).toEqual(expected);
  });

  it("has blocks that divide the heads", async () => {
    const model = await factsOf({ keys: [["attention.key_length", "u32", 80]] });
    const types = (type: string): string[] => found(`-c 8192 -np 1 -fa on -ctk ${type}`, {}, model);
    expect(types("q8_0")).toEqual(["error kv-type-block"]);
    expect(types("bf16")).toEqual([]);
  });

  it("fits the memory, quantised or shorter where it has to be", () => {
    const fix = (flags: string, memoryBytes: number): unknown =>
      lint(`llama-server ${SAMPLING} -np 1 ${flags}`, qwen3, {
        hardware: { cores: 1, memoryBytes },
      }).find(({ code }) => code === "memory-exceeded")?.fix;
    const line = `-c 131072 ${YARN}`;
    expect(fix(line, 2 * GIB)).toBeUndefined();
    expect(fix(line, 1.3 * GIB)).toEqual([
      { action: "set", setting: "cache-type-k", value: "q8_0" },
      { action: "set", setting: "cache-type-v", value: "q8_0" },
    ]);
    expect(fix(`${line} -ctk f16`, 1.3 * GIB)).toEqual([
      { action: "set", setting: "ctx-size", value: expect.stringMatching(/^\d+$/) },
    ]);
  });

  it("has no more layers on GPUs than they hold", () => {
    const hardware = { cores: 1, memoryBytes: 64 * GIB, gpus: [{ memoryBytes: 1.8 * GIB }] };
    const codes = (flags: string): unknown =>
      lint(`llama-server ${SAMPLING} -c 524288 -np 4 ${YARN} ${flags}`.trim(), qwen3, { hardware })
        .filter(({ code }) => code === "gpu-memory-exceeded")
        .map(({ fix }) => fix);
    expect(codes("")).toEqual([]);
    expect(codes("-ngl 1")).toEqual([]);
    expect(codes("-ngl 99")).toEqual([
      [
        { action: "set", setting: "gpu-layers", value: "2" },
        { action: "remove", setting: "cpu-moe" },
        { action: "remove", setting: "n-cpu-moe" },
      ],
    ]);
  });
});

describe("words of a command line", () => {
  it.each<[string, string, unknown]>([
    ["--temp=0.6", "flag-with-equals", [{ action: "set", setting: "temp", value: "0.6" }]],
    [
      "--ctx-szie 5",
      "unknown-flag",
      [{ action: "rename", setting: "--ctx-szie", to: "--ctx-size" }],
    ],
    ["--no-such-flag-at-all 5", "unknown-flag", undefined],
    ["--constructor", "unknown-flag", undefined],
    ["model.gguf", "stray-word", undefined],
    [
      "--no-mmap",
      "flag-removed",
      [
        { action: "remove", setting: "--no-mmap" },
        { action: "set", setting: "load-mode", value: "none" },
      ],
    ],
    [
      "-fa --host 0.0.0.0",
      "flag-without-value",
      [{ action: "set", setting: "flash-attn", value: "on" }],
    ],
    ["-c 32k", "bad-value", [{ action: "set", setting: "ctx-size", value: "32768" }]],
    [
      "-m a-00002-of-00003.gguf",
      "later-shard",
      [{ action: "set", setting: "model", value: "a-00001-of-00003.gguf" }],
    ],
  ])("%s", (flags, code, fix) => {
    const [finding] = lint(`llama-server ${flags}`);
    expect(finding).toMatchObject({ code });
    expect(finding?.fix).toEqual(fix);
  });

  it("are read under all of their names", () => {
    const short = "-c 131072 -np 2 --predict 70000 -ctk q8 -rea off --temperature 0";
    const long =
      "--ctx_size 131072 --parallel 2 --n-predict 70000 --cache-type-k q8 --reasoning off --temp 0";
    const seen = (flags: string): unknown[] =>
      lint(`llama-server ${flags}`).map(({ code, setting, fix }) => ({ code, setting, fix }));
    expect(seen(short)).toEqual(seen(long));
  });

  it("of other programs are refused", () => {
    expect(() => lint("ollama run qwen3")).toThrow(
      expect.objectContaining({ name: "InvalidWishError", field: "command" }),
    );
  });

  it("that only builds of old know are not held against them", () => {
    const codes = lint("llama-server -c 8192 --mlock", unknown, { llamaBuild: "2026-05-01" });
    expect(codes).toEqual([]);
  });
});
