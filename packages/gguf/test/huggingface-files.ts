import {
  type BuildKv,
  type BuildOptions,
  type BuildTensor,
  GGUF_TENSOR_TYPES,
} from "@ggufkit/fixtures";
import fc from "fast-check";

import type { TensorTypeName } from "../src/index.ts";
import { FIXED_SCALARS } from "./arbitrary-scalars.ts";

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
  ...FIXED_SCALARS,
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
