import { buildGguf, type BuildKv, type BuildTensor, GGUF_TENSOR_TYPES } from "@ggufkit/fixtures";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  bytesSource,
  describe as describeModel,
  GgufError,
  readGguf,
  TENSOR_TYPES,
  type TensorTypeName,
} from "../src/index.ts";
import { FIXED_SCALARS } from "./arbitrary-scalars.ts";
import { buildAndRead } from "./read.ts";

const VALUES = {
  ...FIXED_SCALARS,
  string: fc.string({ unit: "grapheme" }),
} as const;

const scalar = fc
  .constantFrom(...(Object.keys(VALUES) as (keyof typeof VALUES)[]))
  .chain((type) => fc.tuple(fc.constant(type), VALUES[type] as fc.Arbitrary<number>));
const array = fc
  .constantFrom(...(Object.keys(VALUES) as (keyof typeof VALUES)[]))
  .chain((type) =>
    fc.tuple(fc.constant(`${type}[]` as const), fc.array(VALUES[type] as fc.Arbitrary<number>)),
  );
const key = fc.string({ unit: "grapheme", minLength: 1 }).filter((k) => k !== "general.alignment");
const kvPairs = fc
  .uniqueArray(fc.tuple(key, fc.oneof(scalar, array)), { selector: ([name]) => name })
  .map((pairs) => pairs.map(([name, [type, value]]): BuildKv => [name, type, value]));

const tensor = fc
  .tuple(
    fc.string({ maxLength: 63 }),
    fc.constantFrom(...(Object.keys(GGUF_TENSOR_TYPES) as TensorTypeName[])),
    fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
  )
  .map(([name, type, [rowBlocks = 1, ...rest]]): BuildTensor => {
    const [, blockSize] = GGUF_TENSOR_TYPES[type];
    return { name, type, shape: [rowBlocks * blockSize, ...rest] };
  });
const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 6 });

describe("what a builder writes", () => {
  it("is what the reader reads", async () => {
    const file = fc.record({
      version: fc.constantFrom(1, 2, 3),
      byteOrder: fc.constantFrom("little", "big"),
      alignment: fc.constantFrom(1, 8, 32, 64),
      kv: kvPairs,
      tensors,
    });
    await fc.assert(
      fc.asyncProperty(file, fc.integer({ min: 1, max: 300 }), async (options, initialBytes) => {
        const gguf = await buildAndRead(options, { initialBytes });
        const read = [...gguf.kv].filter(([name]) => name !== "general.alignment");
        expect(read.map(([name]) => name)).toEqual(options.kv.map(([name]) => name));
        read.forEach(([, value], index) => {
          const got = value.type === "array" ? value.toArray() : value.value;
          expect(got).toEqual(options.kv[index]?.[2]);
        });
        expect(gguf.tensors.map(({ name, type, shape }) => ({ name, type, shape }))).toEqual(
          options.tensors,
        );
      }),
    );
  });
});

describe("tensor types", () => {
  it("agree with the table of the builder", () => {
    const ours = Object.entries(TENSOR_TYPES).map(([name, { id, blockSize, blockBytes }]) => [
      name,
      [id, blockSize, blockBytes],
    ]);
    expect(Object.fromEntries(ours)).toEqual(GGUF_TENSOR_TYPES);
  });
});

describe("arbitrary damage", () => {
  it("is read or refused with a GgufError, and never anything else", async () => {
    const whole = buildGguf({
      kv: [
        ["general.architecture", "string", "llama"],
        ["llama.block_count", "u32", 4],
        ["tokens", "string[]", ["a", "b", "c"]],
        ["general.alignment", "u32", 32],
      ],
      tensors: [{ name: "t", shape: [32, 2], type: "Q8_0" }],
    });
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = whole.slice();
        for (const [position, value] of changes) bytes[position] = value;
        try {
          describeModel(await readGguf(bytesSource(bytes)));
        } catch (error) {
          expect(error).toBeInstanceOf(GgufError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
