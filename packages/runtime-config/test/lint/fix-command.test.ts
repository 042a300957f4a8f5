import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixCommand, isProblem, type LintOptions, type ModelFacts } from "../../src/index.ts";
import { factsOf, scaled } from "../facts.ts";
import { qwen3, qwen3Instruct2507, unknown } from "../models.ts";

const GIB = 2 ** 30;

const longrope = scaled(
  await factsOf({ architecture: "phi3", name: "Phi", contextLength: 131_072 }),
  {
    type: "longrope",
    factor: 32,
    originalContextLength: 4_096,
  },
);
const yarnInFile = scaled(await factsOf({ contextLength: 131_072 }), {
  type: "yarn",
  factor: 4,
  originalContextLength: 32_768,
});
const granite = await factsOf({
  architecture: "granite",
  name: "Granite 3.3",
  contextLength: 131_072,
  chatTemplate: "{%- if thinking %}<think>{% endif %}",
});

const models: readonly ModelFacts[] = [
  qwen3,
  qwen3Instruct2507,
  unknown,
  longrope,
  yarnInFile,
  granite,
];

/** Each is wrong, superfluous or missing something with some of the models. */
const fragments: readonly (readonly string[])[] = [
  ...["0", "8192", "32k", "65536", "131072", "300000", "many"].map((value) => ["-c", value]),
  ["--ctx-size=16384"],
  ["--ctx_size", "40960"],
  ["--ctx-szie", "8192"],
  ...["1", "2", "4", "-1", "0"].map((value) => ["-np", value]),
  ["-kvu"],
  ["--no-kv-unified"],
  ...["yarn", "linear", "none", "YARN", "ntk"].map((value) => ["--rope-scaling", value]),
  ...["1", "2", "3.25", "4", "8", "x"].map((value) => ["--rope-scale", value]),
  ["--rope-freq-scale", "0.25"],
  ...["32768", "40960", "0"].map((value) => ["--yarn-orig-ctx", value]),
  ["--yarn-ext-factor", "0"],
  ...["q8_0", "q8", "Q4_0", "fp16", "int3"].map((value) => ["-ctk", value]),
  ...["q8_0", "q5", "bf16"].map((value) => ["--cache-type-v", value]),
  ["-fa"],
  ["-fa", "off"],
  ["--flash-attn", "yes"],
  ["-ngl", "99"],
  ["-ncmoe", "1"],
  ["--temp", "0"],
  ["--temperature=0.6"],
  ["--top-k", "1"],
  ["--top-p", "95"],
  ["--min-p"],
  ["--predict", "200000"],
  ["-n", "20000"],
  ["--reasoning", "off"],
  ["-rea", "maybe"],
  ["--reasoning-budget", "0"],
  ...['{"enable_thinking":false}', "{enable_thinking:false}", '{"enable_thinking":"true"}'].map(
    (value) => ["--chat-template-kwargs", value],
  ),
  ["--chat-template-kwargs", '{"thinking":true,"tools":1}'],
  ["--no-jinja"],
  ["--mlock"],
  ["--no-mmap"],
  ["--draft-max", "8"],
  ["--override-kv", "qwen3moe.context_length=int:50000"],
  ["-m", "models/a-00002-of-00003.gguf"],
];

const options = fc.record<LintOptions>({
  llamaBuild: fc.constantFrom(undefined, "2026-08-01", "2026-10-01"),
  hardware: fc.constantFrom(
    undefined,
    { cores: 4, memoryBytes: 1.3 * GIB },
    { cores: 4, memoryBytes: 2 * GIB, gpus: [{ memoryBytes: 1.2 * GIB }] },
    { cores: 4, gpus: [{ memoryBytes: 24 * GIB }, { memoryBytes: 24 * GIB }] },
  ),
});

const command = fc
  .tuple(fc.constantFrom("llama-server", "/opt/llama.cpp/llama-cli"), fc.subarray([...fragments]))
  .chain(([program, chosen]) =>
    fc
      .shuffledSubarray([...chosen], { minLength: chosen.length })
      .map((shuffled) => [
        "numactl",
        program,
        "--alias",
        "it's mine",
        ...shuffled.flat(),
        "--host",
        "0.0.0.0",
      ]),
  );

describe("a fixed command", () => {
  it("is mended for what was meant, not for what a slip made of it", () => {
    const fixed = (line: string, model: ModelFacts): string =>
      fixCommand(model, line.split(" ")).fixed.join(" ");
    expect(fixed("llama-server --ctx-szie 8192", qwen3Instruct2507)).toContain("--ctx-size 8192");
    const off = "llama-server -c 8192 --chat-template-kwargs {enable_thinking:false}";
    expect(fixed(off, qwen3)).toContain("--temp 0.7 --top-k 20 --top-p 0.8");
    expect(fixed(off.replace("{enable_", "{"), qwen3)).toContain("--temp 0.7");
  });

  it("has no problems left, and needs no second fix", () => {
    fc.assert(
      fc.property(fc.constantFrom(...models.keys()), command, options, (index, words, settings) => {
        const model = models[index] ?? qwen3;
        const { fixed, remaining } = fixCommand(model, words, settings);
        expect(remaining.filter(isProblem)).toEqual([]);
        expect(fixCommand(model, fixed, settings)).toMatchObject({ fixed, remaining });
        expect(fixed.slice(0, 4)).toEqual(words.slice(0, 4));
        expect(fixed.slice(fixed.indexOf("--host")).slice(0, 2)).toEqual(["--host", "0.0.0.0"]);
      }),
      { numRuns: 300 },
    );
  });
});
