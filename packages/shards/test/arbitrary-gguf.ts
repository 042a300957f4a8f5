import {
  type BuildKv,
  type BuildOptions,
  type BuildTensor,
  GGUF_TENSOR_TYPES,
  type GgufTensorName,
  withTensorData,
} from "@ggufkit/fixtures";
import fc from "fast-check";

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
  string: fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array()),
} as const;

const key = fc
  .string({ unit: "grapheme", minLength: 1 })
  .filter((name) => !name.startsWith("split.") && !name.startsWith("general."));

const pair = fc
  .tuple(key, fc.constantFrom(...(Object.keys(SCALARS) as (keyof typeof SCALARS)[])))
  .chain(([name, type]): fc.Arbitrary<BuildKv> => {
    const scalar = SCALARS[type] as fc.Arbitrary<number>;
    return fc.oneof(
      scalar.map((value): BuildKv => [name, type, value]),
      fc.array(scalar).map((values): BuildKv => [name, `${type}[]`, values]),
    );
  });

/** Shapes without trailing 1s, zero dimensions among them. */
const tensor = fc
  .tuple(
    fc
      .string({ unit: "grapheme", maxLength: 8 })
      .filter((name) => !name.includes("\ufffd") && new TextEncoder().encode(name).length < 64),
    fc.constantFrom(...(Object.keys(GGUF_TENSOR_TYPES) as GgufTensorName[])),
    fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
  )
  .map(([name, type, [rows = 1, ...rest]]): BuildTensor => {
    const last = rest.findLastIndex((dimension) => dimension !== 1);
    const [, elements] = GGUF_TENSOR_TYPES[type];
    return { name, type, shape: [rows * elements, ...rest.slice(0, last + 1)] };
  });

/** Files as llama.cpp writes them, with at least one pair: random data of up to nine tensors. */
export const anyGguf: fc.Arbitrary<BuildOptions> = fc
  .record({
    kv: fc.uniqueArray(pair, { selector: ([name]) => name, minLength: 1, maxLength: 8 }),
    tensors: fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 9 }),
    alignment: fc.integer({ min: 3, max: 12 }).map((exponent) => 2 ** exponent),
    byteOrder: fc.constantFrom("little" as const, "big" as const),
  })
  .map((options) => withTensorData(options));
