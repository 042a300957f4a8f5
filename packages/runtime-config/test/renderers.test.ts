import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { planRun, renderLlamaServer, renderNodeLlamaCpp } from "../src/index.ts";
import { quoteArgument } from "../src/posix-quote.ts";
import { qwen3, qwen3Instruct2507, unknown } from "./models.ts";

/** From `llama-server --help`, llama.cpp 0c1e570 (1 October 2026). */
const LLAMA_SERVER_FLAGS = new Set(
  [
    ["-m", "-c", "-n", "-t", "-tb", "-s"],
    ["--rope-scaling", "--rope-scale", "--yarn-orig-ctx", "--override-kv"],
    ["--temp", "--top-k", "--top-p", "--min-p", "--presence-penalty", "--repeat-penalty"],
    ["--reasoning"],
  ].flat(),
);

const hardware = { cores: 4 };

test("llama-server gets the model card's YaRN flags and every sampler", () => {
  const plan = planRun(qwen3, { context: 131_072, seed: 7, batchThreads: 8 }, hardware);
  const { command, text, losses } = renderLlamaServer(plan, "qwen3.gguf");
  expect(text).toBe(
    [
      "llama-server -m qwen3.gguf -c 131072",
      "--rope-scaling yarn --rope-scale 4 --yarn-orig-ctx 32768",
      "--temp 0.6 --top-k 20 --top-p 0.95 --min-p 0 --presence-penalty 1.5 --repeat-penalty 1",
      "-s 7 -t 4 -tb 8 -n 32768 --reasoning on",
    ].join(" "),
  );
  expect(command.join(" ")).toBe(text);
  expect(losses).toEqual([expect.stringContaining("qwen3moe.context_length=int:131072")]);
});

test("without scaling there is no rope flag, and without a switch no reasoning flag", () => {
  const plan = planRun(unknown, {}, hardware);
  const { command, losses } = renderLlamaServer(plan, "m.gguf");
  expect(command.filter((word) => /rope|yarn|reasoning|^-s$/.test(word))).toEqual([]);
  expect(losses).toEqual([]);
  const quiet = renderLlamaServer(planRun(qwen3, { thinking: false }, hardware), "m.gguf");
  expect(quiet.command.slice(-2)).toEqual(["--reasoning", "off"]);
});

test("older builds get the raised context length instead of a loss", () => {
  const plan = planRun(qwen3, { context: 65_536 }, hardware);
  const { command, losses } = renderLlamaServer(plan, "m.gguf", { raiseContextLength: true });
  expect(command[command.indexOf("--override-kv") + 1]).toBe("qwen3moe.context_length=int:65536");
  expect(losses).toEqual([]);
});

test("every flag exists and has one value", () => {
  for (const model of [qwen3, qwen3Instruct2507, unknown]) {
    for (const context of [1_024, 65_536, 300_000]) {
      const plan = planRun(model, { context, seed: 1 }, hardware);
      const run = renderLlamaServer(plan, "m.gguf", { raiseContextLength: true });
      const [program, ...flags] = run.command;
      expect(program).toBe("llama-server");
      expect(flags.length % 2).toBe(0);
      for (const flag of flags.filter((_, index) => index % 2 === 0)) {
        expect(LLAMA_SERVER_FLAGS).toContain(flag);
      }
    }
  }
});

test("a path with spaces and quotes is one word for the shell", () => {
  const path = '/models/it\'s a "test" $(id)/Qwen3.gguf';
  const { command, text } = renderLlamaServer(planRun(qwen3, {}, hardware), path);
  expect(command[2]).toBe(path);
  expect(text).toContain(`-m '/models/it'\\''s a "test" $(id)/Qwen3.gguf' -c`);
});

test("a shell reads back every quoted word as it was", () => {
  const words = fc.sample(fc.string({ unit: "grapheme" }), { numRuns: 200, seed: 1 });
  const hostile = ["", "~", "a b", "'", "''", "$HOME", "`id`", "\\", "\n", "*", "-n", "é"];
  const all = [...hostile, ...words].filter((word) => !word.includes("\0"));
  const script = `printf '%s\\0' ${all.map(quoteArgument).join(" ")}`;
  const output = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" });
  expect(output.split("\0").slice(0, -1)).toEqual(all);
});

test("node-llama-cpp gets YaRN as overrides whose factor is never a whole number", () => {
  for (const context of [65_536, 98_304, 100_000, 131_072]) {
    const plan = planRun(qwen3, { context }, hardware);
    const scaling =
      renderNodeLlamaCpp(plan).loadModel.metadataOverrides?.["qwen3moe"]?.rope.scaling;
    expect(scaling).toMatchObject({ type: "yarn", original_context_length: 32_768 });
    expect(Number.isInteger(scaling?.factor)).toBe(false);
    expect(scaling?.factor).toBeCloseTo(plan.rope?.value.factor ?? 0, 5);
  }
});

test("node-llama-cpp gets its own names", () => {
  const plan = planRun(qwen3, { context: 8_192, thinking: false, seed: 3 }, hardware);
  expect(renderNodeLlamaCpp(plan)).toEqual({
    loadModel: {},
    createContext: { contextSize: 8_192, threads: 4 },
    prompt: {
      temperature: 0.7,
      topK: 20,
      topP: 0.8,
      minP: 0,
      seed: 3,
      maxTokens: 4_096,
      repeatPenalty: { penalty: 1, presencePenalty: 1.5 },
    },
    thoughts: "discourage",
    losses: [],
  });
});

test("neutral penalties are switched off, since node-llama-cpp's default is not neutral", () => {
  const run = renderNodeLlamaCpp(planRun(unknown, { batchThreads: 2 }, hardware));
  expect(run.prompt.repeatPenalty).toBe(false);
  expect(run).not.toHaveProperty("thoughts");
  expect(run.losses).toEqual([expect.stringContaining("2")]);
});
