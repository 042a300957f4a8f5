import {
  type BuildKv,
  type BuildOptions,
  type BuildTensor,
  GGUF_TENSOR_TYPES,
} from "@ggufkit/fixtures";
import fc from "fast-check";

import type { TensorTypeName } from "../src/index.ts";

// What @huggingface/gguf does with these is among the differences, which have tests of their own.
const NOT_ALIKE = new Set([
  "version",
  "tensor_count",
  "kv_count",
  "__proto__",
  "general.alignment",
]);
const BYTE_ORDER_MARK = "\ufeff";

const text = fc
  .string({ unit: "grapheme" })
  .filter((string) => !string.startsWith(BYTE_ORDER_MARK));

const SCALARS = {
  u8: fc.integer({ min: 0, max: 2 ** 8 - 1 }),
  i8: fc.integer({ min: -(2 ** 7), max: 2 ** 7 - 1 }),
  u16: fc.integer({ min: 0, max: 2 ** 16 - 1 }),
  i16: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
  u32: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  f32: fc.float(),
  f64: fc.double(),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  bool: fc.boolean(),
  string: text,
} as const;

const key = text.filter((name) => name !== "" && !NOT_ALIKE.has(name));

const pair: fc.Arbitrary<BuildKv> = fc
  .tuple(key, fc.constantFrom(...(Object.keys(SCALARS) as (keyof typeof SCALARS)[])))
  .chain(([name, type]) => {
    const scalar: fc.Arbitrary<number | bigint | boolean | string> = SCALARS[type];
    return fc.oneof(
      scalar.map((value): BuildKv => [name, type, value]),
      fc.array(scalar).map((values): BuildKv => [name, `${type}[]`, values]),
    );
  });

const tensor: fc.Arbitrary<BuildTensor> = fc
  .tuple(
    text.filter((name) => new TextEncoder().encode(name).length < 64),
    fc.constantFrom(...(Object.keys(GGUF_TENSOR_TYPES) as TensorTypeName[])),
    fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
  )
  .map(([name, type, [rows = 1, ...rest]]) => {
    const [, blockSize] = GGUF_TENSOR_TYPES[type];
    return { name, type, shape: [rows * blockSize, ...rest] };
  });

/** Sound files of every version and byte order, with values and tensors of all types. */
export const anyFile: fc.Arbitrary<BuildOptions> = fc.record({
  version: fc.constantFrom(1, 2, 3),
  byteOrder: fc.constantFrom("little", "big"),
  alignment: fc.constantFrom(1, 8, 32, 64),
  kv: fc.uniqueArray(pair, { selector: ([name]) => name, maxLength: 12 }),
  tensors: fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 6 }),
});
