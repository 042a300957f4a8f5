import {
  arrayValue,
  HOST_IS_LITTLE_ENDIAN,
  isTypedArrayOf,
  type GgufArray,
  type GgufBigintArray,
  type GgufBoolArray,
  type GgufNumberArray,
  type GgufStringArray,
} from "../format/gguf-array.ts";
import { GgufError } from "../format/gguf-error.ts";
import {
  stringValue,
  type GgufBigint,
  type GgufBool,
  type GgufNumber,
  type GgufString,
  type GgufValue,
} from "../format/gguf-value.ts";
import type { HeaderBytes } from "../format/header-bytes.ts";
import { DEFAULT_LIMITS } from "../format/limits.ts";
import {
  VALUE_TYPE_NAMES,
  type BigintTypeName,
  type FixedTypeName,
  type NumberTypeName,
  type ScalarTypeName,
} from "../format/value-type.ts";
import { checkedFixed, checkedString, unfit } from "./check-value.ts";
import { createEncoder, encodedBytes, putFixed, putString, type HeaderLayout } from "./encoder.ts";

// As typed arrays are, so that they are copied as they stand.
const HOST_LAYOUT: HeaderLayout = { littleEndian: HOST_IS_LITTLE_ENDIAN, lengthBytes: 8 };

/** A type that a value can be made of: `u32`, `string`, … and their arrays `u32[]`, `string[]`, …. */
export type NewValueType = ScalarTypeName | `${ScalarTypeName}[]`;

/**
 * Makes a value of plain data, which is copied. Strings may be given as bytes, which need not be
 * UTF-8; numeric arrays as typed arrays. f32 is rounded to what it holds.
 *
 * @throws {GgufError} `bad-value` (the type cannot hold it), `string-too-long`, `array-too-long`,
 * `bad-value-type`
 */
export function ggufValue(type: NumberTypeName, data: number): GgufNumber;
export function ggufValue(type: BigintTypeName, data: bigint | number): GgufBigint;
export function ggufValue(type: "bool", data: boolean): GgufBool;
export function ggufValue(type: "string", data: string | Uint8Array): GgufString;
export function ggufValue(type: `${NumberTypeName}[]`, data: ArrayLike<number>): GgufNumberArray;
export function ggufValue(
  type: `${BigintTypeName}[]`,
  data: ArrayLike<bigint | number>,
): GgufBigintArray;
export function ggufValue(type: "bool[]", data: ArrayLike<boolean>): GgufBoolArray;
export function ggufValue(type: "string[]", data: ArrayLike<string | Uint8Array>): GgufStringArray;
/** For data whose type is not known before: everything is checked. */
export function ggufValue(type: NewValueType, data: unknown): GgufValue;
export function ggufValue(type: NewValueType, data: unknown): GgufValue {
  if (type.endsWith("[]")) return newArray(elementTypeOf(type), data);
  const scalar = scalarTypeOf(type);
  if (scalar === "string") {
    const bytes = checkedString(data);
    return stringValue(headerOver(bytes), 0, bytes.length);
  }
  // What `checkedFixed` returns follows from the type, which the compiler cannot see.
  return { type: scalar, value: checkedFixed(scalar, data) } as GgufValue;
}

function elementTypeOf(type: NewValueType): ScalarTypeName {
  return scalarTypeOf(type.slice(0, -"[]".length));
}

function scalarTypeOf(type: string): ScalarTypeName {
  const known = VALUE_TYPE_NAMES.find((name) => name === type);
  if (known !== undefined && known !== "array") return known;
  throw new GgufError({ code: "bad-value-type", reason: `unknown value type ${type}`, got: type });
}

function newArray(elementType: ScalarTypeName, data: unknown): GgufArray {
  if (!isArrayLike(data)) return unfit(`${elementType}[]`, data, "an array", {});
  const { maxArrayLength } = DEFAULT_LIMITS;
  const { length } = data;
  if (length > maxArrayLength) {
    const reason = `an array of ${length} elements, more than the limit of ${maxArrayLength}`;
    throw new GgufError({ code: "array-too-long", reason, expected: maxArrayLength, got: length });
  }
  const bytes = elementType === "string" ? stringBytes(data) : fixedBytes(elementType, data);
  return arrayValue(headerOver(bytes), elementType, length, 0);
}

function isArrayLike(data: unknown): data is ArrayLike<unknown> {
  return Array.isArray(data) || (ArrayBuffer.isView(data) && !(data instanceof DataView));
}

function stringBytes(data: ArrayLike<unknown>): Uint8Array {
  const encoder = createEncoder(HOST_LAYOUT);
  for (let index = 0; index < data.length; index++)
    putString(encoder, checkedString(data[index], { index }));
  return encodedBytes(encoder);
}

function fixedBytes(elementType: FixedTypeName, data: ArrayLike<unknown>): Uint8Array {
  // Its elements are of the type already.
  if (elementType !== "bool" && isTypedArrayOf(elementType, data))
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  const encoder = createEncoder(HOST_LAYOUT);
  for (let index = 0; index < data.length; index++)
    putFixed(encoder, elementType, checkedFixed(elementType, data[index], { index }));
  return encodedBytes(encoder);
}

/** Lazy values read from a header; this one holds nothing else. */
function headerOver(bytes: Uint8Array): HeaderBytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { bytes, view, fileSize: undefined, ...HOST_LAYOUT };
}
