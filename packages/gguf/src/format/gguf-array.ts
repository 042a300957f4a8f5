import { decodeStrings } from "./decode-strings.ts";
import { fixedAt } from "./gguf-value.ts";
import { decodeUtf8, lengthAt, type HeaderBytes } from "./header-bytes.ts";
import {
  FIXED_BYTES,
  type BigintTypeName,
  type FixedTypeName,
  type NumberTypeName,
  type ScalarTypeName,
} from "./value-type.ts";

/** What every array has. Nothing is decoded before it is asked for; nothing is kept afterwards. */
interface ArrayBase<Element> extends Iterable<Element> {
  readonly type: "array";
  readonly length: number;
  /** The first `count` elements, or all if there are fewer. */
  preview(count: number): Element[];
  toArray(): Element[];
  /** The elements as they stand in the file, for those who copy them without decoding. */
  encodedElements(): EncodedElements;
}

/** The elements of an array as bytes: not a copy, and not to be written into. */
export interface EncodedElements {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  /** Bytes of the length in front of each string: 4 in version 1, 8 since. */
  readonly lengthBytes: 4 | 8;
}

/** An array of numbers. */
export interface GgufNumberArray extends ArrayBase<number> {
  readonly elementType: NumberTypeName;
  /** A copy in the host's byte order. */
  toTypedArray(): NumberTypedArray;
}

/** An array of 64-bit integers. */
export interface GgufBigintArray extends ArrayBase<bigint> {
  readonly elementType: BigintTypeName;
  /** A copy in the host's byte order. */
  toTypedArray(): BigUint64Array | BigInt64Array;
}

/** An array of booleans. */
export interface GgufBoolArray extends ArrayBase<boolean> {
  readonly elementType: "bool";
}

/** An array of strings, decoded leniently like `GgufString.value`. */
export interface GgufStringArray extends ArrayBase<string> {
  readonly elementType: "string";
  /** The elements as they stand in the file. */
  rawElements(): IterableIterator<Uint8Array>;
}

/** A typed array of at most 53 bits an element. */
export type NumberTypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** The value of a KV pair of type `array`. */
export type GgufArray = GgufNumberArray | GgufBigintArray | GgufBoolArray | GgufStringArray;

/**
 * A lazy array whose elements begin at `start` of the header. The caller has checked that all of
 * them lie within it.
 */
export function arrayValue(
  header: HeaderBytes,
  elementType: ScalarTypeName,
  length: number,
  start: number,
): GgufArray {
  return elementType === "string"
    ? stringArray(header, length, start)
    : fixedArray(header, elementType, length, start);
}

function stringArray(header: HeaderBytes, length: number, start: number): GgufStringArray {
  function* spans(): Generator<readonly [start: number, end: number]> {
    let position = start;
    for (let index = 0; index < length; index++) {
      const from = position + header.lengthBytes;
      position = from + lengthAt(header, position);
      yield [from, position];
    }
  }
  function* strings(): Generator<string> {
    for (const [from, end] of spans()) yield decodeUtf8(header.bytes, from, end);
  }
  function* rawElements(): Generator<Uint8Array> {
    for (const [from, end] of spans()) yield header.bytes.subarray(from, end);
  }
  // Only now, as it takes a pass over the lengths: where the last string ends.
  const encodedElements = (): EncodedElements => {
    let end = start;
    for (const [, stringEnd] of spans()) end = stringEnd;
    return encoded(header, start, end);
  };
  const toArray = (): string[] => decodeStrings(header, length, start);
  const array = base("string" as const, length, strings, toArray);
  return Object.assign(array, { rawElements, encodedElements });
}

function fixedArray(
  header: HeaderBytes,
  elementType: FixedTypeName,
  length: number,
  start: number,
): GgufArray {
  const size = FIXED_BYTES[elementType];
  function* elements(): Generator<number | bigint | boolean> {
    for (let index = 0; index < length; index++)
      yield fixedAt(header, elementType, start + index * size);
  }
  const encodedElements = (): EncodedElements => encoded(header, start, start + length * size);
  const toArray = (): (number | bigint | boolean)[] => {
    const array: (number | bigint | boolean)[] = [];
    for (let index = 0; index < length; index++)
      array.push(fixedAt(header, elementType, start + index * size));
    return array;
  };
  const array = Object.assign(base(elementType, length, elements, toArray), { encodedElements });
  // What `fixedAt` returns follows from the element type, which the compiler cannot see.
  if (elementType === "bool") return array as GgufBoolArray;
  const toTypedArray = (): ReturnType<typeof typedArray> =>
    typedArray(header, elementType, length, start);
  return Object.assign(array, { toTypedArray }) as GgufNumberArray | GgufBigintArray;
}

function base<Type extends ScalarTypeName, Element>(
  elementType: Type,
  length: number,
  elements: () => IterableIterator<Element>,
  toArray: () => Element[],
): Omit<ArrayBase<Element>, "encodedElements"> & { readonly elementType: Type } {
  return {
    type: "array",
    elementType,
    length,
    preview(count) {
      const first: Element[] = [];
      if (count <= 0) return first;
      for (const element of elements()) if (first.push(element) >= count) break;
      return first;
    },
    toArray,
    [Symbol.iterator]: elements,
  };
}

function encoded(header: HeaderBytes, start: number, end: number): EncodedElements {
  const { bytes, littleEndian, lengthBytes } = header;
  return { bytes: bytes.subarray(start, end), littleEndian, lengthBytes };
}

const TYPED_ARRAYS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
  u64: BigUint64Array,
  i64: BigInt64Array,
} as const;

/** Whether `data` is the typed array that holds elements of this type. */
export function isTypedArrayOf(
  elementType: NumberTypeName | BigintTypeName,
  data: unknown,
): data is NumberTypedArray | BigUint64Array | BigInt64Array {
  return data instanceof TYPED_ARRAYS[elementType];
}

/** The byte order of typed arrays. */
export const HOST_IS_LITTLE_ENDIAN: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function typedArray(
  header: HeaderBytes,
  elementType: NumberTypeName | BigintTypeName,
  length: number,
  start: number,
): NumberTypedArray | BigUint64Array | BigInt64Array {
  const size = FIXED_BYTES[elementType];
  // A copy, because a typed array must start at a multiple of its element size.
  const bytes = header.bytes.slice(start, start + length * size);
  if (header.littleEndian !== HOST_IS_LITTLE_ENDIAN)
    for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
  return new TYPED_ARRAYS[elementType](bytes.buffer);
}
