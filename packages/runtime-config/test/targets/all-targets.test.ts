import { execFileSync, spawnSync } from "node:child_process";

import fc from "fast-check";
import { parse as parseIni } from "ini";
import { describe, expect, it, test } from "vitest";
import { parse as parseYaml } from "yaml";
import {
  isRuntimeId,
  renderRun,
  RUNTIMES,
  type RuntimeId,
  type TargetRun,
} from "../../src/index.ts";
import { qwen3 } from "../models.ts";
import { shellWords } from "./command-words.ts";
import { inputOf, sized } from "./inputs.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** Where each runtime has the path of a model in one file, read by a parser of its format. */
const PATHS: Readonly<Record<RuntimeId, (run: TargetRun, path: string) => unknown>> = {
  "llama-server": ({ text }) => shellWords(text)[2],
  "llama-cli": ({ text }) => shellWords(text)[2],
  "llama-router": ({ text }) => Object.values<{ model: string }>(parseIni(text))[1]?.model,
  ollama: ({ text }) => text.slice("FROM ".length, text.indexOf("\nPARAMETER")),
  "node-llama-cpp": ({ text }) =>
    Reflect.get(
      JSON.parse(/loadModel\((\{.*?\n\})\)/s.exec(text)?.[1] ?? "") as object,
      "modelPath",
    ),
  vllm: ({ text }) => shellWords(text)[2],
  sglang: ({ text }) => shellWords(text)[4],
  "lm-studio": ({ before }) => shellWords(before[0] ?? "").at(-1),
  koboldcpp: ({ text }) => Reflect.get(JSON.parse(text) as object, "model_param"),
  "llama-cpp-python": ({ text }, path) => (hasPython ? pythonPath(text) : path),
  localai: ({ text }) =>
    `/m/${(parseYaml(text) as { parameters: { model: string } }).parameters.model}`,
  "llama-swap": ({ text }) => {
    const { models } = parseYaml(text) as { models: Record<string, { cmd: string }> };
    const [{ cmd } = { cmd: "" }] = Object.values(models);
    return shellWords(cmd.replace("${PORT}", "1").replaceAll("\n", " "))[4];
  },
  compose: ({ before }) => shellWords(before[0] ?? "")[4],
};

function pythonPath(text: string): string {
  const reader = `
import ast, json, sys
for node in ast.walk(ast.parse(sys.stdin.buffer.read())):
    if isinstance(node, ast.keyword) and node.arg == "model_path":
        print(json.dumps(node.value.value))
`;
  const output = execFileSync("python3", ["-c", reader], { input: text, encoding: "utf8" });
  return JSON.parse(output) as string;
}

const hostileName = fc.oneof(
  fc.string({
    unit: fc.constantFrom(...Array.from("ab '\"\\$`{}%#;=&|<>*!:,()[]~\t\n\r\u2028é🦙-."), "${"),
    maxLength: 12,
  }),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);
const hostilePath = hostileName
  .filter((name) => !/[\0/]/.test(name) && !/[\ud800-\udfff]/u.test(name))
  .map((name) => `/m/${name}x.gguf`);

describe("a path of any characters", () => {
  it.each(RUNTIMES)("%s has it as it is, or refuses it with the reason", (id) => {
    fc.assert(
      fc.property(hostilePath, (path) => {
        const run = rendered(id, path);
        if (run instanceof RangeError) {
          expect(run.message).toMatch(/cannot hold/);
          expect(path).toMatch(/[\n\r;#]/); // nothing else is refused
        } else if (!isBeyondTheReader(id, path)) expect(PATHS[id](run, path)).toBe(path);
      }),
      { numRuns: id === "llama-cpp-python" ? 25 : 100 },
    );
  });
});

function rendered(id: RuntimeId, path: string): TargetRun | RangeError {
  try {
    return renderRun(id, inputOf(qwen3, { path }));
  } catch (error) {
    if (error instanceof RangeError) return error;
    throw error;
  }
}

/** npm's `ini` has escapes and quotes that llama.cpp's reader has not; LocalAI goes by Windows' names, too. */
function isBeyondTheReader(id: RuntimeId, path: string): boolean {
  if (id === "llama-router")
    return /[\\=[\]\u2028]|\.$/.test(path) || /[.[]/.test(path.slice(3, -6));
  return id === "localai" && path.includes("\\");
}

/** Values that stand for nothing else, so that a text can be searched for them. */
const wishes = {
  context: 131_072,
  parallel: 3,
  kvType: "q5_1",
  thinking: false,
  sampling: {
    temperature: 0.57,
    topP: 0.913,
    topK: 17,
    minP: 0.031,
    presencePenalty: 1.27,
    repeatPenalty: 1.083,
  },
  threads: 11,
  batchThreads: 13,
  seed: 424_242,
  outputTokens: 7_321,
} as const;

const ASPECTS: readonly [setting: string, value: RegExp][] = [
  ["context", /\b(?:131072|393216)\b/],
  ["rope", /32768/],
  ["kvType", /q5_1|Q5_1|"quantkv": 1|type_k=7\b/],
  [
    "parallel",
    /parallel[^\n]*\b3\b|--parallel"\n +- "3"|max-num-seqs 3|max-running-requests 3|"sequences": 3|Predictions": 3/,
  ],
  ["sampling", /\b0\.57\b/],
  ["sampling", /\b0\.913\b/],
  ["sampling", /\b17\b/],
  ["sampling", /\b0\.031\b/],
  ["sampling.presencePenalty", /\b1\.27\b/],
  ["sampling", /\b1\.083\b/],
  ["threads", /\b11\b/],
  ["threads", /\b13\b/],
  ["seed", /\b424242\b/],
  ["outputTokens", /\b7321\b/],
  [
    "thinking",
    /no_think|enable_thinking|--reasoning off|reasoning = off|discourage|"enableThinking": false|"think": false|disable: true/,
  ],
  ["placement", /gpu-?_?layers|gpuLayers|"gpu"|gpulayers/i],
];

describe("nothing is dropped in silence", () => {
  const model = sized(qwen3, 8, "mixture");
  it.each(RUNTIMES)("%s says each setting, or that it cannot", (id) => {
    const run = renderRun(id, inputOf(model, { wishes, gpus: [30, 30] }));
    for (const [setting, value] of ASPECTS) {
      const isTold = run.losses.some(
        (loss) => loss.setting === setting || loss.setting.startsWith(`${setting}.`),
      );
      const text = `${run.text}\n${run.losses.map(({ message }) => message).join("\n")}`;
      if (!isTold) expect(text, `${id}: ${setting}`).toMatch(value);
    }
  });

  it.each(RUNTIMES)("%s tells each loss in a sentence, once", (id) => {
    const options = { rpc: ["a:1"], hosts: 2 };
    const { losses } = renderRun(id, inputOf(model, { wishes, gpus: [5, 30], options }));
    for (const { message } of losses) expect(message).not.toMatch(/undefined|NaN|^\W|\.$/);
    const settings = losses.map(({ setting, message }) => `${setting}: ${message}`);
    expect(new Set(settings).size).toBe(settings.length);
  });
});

test("every runtime knows its own name and format", () => {
  for (const id of RUNTIMES) {
    const run = renderRun(id, inputOf(qwen3));
    expect(run.runtime).toBe(id);
    expect(run.command === undefined).toBe(run.format !== "shell");
  }
  expect(RUNTIMES).toHaveLength(13);
  expect(isRuntimeId("toString")).toBe(false);
});
