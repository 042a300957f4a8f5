import { GgufError } from "../format/gguf-error.ts";
import { DEFAULT_LIMITS } from "../format/limits.ts";
import type { BigintTypeName, FixedTypeName } from "../format/value-type.ts";

/** Where a value that is checked belongs, for messages. */
export interface ValuePlace {
  readonly key?: string | undefined;
  /** Index in an array. */
  readonly index?: number | undefined;
}

type IntegerTypeName = Exclude<FixedTypeName, BigintTypeName | "f32" | "f64" | "bool">;

const INTEGER_RANGES: Readonly<Record<IntegerTypeName, readonly [least: number, most: number]>> = {
  u8: [0, 2 ** 8 - 1],
  i8: [-(2 ** 7), 2 ** 7 - 1],
  u16: [0, 2 ** 16 - 1],
  i16: [-(2 ** 15), 2 ** 15 - 1],
  u32: [0, 2 ** 32 - 1],
  i32: [-(2 ** 31), 2 ** 31 - 1],
};

const BIGINT_RANGES: Readonly<Record<BigintTypeName, readonly [least: bigint, most: bigint]>> = {
  u64: [0n, 2n ** 64n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/**
 * What a reader would read where `data` is written as this type: f32 is rounded to what it holds,
 * a 64-bit integer becomes a bigint.
 *
 * @throws {GgufError} `bad-value` where the type cannot hold it
 */
export function checkedFixed(
  type: FixedTypeName,
  data: unknown,
  place: ValuePlace = {},
): number | bigint | boolean {
  switch (type) {
    case "bool":
      return typeof data === "boolean" ? data : unfit(type, data, "true or false", place);
    case "f64":
      return typeof data === "number" ? data : unfit(type, data, "a number", place);
    case "f32":
      return checkedFloat(data, place);
    case "u64":
    case "i64":
      return checkedBigint(type, data, place);
    case "u8":
    case "i8":
    case "u16":
    case "i16":
    case "u32":
    case "i32":
      return checkedInteger(type, data, place);
    default:
      return type satisfies never;
  }
}

function checkedInteger(type: IntegerTypeName, data: unknown, place: ValuePlace): number {
  const [least, most] = INTEGER_RANGES[type];
  const fits = typeof data === "number" && Number.isInteger(data) && data >= least && data <= most;
  // Adding 0 makes the -0 that JavaScript has and integers have not a plain one.
  return fits ? data + 0 : unfit(type, data, `an integer from ${least} to ${most}`, place);
}

function checkedBigint(type: BigintTypeName, data: unknown, place: ValuePlace): bigint {
  const [least, most] = BIGINT_RANGES[type];
  // A number beyond 2^53 has been rounded before it came here.
  const exact = Number.isSafeInteger(data) ? BigInt(data as number) : data;
  const fits = typeof exact === "bigint" && exact >= least && exact <= most;
  const expected = `an integer from ${least} to ${most}, as a bigint from 2^53 on`;
  return fits ? exact : unfit(type, data, expected, place);
}

function checkedFloat(data: unknown, place: ValuePlace): number {
  if (typeof data !== "number") return unfit("f32", data, "a number", place);
  const rounded = Math.fround(data);
  if (Number.isFinite(data) && !Number.isFinite(rounded))
    return unfit("f32", data, "at most 3.4e38 in magnitude", place);
  return rounded;
}

const encoder = new TextEncoder();
// In Unicode mode a pair of surrogates is one character, so that this finds lone ones.
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/**
 * The bytes of a string: its UTF-8, or a copy of bytes given as they are.
 *
 * @throws {GgufError} `bad-value` (no string, or half a surrogate pair), `string-too-long`
 */
export function checkedString(data: unknown, place: ValuePlace = {}): Uint8Array {
  const bytes = data instanceof Uint8Array ? new Uint8Array(data) : utf8(data, place);
  const { maxStringBytes } = DEFAULT_LIMITS;
  if (bytes.length <= maxStringBytes) return bytes;
  const reason = `a string of ${bytes.length} bytes, more than the limit of ${maxStringBytes}`;
  const sizes = { expected: maxStringBytes, got: bytes.length };
  throw new GgufError({ code: "string-too-long", reason, key: place.key, ...sizes });
}

function utf8(data: unknown, place: ValuePlace): Uint8Array {
  if (typeof data !== "string") return unfit("string", data, "a string or its bytes", place);
  if (LONE_SURROGATE.test(data)) return unfit("string", data, "whole surrogate pairs", place);
  return encoder.encode(data);
}

/** Refuses a value that its type cannot hold. */
export function unfit(type: string, data: unknown, expected: string, place: ValuePlace): never {
  const { key, index } = place;
  const got = shown(data);
  const element = index === undefined ? "" : `element ${index}: `;
  const reason = `${element}${got} does not fit ${type}: expected ${expected}`;
  throw new GgufError({ code: "bad-value", reason, key, expected, got });
}

const LONGEST_SHOWN = 40;

function shown(data: unknown): string {
  if (typeof data === "object" && data !== null)
    return Array.isArray(data) ? "an array" : "an object";
  const text = typeof data === "string" ? JSON.stringify(data) : String(data);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
