import fc from "fast-check";

import {
  type GgufValue,
  ggufValue,
  type NewTensor,
  type NewValueType,
  TENSOR_TYPES,
  type TensorTypeName,
} from "../src/index.ts";
import { FIXED_SCALARS } from "./arbitrary-scalars.ts";

/** What each scalar type may hold; strings are any bytes. */
const SCALARS = {
  ...FIXED_SCALARS,
  string: fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array()),
} as const;

/** A value of any of the types, arrays among them. */
export const anyValue: fc.Arbitrary<GgufValue> = fc
  .constantFrom(...(Object.keys(SCALARS) as (keyof typeof SCALARS)[]))
  .chain((type) => {
    const scalar: fc.Arbitrary<unknown> = SCALARS[type];
    const of = (newType: NewValueType) => (data: unknown) => ggufValue(newType, data);
    return fc.oneof(scalar.map(of(type)), fc.array(scalar).map(of(`${type}[]`)));
  });

/** A key that means nothing to this package. */
export const anyKey: fc.Arbitrary<string> = fc
  .string({ unit: "grapheme", minLength: 1 })
  .filter((key) => key !== "general.alignment" && key !== "ggufkit.room");

/** KV pairs in any order, of different keys. */
export const anyKv: fc.Arbitrary<[key: string, value: GgufValue][]> = fc.uniqueArray(
  fc.tuple(anyKey, anyValue),
  { selector: ([key]) => key, maxLength: 12 },
);

const anyTensor: fc.Arbitrary<NewTensor> = fc
  .tuple(
    fc.string({ unit: "grapheme", maxLength: 8 }),
    fc.constantFrom(...(Object.keys(TENSOR_TYPES) as TensorTypeName[])),
    fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
  )
  .map(([name, type, [rows, ...rest]]) => {
    const { blockSize } = TENSOR_TYPES[type];
    // No dimension at all is one element, which only types of one element a block can hold.
    if (rows === undefined) return { name, type, shape: blockSize === 1 ? [] : [blockSize] };
    return { name, type, shape: [rows * blockSize, ...rest] };
  })
  .filter(({ name }) => new TextEncoder().encode(name).length < 64);

/** Tensors of all types and shapes, zero dimensions and none among them. */
export const anyTensors: fc.Arbitrary<NewTensor[]> = fc.uniqueArray(anyTensor, {
  selector: ({ name }) => name,
  maxLength: 6,
});

/** Everything about a value that a user can see of it. */
export function contentOf(value: GgufValue | undefined): unknown {
  if (value === undefined) return undefined;
  if (value.type === "string") return { type: value.type, bytes: [...value.bytes] };
  if (value.type !== "array") return { type: value.type, value: value.value };
  const { elementType } = value;
  return elementType === "string"
    ? { elementType, elements: [...value.rawElements()].map((bytes) => [...bytes]) }
    : { elementType, elements: value.toArray() };
}
