import type { GgufArray, GgufStringArray } from "../format/gguf-array.ts";
import { GgufError } from "../format/gguf-error.ts";
import type { GgufValue } from "../format/gguf-value.ts";
import type { Gguf, Span } from "../format/gguf.ts";
import { lengthAt, type HeaderBytes } from "../format/header-bytes.ts";
import { DEFAULT_LIMITS } from "../format/limits.ts";
import { FIXED_BYTES, VALUE_TYPE_NAMES, type ValueTypeName } from "../format/value-type.ts";
import { checkedFixed, checkedString } from "./check-value.ts";
import {
  putBytes,
  putFixed,
  putLength,
  putString,
  putU32,
  type Encoder,
  type HeaderLayout,
} from "./encoder.ts";

/**
 * Appends a key.
 *
 * @throws {GgufError} `empty-key`, `bad-value`, `string-too-long`
 */
export function putKey(encoder: Encoder, key: string): void {
  if (key === "") throw new GgufError({ code: "empty-key", reason: "the key is empty" });
  const bytes = checkedString(key, { key });
  const { maxNameBytes } = DEFAULT_LIMITS;
  if (bytes.length > maxNameBytes) {
    const reason = `the key has ${bytes.length} bytes, more than the limit of ${maxNameBytes}`;
    const sizes = { expected: maxNameBytes, got: bytes.length };
    throw new GgufError({ code: "string-too-long", reason, key, ...sizes });
  }
  putString(encoder, bytes);
}

/**
 * Appends the type and the value of a pair. Strings and arrays keep the bytes that they have.
 *
 * @throws {GgufError} `bad-value`, `string-too-long`, `header-too-large`
 */
export function putValue(encoder: Encoder, value: GgufValue, key: string): void {
  putType(encoder, value.type);
  if (value.type === "array") putArray(encoder, value);
  else if (value.type === "string") putString(encoder, checkedString(value.bytes, { key }));
  else putFixed(encoder, value.type, checkedFixed(value.type, value.value, { key }));
}

function putType(encoder: Encoder, type: ValueTypeName): void {
  putU32(encoder, VALUE_TYPE_NAMES.indexOf(type));
}

function putArray(encoder: Encoder, array: GgufArray): void {
  putType(encoder, array.elementType);
  putLength(encoder, array.length);
  if (array.elementType === "string") putStrings(encoder, array);
  else putElements(encoder, array, FIXED_BYTES[array.elementType]);
}

function putStrings(encoder: Encoder, array: GgufStringArray): void {
  const encoded = array.encodedElements();
  if (isLaidOutAlike(encoded, encoder)) putBytes(encoder, encoded.bytes);
  else for (const bytes of array.rawElements()) putString(encoder, bytes);
}

function putElements(encoder: Encoder, array: GgufArray, size: number): void {
  const { bytes, littleEndian } = array.encodedElements();
  const start = encoder.length;
  putBytes(encoder, bytes);
  if (littleEndian === encoder.littleEndian || size === 1) return;
  for (let at = start; at < encoder.length; at += size)
    encoder.bytes.subarray(at, at + size).reverse();
}

function isLaidOutAlike(one: HeaderLayout, other: HeaderLayout): boolean {
  return one.littleEndian === other.littleEndian && one.lengthBytes === other.lengthBytes;
}

/** How the header of a file is laid out. */
export function layoutOf({
  version,
  byteOrder,
}: Pick<Gguf, "version" | "byteOrder">): HeaderLayout {
  return { littleEndian: byteOrder === "little", lengthBytes: version === 1 ? 4 : 8 };
}

/**
 * Appends a pair of `original` as it stands there, byte for byte, under its own key or another;
 * false, and nothing appended, where `original` has none such or is laid out in another way.
 */
export function copyPair(
  encoder: Encoder,
  original: Gguf,
  key: string,
  newKey: string = key,
): boolean {
  const span = original.raw.kv.get(key);
  const layout = layoutOf(original);
  if (span === undefined || !isLaidOutAlike(layout, encoder)) return false;
  const { bytes } = original.raw;
  if (newKey === key) {
    putBytes(encoder, bytes.subarray(...span));
  } else {
    putKey(encoder, newKey);
    putBytes(encoder, bytes.subarray(valueStart(bytes, span, layout), span[1]));
  }
  return true;
}

/** A pair begins with its key, a string. */
function valueStart(bytes: Uint8Array, [start]: Span, layout: HeaderLayout): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header: HeaderBytes = { bytes, view, fileSize: undefined, ...layout };
  return start + layout.lengthBytes + lengthAt(header, start);
}
