import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_CONTEXT, type ModelFacts, type RunPlan, planRun } from "../src/index.ts";
import { scaled } from "./facts.ts";
import { qwen3, qwen3Instruct2507, unknown } from "./models.ts";

const plan = (model: ModelFacts, context?: number | "max"): RunPlan =>
  planRun(model, { context }, { cores: 4 });
const factorOf = (run: RunPlan): number | undefined => run.rope?.value.factor;
const codesOf = (run: RunPlan): string[] => run.warnings.map((warning) => warning.code);

test.each([
  [1, undefined],
  [32_768, undefined],
  [40_960, undefined],
  [40_961, 1.5],
  [49_152, 1.5],
  [49_153, 1.75],
  [65_536, 2],
  [65_537, 2.25],
  [100_000, 3.25],
  [131_072, 4],
  [131_073, 4.25],
])("Qwen3 with %i tokens takes factor %s of its original 32,768", (context, factor) => {
  const run = plan(qwen3, context);
  expect(run.context.value).toBe(context);
  expect(run.rope?.value).toEqual(
    factor === undefined ? undefined : { type: "yarn", factor, originalContext: 32_768 },
  );
});

test("the factor is the smallest quarter that suffices, for any file and context", () => {
  const lengths = fc.integer({ min: 1, max: 2 ** 20 });
  fc.assert(
    fc.property(lengths, fc.option(lengths), fc.nat({ max: MAX_CONTEXT - 1 }), (own, inFile, n) => {
      const context = n + 1;
      const originalContextLength = inFile ?? undefined;
      const model = { ...unknown, contextLength: own };
      const run = plan(scaled(model, { type: "yarn", originalContextLength }), context);
      const original = inFile ?? own;
      if (run.rope === undefined) {
        expect(context <= own || context <= original).toBe(true);
        return;
      }
      const { factor, originalContext } = run.rope.value;
      expect(originalContext).toBe(original);
      expect(factor * 4).toBe(Math.round(factor * 4));
      expect(context).toBeLessThanOrEqual(factor * original);
      expect(context).toBeGreaterThan((factor - 0.25) * original);
      expect(factor).toBeGreaterThan(1);
    }),
  );
});

test("max is what the family was validated for, else what the file declares", () => {
  expect(plan(qwen3, "max")).toMatchObject({
    context: { value: 131_072, from: "family" },
    rope: { value: { factor: 4 } },
  });
  expect(plan(unknown, "max").context).toMatchObject({ value: 8_192, from: "file" });
  expect(plan(qwen3Instruct2507, "max")).toMatchObject({
    context: { value: 262_144, from: "file" },
    rope: undefined,
  });
});

test("without a wish the context needs no scaling and spares memory", () => {
  expect(plan(qwen3).context).toMatchObject({ value: 40_960, from: "file" });
  expect(plan(unknown).context).toMatchObject({ value: 8_192, from: "file" });
  expect(plan(qwen3Instruct2507).context).toMatchObject({ value: 40_960, from: "rule" });
});

test("each scaling warns that it is static, and beyond the validated length a second time", () => {
  expect(codesOf(plan(qwen3, 40_960))).toEqual([]);
  expect(codesOf(plan(qwen3, 131_072))).toEqual(["static-yarn"]);
  expect(codesOf(plan(qwen3, 131_073))).toEqual(["static-yarn", "yarn-beyond-validated"]);
  expect(codesOf(plan(unknown, 16_384))).toEqual(["static-yarn", "yarn-beyond-validated"]);
});

test("a 2507 model gets no YaRN within its native context, and a hint not to add it", () => {
  const run = plan(qwen3Instruct2507, 131_072);
  expect(run.rope).toBeUndefined();
  expect(codesOf(run)).toEqual(["native-context"]);
  // A file with a wrong length is still a 2507 model.
  expect(plan({ ...qwen3Instruct2507, contextLength: 32_768 }, 131_072).rope).toBeUndefined();
  expect(plan(qwen3Instruct2507, 262_145).rope?.value).toEqual({
    type: "yarn",
    factor: 1.25,
    originalContext: 262_144,
  });
});

test("a file that already scales is left alone within its length and rescaled beyond", () => {
  const scaling = { type: "yarn", factor: 4, originalContextLength: 32_768 };
  const model = scaled({ ...qwen3, contextLength: 131_072 }, scaling);
  expect(plan(model, 65_536).rope).toBeUndefined();
  expect(codesOf(plan(model, 65_536))).toEqual(["file-already-scaled"]);
  const beyond = plan(model, 200_000);
  expect(beyond.rope).toMatchObject({
    value: { factor: 6.25, originalContext: 32_768 },
    from: "file",
  });
});

test.each(["llama3", "longrope"])("%s scaling is never stretched by YaRN", (type) => {
  const model = scaled({ ...unknown, contextLength: 131_072 }, { type });
  expect(codesOf(plan(model, 131_072))).toEqual(["scaling-in-file"]);
  expect(plan(model, 131_073).rope).toBeUndefined();
  expect(codesOf(plan(model, 131_073))).toEqual(["scaling-in-file", "context-beyond-file"]);
});

test("Llama 3's scaling is known by its tensor of factors", () => {
  const rope = { ...unknown.rope, factorTensors: "llama3" as const };
  const model = { ...unknown, contextLength: 131_072, rope };
  expect(codesOf(plan(model, 131_073))).toEqual(["scaling-in-file", "context-beyond-file"]);
});

test("without a context length nothing is scaled, except where the family is known", () => {
  const nameless = { ...unknown, contextLength: undefined };
  expect(plan(nameless, 100_000)).toMatchObject({ context: { value: 100_000 }, rope: undefined });
  expect(plan(nameless).context).toMatchObject({ value: 4_096, from: "rule" });
  expect(codesOf(plan(nameless))).toEqual(["no-context-length"]);
  const qwen = plan({ ...qwen3, contextLength: undefined }, 65_536);
  expect(factorOf(qwen)).toBe(2);
  expect(codesOf(qwen)).toContain("no-context-length");
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_CONTEXT + 1])(
  "a context of %s is refused",
  (context) => {
    expect(() => plan(qwen3, context)).toThrow(
      expect.objectContaining({
        name: "InvalidWishError",
        code: "invalid-wish",
        field: "context",
        value: context,
      }),
    );
  },
);

test("every reason is there to be read, and the scaling's names its source", () => {
  const run = plan(qwen3, 65_536);
  const settings = [run.context, run.thinking, run.outputTokens, ...Object.values(run.sampling)];
  for (const { why } of settings) expect(why.length).toBeGreaterThan(5);
  expect(run.rope?.why).toBe(
    "65,536 tokens / 32,768 of original context (Qwen3 was trained for it, whatever context_length says; https://huggingface.co/Qwen/Qwen3-235B-A22B-GGUF#best-practices), rounded up to the next 0.25",
  );
});

test("a plan survives JSON", () => {
  const run = planRun(qwen3, { context: 65_536, seed: 1 }, { cores: 2 });
  expect(JSON.parse(JSON.stringify(run))).toEqual(run);
});
