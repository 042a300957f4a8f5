import fc from "fast-check";
import { parse as parseIni } from "ini";
import { describe, expect, it, test } from "vitest";
import { type ModelFacts, renderRun, type Wishes } from "../../src/index.ts";
import { qwen3, qwen3Instruct2507, unknown } from "../models.ts";
import { shellWords } from "./command-words.ts";
import { inputOf, lost, messageOf, sized, valueOf } from "./inputs.ts";
import { LLAMA_CPP_VERSION, LONG_FLAGS } from "./llama-server-flags.ts";

const mixture = sized(qwen3, 8, "mixture");
const models: readonly ModelFacts[] = [
  qwen3,
  qwen3Instruct2507,
  unknown,
  mixture,
  sized(unknown, 8, "dense"),
];

const anyWishes: fc.Arbitrary<Wishes> = fc.record(
  {
    context: fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.constant("max" as const)),
    kvType: fc.constantFrom("f16" as const, "bf16" as const, "q8_0" as const, "q4_0" as const),
    parallel: fc.integer({ min: 1, max: 16 }),
    thinking: fc.boolean(),
    seed: fc.nat(),
    threads: fc.integer({ min: 1, max: 64 }),
    batchThreads: fc.integer({ min: 1, max: 64 }),
    sampling: fc.record({ presencePenalty: fc.double({ min: -2, max: 2, noNaN: true }) }),
  },
  { requiredKeys: [] },
);
const anyInput = fc
  .record({
    model: fc.constantFrom(...models),
    wishes: anyWishes,
    gpus: fc.array(fc.integer({ min: 2, max: 80 }), { maxLength: 4 }),
    options: fc.constantFrom({}, { llamaBuild: "2026-08-29" }, { rpc: ["a:50052", "b:50052"] }),
  })
  .map(({ model, ...parts }) => inputOf(model, parts));

describe("llama-server", () => {
  it("gets the model card's YaRN flags and every sampler", () => {
    const wishes = { context: 131_072, seed: 7, batchThreads: 8 };
    const run = renderRun("llama-server", inputOf(qwen3, { wishes, path: "qwen3.gguf" }));
    expect(run.text).toBe(
      [
        "llama-server --model qwen3.gguf --ctx-size 131072",
        "--rope-scaling yarn --rope-scale 4 --yarn-orig-ctx 32768",
        "--cache-type-k f16 --cache-type-v f16 --flash-attn on",
        "--batch-size 2048 --ubatch-size 512 --threads 4 --threads-batch 8",
        "--temp 0.6 --top-k 20 --top-p 0.95 --min-p 0 --presence-penalty 1.5 --repeat-penalty 1",
        "--seed 7 --predict 32768 --reasoning on --parallel 1",
      ].join(" "),
    );
    expect(run.command?.join(" ")).toBe(run.text);
    expect(messageOf(run, "context")).toContain("--override-kv qwen3moe.context_length=int:131072");
  });

  it("has no rope flag without scaling, and no reasoning flag without a switch", () => {
    const run = renderRun("llama-server", inputOf(unknown));
    expect(run.command?.filter((word) => /rope|yarn|reasoning|--seed/.test(word))).toEqual([]);
    expect(run.losses).toEqual([]);
    const quiet = renderRun("llama-server", inputOf(qwen3, { wishes: { thinking: false } }));
    expect(valueOf(quiet, "--reasoning")).toBe("off");
  });

  it("tells older builds of the raised context length instead of losing it", () => {
    const wishes = { context: 65_536 };
    const run = (llamaBuild: string): ReturnType<typeof renderRun> =>
      renderRun("llama-server", inputOf(qwen3, { wishes, options: { llamaBuild } }));
    const releases = ["2026-08-29", "b10729", "10729", "v0.3.0", "0.4.9"];
    const printed = [
      "version: 0.1.2-dev (build 10507, commit 95c409c13)",
      "version: 6123 (abc1234)",
    ];
    for (const build of [...releases, ...printed]) {
      const old = run(build);
      expect(valueOf(old, "--override-kv")).toBe("qwen3moe.context_length=int:65536");
      expect(old.losses).toEqual([]);
    }
    const newer = ["2026-08-30", "b10754", "v0.5.0", "0.5.0-dev", "1.0.0"];
    for (const build of [...newer, "version: 0.5.1-dev (build 11021, commit 0c1e570)"])
      expect(run(build)).toMatchObject({ command: expect.not.arrayContaining(["--override-kv"]) });
    expect(() => run("yesterday")).toThrow(expect.objectContaining({ field: "llamaBuild" }));
  });

  it("overrides the file's context length where no scaling lifts it", () => {
    const run = renderRun("llama-server", inputOf(unknown, { wishes: { context: 8_192 } }));
    expect(run.command).not.toContain("--override-kv");
    const coder = { ...qwen3, name: "Qwen3 Coder 30B A3B Instruct", chatTemplate: undefined };
    const long = renderRun("llama-server", inputOf(coder, { wishes: { context: 200_000 } }));
    expect(long.command).not.toContain("--rope-scaling");
    expect(valueOf(long, "--override-kv")).toBe("qwen3moe.context_length=int:200000");
  });

  it("hands a switch of another name to the template", () => {
    const model = {
      ...unknown,
      chatTemplate: "x",
      thinking: { ...qwen3.thinking, switch: "think" },
    };
    const run = renderRun("llama-server", inputOf(model, { wishes: { thinking: false } }));
    expect(JSON.parse(valueOf(run, "--chat-template-kwargs"))).toEqual({ think: false });
  });

  it("multiplies the context by the slots that share it", () => {
    const input = inputOf(unknown, { wishes: { context: 4_096, parallel: 3 } });
    const run = renderRun("llama-server", input);
    expect([valueOf(run, "--ctx-size"), valueOf(run, "--parallel")]).toEqual(["12288", "3"]);
  });

  it("is told of GPUs, of experts in main memory, and of RPC servers", () => {
    const options = { rpc: ["one:50052", "two:50052"] };
    const run = renderRun("llama-server", inputOf(mixture, { gpus: [5, 5], options }));
    expect(Number(valueOf(run, "--gpu-layers"))).toBeGreaterThan(0);
    expect(Number(valueOf(run, "--n-cpu-moe"))).toBeGreaterThan(0);
    expect(valueOf(run, "--tensor-split")).toMatch(/^\d+,\d+$/);
    expect(valueOf(run, "--rpc")).toBe("one:50052,two:50052");
  });
});

