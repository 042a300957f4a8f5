import {
  bytesAtHand,
  checkRoom,
  fail,
  need,
  readLength,
  readU32,
  report,
  skipString,
  type Cursor,
  type Parse,
} from "./cursor.ts";
import { arrayValue, type GgufArray } from "../format/gguf-array.ts";
import { fixedAt, stringValue, type GgufValue } from "../format/gguf-value.ts";
import type { Span } from "../format/gguf.ts";
import { decodeUtf8, exactLengthAt } from "../format/header-bytes.ts";
import { FIXED_BYTES, VALUE_TYPE_NAMES, type ValueTypeName } from "../format/value-type.ts";

/** KV pairs in file order, and where each stands. */
interface KvPairs {
  readonly kv: ReadonlyMap<string, GgufValue>;
  readonly spans: ReadonlyMap<string, Span>;
}

/** Reads the KV pairs. A second pair of the same key is reported and dropped. */
export function* readKvPairs(cursor: Cursor, count: number): Parse<KvPairs> {
  const kv = new Map<string, GgufValue>();
  const spans = new Map<string, Span>();
  for (let index = 0; index < count; index++) {
    const offset = cursor.position;
    cursor.key = undefined;
    const what = `the key of KV pair ${index}`;
    const start = yield* skipString(cursor, what, cursor.limits.maxNameBytes);
    const key = decodeUtf8(cursor.header.bytes, start, cursor.position);
    cursor.key = key;
    if (key === "") report(cursor, { code: "empty-key", reason: "the key is empty" }, offset);
    const value = yield* readValue(cursor);
    if (kv.has(key)) {
      report(cursor, { code: "duplicate-key", reason: "the key occurs twice" }, offset);
      continue;
    }
    kv.set(key, value);
    spans.set(key, [offset, cursor.position]);
  }
  cursor.key = undefined;
  return { kv, spans };
}

function* readValue(cursor: Cursor): Parse<GgufValue> {
  const type = yield* readValueType(cursor, "value type");
  if (type === "string") {
    const start = yield* skipString(cursor, "the string");
    return stringValue(cursor.header, start, cursor.position);
  }
  if (type === "array") return yield* readArray(cursor);
  const size = FIXED_BYTES[type];
  yield* need(cursor, size, `the ${type} value`);
  const value = fixedAt(cursor.header, type, cursor.position);
  cursor.position += size;
  // What `fixedAt` returns follows from the type, which the compiler cannot see.
  return { type, value } as GgufValue;
}

function* readValueType(cursor: Cursor, what: string): Parse<ValueTypeName> {
  const offset = cursor.position;
  const id = yield* readU32(cursor, `the ${what}`);
  const type = VALUE_TYPE_NAMES[id];
  const reason = `unknown ${what} ${id}`;
  return type ?? fail(cursor, { code: "bad-value-type", reason, got: id }, offset);
}

function* readArray(cursor: Cursor): Parse<GgufArray> {
  const offset = cursor.position;
  const elementType = yield* readValueType(cursor, "element type");
  if (elementType === "array")
    fail(cursor, { code: "nested-array", reason: "an array of arrays" }, offset);
  const lengthOffset = cursor.position;
  const length = yield* readLength(cursor, "the array length");
  const { maxArrayLength } = cursor.limits;
  if (length > maxArrayLength) {
    const got = exactLengthAt(cursor.header, lengthOffset);
    const reason = `the array claims ${got} elements, more than the limit of ${maxArrayLength}`;
    fail(cursor, { code: "array-too-long", reason, expected: maxArrayLength, got }, offset);
  }
  const start = cursor.position;
  if (elementType === "string") {
    yield* skipStrings(cursor, length);
  } else {
    const bytes = length * FIXED_BYTES[elementType];
    yield* need(cursor, bytes, `the array of ${length} ${elementType}`);
    cursor.position += bytes;
  }
  return arrayValue(cursor.header, elementType, length, start);
}

/** Passes over the strings of an array, in a plain loop as long as the bytes are there. */
function* skipStrings(cursor: Cursor, length: number): Parse<void> {
  checkRoom(cursor, length * cursor.header.lengthBytes, `the array of ${length} strings`);
  let left = length - skipStringsAtHand(cursor, length);
  while (left > 0) {
    // The first string that is not wholly there: the slow way asks for what is missing.
    yield* skipString(cursor, `string ${length - left} of ${length}`);
    left -= 1;
    left -= skipStringsAtHand(cursor, left);
  }
}

/** Passes over the strings that are wholly there, at most `most`, and returns how many those are. */
function skipStringsAtHand(cursor: Cursor, most: number): number {
  const { view, littleEndian, lengthBytes } = cursor.header;
  const { maxStringBytes } = cursor.limits;
  const lastLength = bytesAtHand(cursor) - lengthBytes;
  // Of a 64-bit length only the lower half is added; the upper one is only held against zero.
  const wide = lengthBytes === 8;
  const lower = wide && !littleEndian ? 4 : 0;
  const upper = 4 - lower;
  let { position } = cursor;
  let passed = 0;
  while (passed < most && position <= lastLength) {
    const length = view.getUint32(position + lower, littleEndian);
    if (length > maxStringBytes || length > lastLength - position) break;
    if (wide && view.getUint32(position + upper, littleEndian) !== 0) break;
    position += lengthBytes + length;
    passed++;
  }
  cursor.position = position;
  return passed;
}
