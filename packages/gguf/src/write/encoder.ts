import { GgufError } from "../format/gguf-error.ts";
import type { HeaderBytes } from "../format/header-bytes.ts";
import { DEFAULT_LIMITS } from "../format/limits.ts";
import type { FixedTypeName } from "../format/value-type.ts";
import { FIXED_BYTES } from "../format/value-type.ts";

/** How a header is laid out: what its version and byte order decide. */
export type HeaderLayout = Pick<HeaderBytes, "littleEndian" | "lengthBytes">;

/** A header being written: the first `length` of `bytes`. */
export interface Encoder extends Readonly<HeaderLayout> {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  length: number;
}

// Most headers without a vocabulary fit.
const FIRST_CAPACITY = 2 ** 14;

/** Starts an empty header. */
export function createEncoder({ littleEndian, lengthBytes }: HeaderLayout): Encoder {
  const bytes = new Uint8Array(FIRST_CAPACITY);
  return { bytes, view: new DataView(bytes.buffer), length: 0, littleEndian, lengthBytes };
}

/** What was written, as a copy. */
export function encodedBytes({ bytes, length }: Encoder): Uint8Array<ArrayBuffer> {
  return bytes.slice(0, length);
}

/**
 * Makes room for `count` more bytes, which are zero, and returns where it begins.
 *
 * @throws {GgufError} `header-too-large` where a reader would refuse the header
 */
export function putZeros(encoder: Encoder, count: number): number {
  const start = encoder.length;
  const end = start + count;
  if (end > DEFAULT_LIMITS.maxHeaderBytes) refuseSize(end);
  if (end > encoder.bytes.length) {
    const larger = new Uint8Array(Math.max(end, encoder.bytes.length * 2));
    larger.set(encoder.bytes);
    encoder.bytes = larger;
    encoder.view = new DataView(larger.buffer);
  }
  encoder.length = end;
  return start;
}

function refuseSize(got: number): never {
  const expected = DEFAULT_LIMITS.maxHeaderBytes;
  const reason = `the header would have ${got} bytes, more than the limit of ${expected}`;
  throw new GgufError({ code: "header-too-large", reason, expected, got });
}

/** Appends bytes as they are. */
export function putBytes(encoder: Encoder, bytes: Uint8Array): void {
  const start = putZeros(encoder, bytes.length);
  encoder.bytes.set(bytes, start);
}

/** Appends a u32. */
export function putU32(encoder: Encoder, value: number): void {
  const start = putZeros(encoder, 4);
  encoder.view.setUint32(start, value, encoder.littleEndian);
}

/** Appends a u64 of at most 2^53. */
export function putU64(encoder: Encoder, value: number): void {
  const start = putZeros(encoder, 8);
  encoder.view.setBigUint64(start, BigInt(value), encoder.littleEndian);
}

/** Appends a length or count, of 4 or 8 bytes by the version. */
export function putLength(encoder: Encoder, value: number): void {
  if (encoder.lengthBytes === 4) putU32(encoder, value);
  else putU64(encoder, value);
}

/** Appends a string: its length and its bytes. */
export function putString(encoder: Encoder, bytes: Uint8Array): void {
  putLength(encoder, bytes.length);
  putBytes(encoder, bytes);
}

/** Appends a value of a fixed-size type, which has been checked to fit it. */
export function putFixed(
  encoder: Encoder,
  type: FixedTypeName,
  value: number | bigint | boolean,
): void {
  const start = putZeros(encoder, FIXED_BYTES[type]);
  const { view, littleEndian } = encoder;
  switch (type) {
    case "u8":
    case "bool":
      return view.setUint8(start, Number(value));
    case "i8":
      return view.setInt8(start, Number(value));
    case "u16":
      return view.setUint16(start, Number(value), littleEndian);
    case "i16":
      return view.setInt16(start, Number(value), littleEndian);
    case "u32":
      return view.setUint32(start, Number(value), littleEndian);
    case "i32":
      return view.setInt32(start, Number(value), littleEndian);
    case "f32":
      return view.setFloat32(start, Number(value), littleEndian);
    case "f64":
      return view.setFloat64(start, Number(value), littleEndian);
    case "u64":
      return view.setBigUint64(start, BigInt(value), littleEndian);
    case "i64":
      return view.setBigInt64(start, BigInt(value), littleEndian);
    default:
      return type satisfies never;
  }
}