describe(`flags of ${LLAMA_CPP_VERSION}`, () => {
  it.each(["llama-server", "llama-cli"] as const)("%s: each exists, once, with a value", (id) => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { command = [], text } = renderRun(id, input);
        expect(command[0]).toBe(id);
        const names = command.filter((_, index) => index % 2 === 1);
        for (const name of names) expect(LONG_FLAGS).toContain(name);
        expect(new Set(names).size).toBe(names.length);
        expect(command.length % 2).toBe(1);
        expect(text).not.toMatch(/undefined|NaN/);
      }),
    );
  });

  it("the router's keys are flags without dashes", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { version, ...sections } = parseIni(renderRun("llama-router", input).text);
        expect(version).toBe("1");
        const [section, ...others] = Object.values(sections);
        expect(others).toEqual([]);
        for (const key of Object.keys(section as object)) expect(LONG_FLAGS).toContain(`--${key}`);
      }),
    );
  });
});

test("llama-cli has one sequence, and says so", () => {
  const input = inputOf(unknown, { wishes: { context: 4_096, parallel: 3 } });
  const run = renderRun("llama-cli", input);
  expect(valueOf(run, "--ctx-size")).toBe("4096");
  expect(run.command).not.toContain("--parallel");
  expect(lost(run)).toEqual(["parallel"]);
});

test("the router's section is the model's name, and holds what the server's flags hold", () => {
  const input = inputOf(qwen3, { path: "/m/Qwen3-00001-of-00005.gguf", shards: 5 });
  const sections = parseIni(renderRun("llama-router", input).text);
  const { command = [] } = renderRun("llama-server", input);
  const flags = Object.entries(sections["Qwen3"] as object);
  expect(flags.flatMap(([name, value]) => [`--${name}`, value])).toEqual(command.slice(1));
});

test("a split model is given by its first shard, without any merge", () => {
  const path = "/m/Qwen3-00001-of-00005.gguf";
  for (const id of ["llama-server", "llama-cli"] as const) {
    const run = renderRun(id, inputOf(qwen3, { path, shards: 5 }));
    expect(valueOf(run, "--model")).toBe(path);
    expect(run.before).toEqual([]);
  }
});

test("a path with spaces and quotes is one word for the shell", () => {
  const path = '/models/it\'s a "test" $(id)/Qwen3.gguf';
  const { command, text } = renderRun("llama-server", inputOf(qwen3, { path }));
  expect(command?.[2]).toBe(path);
  expect(text).toContain(String.raw`--model '/models/it'\''s a "test" $(id)/Qwen3.gguf' --ctx`);
  expect(shellWords(text)).toEqual(command);
});
