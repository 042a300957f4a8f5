import { execFileSync, spawnSync } from "node:child_process";

import { expect, test } from "vitest";
import { KV_TYPES, type KvType, renderRun, type TargetRun } from "../../src/index.ts";
import { qwen3, unknown } from "../models.ts";
import { inputOf, lost, sized } from "./inputs.ts";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** Keyword arguments of the two calls, as Python itself reads them. */
const READER = `
import ast, json, sys
calls = {}
for node in ast.walk(ast.parse(sys.stdin.buffer.read())):
    if isinstance(node, ast.Call) and node.keywords:
        name = getattr(node.func, "attr", None) or node.func.id
        values = {}
        for keyword in node.keywords:
            try:
                values[keyword.arg] = ast.literal_eval(keyword.value)
            except ValueError:
                values[keyword.arg] = ast.unparse(keyword.value)
        calls[name] = values
print(json.dumps(calls))
`;

type Calls = {
  Llama: Record<string, unknown>;
  create_chat_completion: Record<string, unknown>;
};

function callsOf({ text }: TargetRun): Calls {
  const output = execFileSync("python3", ["-c", READER], { input: text, encoding: "utf8" });
  return JSON.parse(output) as Calls;
}

test.skipIf(!hasPython)("the program has YaRN and every sampler", () => {
  const wishes = { context: 131_072, kvType: "q8_0", seed: 9, batchThreads: 6 } as const;
  const { Llama, create_chat_completion: completion } = callsOf(
    renderRun("llama-cpp-python", inputOf(sized(qwen3, 8, "dense"), { wishes, gpus: [12, 12] })),
  );
  expect(Llama).toMatchObject({
    model_path: "/models/m.gguf",
    n_ctx: 131_072,
    rope_scaling_type: 2,
    rope_freq_scale: 0.25,
    yarn_orig_ctx: 32_768,
    type_k: 8,
    type_v: 8,
    flash_attn: true,
    n_gpu_layers: 9,
    tensor_split: [expect.any(Number), expect.any(Number)],
    n_batch: 2_048,
    n_ubatch: 512,
    n_threads: 4,
    n_threads_batch: 6,
    seed: 9,
    verbose: false,
  });
  expect(completion).toEqual({
    messages: "[{'role': 'user', 'content': prompt}]",
    temperature: 0.6,
    top_k: 20,
    top_p: 0.95,
    min_p: 0,
    presence_penalty: 1.5,
    repeat_penalty: 1,
    max_tokens: 32_768,
    seed: 9,
  });
});

test.skipIf(!hasPython)("a path of any characters is a string of Python's", () => {
  for (const path of [
    '/m/it\'s "a" \\ {x} %s \n \u2028 \u0007 🦙.gguf',
    String.raw`C:\new\table.gguf`,
  ])
    expect(callsOf(renderRun("llama-cpp-python", inputOf(unknown, { path }))).Llama).toMatchObject({
      model_path: path,
    });
});

test.skipIf(!hasPython)("Qwen3 is asked not to think by its word", () => {
  const run = renderRun("llama-cpp-python", inputOf(qwen3, { wishes: { thinking: false } }));
  const { messages } = callsOf(run).create_chat_completion;
  expect(messages).toBe("[{'role': 'user', 'content': prompt + ' /no_think'}]");
  expect(lost(run)).toEqual([]);
});

test.skipIf(!hasPython)("every type of the cache has a number", () => {
  for (const kvType of Object.keys(KV_TYPES) as KvType[]) {
    const run = renderRun("llama-cpp-python", inputOf(unknown, { wishes: { kvType } }));
    expect(callsOf(run).Llama["type_k"]).toEqual(expect.any(Number));
  }
});

test("what it cannot be told is told", () => {
  const model = { ...sized(qwen3, 8, "mixture"), name: "Somebody's", architecture: "granite" };
  const wishes = { parallel: 2, thinking: false };
  const input = inputOf(model, { wishes, gpus: [6], options: { rpc: ["a:1"] } });
  expect(lost(renderRun("llama-cpp-python", input))).toEqual([
    "parallel",
    "placement.cpuExpertLayers",
    "thinking",
    "rpc",
  ]);
});
