import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isProblem,
  type LintFinding,
  lintCommand,
  lintModelfile,
  lintPresets,
  planRun,
  renderRun,
  type RuntimeId,
  type TargetRun,
  type Wishes,
} from "../../src/index.ts";
import { qwen3, qwen3Instruct2507, unknown } from "../models.ts";

const models = { qwen3, qwen3Instruct2507, unknown };
const wishes: fc.Arbitrary<Wishes> = fc.record({
  context: fc.constantFrom(undefined, 4_096, 8_192, 40_960, 50_000, 65_536, 131_072),
  parallel: fc.constantFrom(undefined, 1, 3, 4),
  kvType: fc.constantFrom(undefined, "f16", "q8_0", "q4_0"),
  thinking: fc.constantFrom(undefined, true, false),
});
const hardware = fc.constantFrom(
  { cores: 4 },
  { cores: 4, memoryBytes: 64 * 2 ** 30, gpus: [{ memoryBytes: 24 * 2 ** 30 }] },
);

/** What is found in what this package writes itself. */
function problemsIn(
  runtime: RuntimeId,
  lint: (run: TargetRun, model: typeof qwen3) => readonly LintFinding[],
  isMeant: (wished: Wishes) => boolean = () => true,
): void {
  const name = fc.constantFrom<keyof typeof models>("qwen3", "qwen3Instruct2507", "unknown");
  fc.assert(
    fc.property(name, wishes, hardware, (which, wished, machine) => {
      fc.pre(isMeant(wished));
      const model = models[which];
      const plan = planRun(model, wished, machine);
      const place = { path: "models/it's mine.gguf", shards: 1 };
      const run = renderRun(runtime, { plan, model, place, options: {} });
      expect(lint(run, model).filter(isProblem)).toEqual([]);
    }),
  );
}

describe("what is written for a plan has no problems", () => {
  it.each(["llama-server", "llama-cli"] as const)("as a command of %s", (runtime) => {
    problemsIn(runtime, (run, model) => lintCommand(model, run.command ?? []));
  });

  it("as presets of the router", () => {
    problemsIn("llama-router", (run, model) => lintPresets(model, run.text));
  });

  it("as a Modelfile, but for scaling", () => {
    const isWithin = ({ context }: Wishes): boolean => Number(context ?? 0) <= 8_192;
    problemsIn("ollama", (run, model) => lintModelfile(model, run.text), isWithin);
  });
});
