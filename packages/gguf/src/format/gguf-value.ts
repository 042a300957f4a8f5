import type { GgufArray } from "./gguf-array.ts";
import { decodeUtf8, type HeaderBytes } from "./header-bytes.ts";
import type { BigintTypeName, FixedTypeName, NumberTypeName } from "./value-type.ts";

/** A number of at most 53 significant bits. */
export interface GgufNumber {
  readonly type: NumberTypeName;
  readonly value: number;
}

/** A 64-bit integer. */
export interface GgufBigint {
  readonly type: BigintTypeName;
  readonly value: bigint;
}

/** A boolean: one byte, where anything but 0 is true. */
export interface GgufBool {
  readonly type: "bool";
  readonly value: boolean;
}

/** A string. */
export interface GgufString {
  readonly type: "string";
  /** Decoded on demand and leniently: bad UTF-8 becomes U+FFFD, a byte order mark is kept. */
  readonly value: string;
  /** As it stands in the file. */
  readonly bytes: Uint8Array;
}

/** The value of a KV pair. */
export type GgufValue = GgufNumber | GgufBigint | GgufBool | GgufString | GgufArray;

/** Reads one value of a fixed-size type. */
export function fixedAt(
  { view, littleEndian }: HeaderBytes,
  type: FixedTypeName,
  position: number,
): number | bigint | boolean {
  switch (type) {
    case "u8":
      return view.getUint8(position);
    case "i8":
      return view.getInt8(position);
    case "u16":
      return view.getUint16(position, littleEndian);
    case "i16":
      return view.getInt16(position, littleEndian);
    case "u32":
      return view.getUint32(position, littleEndian);
    case "i32":
      return view.getInt32(position, littleEndian);
    case "f32":
      return view.getFloat32(position, littleEndian);
    case "f64":
      return view.getFloat64(position, littleEndian);
    case "u64":
      return view.getBigUint64(position, littleEndian);
    case "i64":
      return view.getBigInt64(position, littleEndian);
    case "bool":
      return view.getUint8(position) !== 0;
    default:
      return type satisfies never;
  }
}

/** A lazy string over the bytes from `start` to `end` of the header. */
export function stringValue(header: HeaderBytes, start: number, end: number): GgufString {
  let decoded: string | undefined;
  return {
    type: "string",
    get value() {
      return (decoded ??= decodeUtf8(header.bytes, start, end));
    },
    get bytes() {
      return header.bytes.subarray(start, end);
    },
  };
}

/** The value as a number, where it is one that a number can hold exactly. */
export function numberOf(value: GgufValue | undefined): number | undefined {
  if (typeof value !== "object" || value.type === "array") return undefined;
  if (typeof value.value === "number") return value.value;
  return typeof value.value === "bigint" ? safeNumber(value.value) : undefined;
}

/** The value as a string, where it is one. */
export function stringOf(value: GgufValue | undefined): string | undefined {
  return value?.type === "string" ? value.value : undefined;
}

/** The one place where a 64-bit integer becomes a number: undefined where that would round it. */
function safeNumber(value: bigint): number | undefined {
  const narrowed = Number(value);
  return Number.isSafeInteger(narrowed) ? narrowed : undefined;
}
