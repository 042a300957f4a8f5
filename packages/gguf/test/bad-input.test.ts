import { buildGguf, type BuildKv, sparseSource } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";

import { bytesSource, type Finding, readGguf, validate } from "../src/index.ts";
import { ADVISORIES, REJECTED_BY_LLAMA_CPP } from "./bad-input.ts";
import { ggufErrorOf } from "./read.ts";

describe.each([
  ["what llama.cpp rejects", REJECTED_BY_LLAMA_CPP],
  ["what has hurt others", ADVISORIES],
] as const)("%s", (_, files) => {
  it.each(files)("$why", async ({ file, cut = 0, code, where }) => {
    const whole = buildGguf(file);
    const bytes = whole.subarray(0, whole.length - cut);
    const error = await ggufErrorOf(readGguf(bytesSource(bytes)));
    expect(error).toMatchObject({ name: "GgufError", code, ...where });

    const bitByBit = readGguf(sparseSource(bytes, bytes.length), { initialBytes: 1 });
    expect((await ggufErrorOf(bitByBit)).message).toBe(error.message);

    const { findings, valid } = await validate(bytesSource(bytes));
    const [first] = findings;
    expect(first).toMatchObject({ severity: "error", code, message: error.message, ...where });
    expect(valid).toBe(false);
  });
});

describe("what has hurt those who use a header", () => {
  const kv: readonly BuildKv[] = [
    ["general.architecture", "string", "llama"],
    ["llama.block_count", "u32", 1],
    ["llama.context_length", "u32", 128],
    ["llama.embedding_length", "u32", 32],
    ["tokenizer.ggml.model", "string", "llama"],
    ["tokenizer.ggml.tokens", "string[]", ["a", "b", "c"]],
  ];
  const tensors = [{ name: "blk.0.x", shape: [4], type: "F32" }] as const;

  interface BadValue {
    readonly why: string;
    readonly pair: BuildKv;
    readonly finds: Partial<Finding>;
  }

  const cases: readonly BadValue[] = [
    {
      why: "GHSA-2xf2-gjm6-g2c6: a block count that is a string",
      pair: ["llama.block_count", "string", "1"],
      finds: { code: "wrong-value-type", expected: "u32", got: "string" },
    },
    {
      why: "GHSA-2xf2-gjm6-g2c6: a block count that is an array",
      pair: ["llama.block_count", "u32[]", [1]],
      finds: { code: "wrong-value-type", expected: "u32", got: "u32[]" },
    },
    ...[0, 513, 2 ** 32 - 1].map((count): BadValue => ({
      why: `GHSA-2xf2-gjm6-g2c6: ${count} blocks`,
      pair: ["llama.block_count", "u32", count],
      finds: { code: "value-out-of-range", got: count },
    })),
    {
      why: "fewer scores than tokens",
      pair: ["tokenizer.ggml.scores", "f32[]", [0, 1]],
      finds: { code: "array-length", expected: 3, got: 2 },
    },
    {
      why: "scores of a type that takes more room",
      pair: ["tokenizer.ggml.scores", "f64[]", [0, 1, 2]],
      finds: { code: "wrong-value-type", got: "f64[]" },
    },
    {
      why: "scores that are no array",
      pair: ["tokenizer.ggml.scores", "f32", 0],
      finds: { code: "wrong-value-type", got: "f32" },
    },
    {
      why: "more token types than tokens",
      pair: ["tokenizer.ggml.token_type", "i32[]", [1, 1, 1, 1]],
      finds: { code: "array-length", expected: 3, got: 4 },
    },
    {
      why: "token types of a type that takes less room",
      pair: ["tokenizer.ggml.token_type", "i8[]", [1, 1, 1]],
      finds: { code: "wrong-value-type", expected: "i32[]", got: "i8[]" },
    },
    {
      why: "a special token that is none of the vocabulary",
      pair: ["tokenizer.ggml.eos_token_id", "u32", 3],
      finds: { code: "special-token-out-of-range", expected: 2, got: 3 },
    },
  ];

  it.each(cases)("$why", async ({ pair, finds }) => {
    const others = kv.filter(([key]) => key !== pair[0]);
    const file = bytesSource(buildGguf({ kv: [...others, pair], tensors }));
    await expect(readGguf(file)).resolves.toBeDefined();
    const { findings, valid } = await validate(file);
    const found = { severity: "error", key: pair[0], ...finds };
    expect(findings).toContainEqual(expect.objectContaining(found));
    expect(valid).toBe(false);
  });

  it("is not there without them", async () => {
    const file = bytesSource(buildGguf({ kv, tensors }));
    expect(await validate(file)).toMatchObject({ findings: [], valid: true });
  });
});
