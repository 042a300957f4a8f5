import { GgufError, type GgufErrorCode, type Problem } from "../format/gguf-error.ts";
import { lengthAt, u64At, type HeaderBytes } from "../format/header-bytes.ts";
import type { ReadLimits } from "../format/limits.ts";

/**
 * Parsers are generators: they yield the offset up to which they need bytes, only when `header` has
 * too few, and go on when it has them or the file has ended.
 */
export type Parse<Result> = Generator<number, Result, void>;

/** A place in the header, and what is being read there. */
export interface Cursor {
  readonly header: HeaderBytes;
  readonly limits: ReadLimits;
  /** Told of every problem after which parsing could go on. A strict reader throws from it. */
  readonly report: (problem: Problem) => void;
  position: number;
  /** The KV pair being read, for messages. */
  key: string | undefined;
  /** The tensor info being read, for messages. */
  tensor: string | undefined;
}

/** A problem where the cursor stands, unless `details` names another place. */
export function problemAt(
  cursor: Cursor,
  code: GgufErrorCode,
  reason: string,
  details: Partial<Problem> = {},
): Problem {
  const { position: offset, key, tensor } = cursor;
  return { code, reason, offset, key, tensor, ...details };
}

/** Gives up: what follows cannot be made sense of. */
export function fail(
  cursor: Cursor,
  code: GgufErrorCode,
  reason: string,
  details: Partial<Problem> = {},
): never {
  throw new GgufError(problemAt(cursor, code, reason, details));
}

/** Waits until `count` bytes from the cursor on are there. */
export function* need(cursor: Cursor, count: number, what: string): Parse<void> {
  const end = cursor.position + count;
  if (end <= cursor.header.bytes.length) return;
  failIfBeyondFile(cursor, end, what);
  const { maxHeaderBytes } = cursor.limits;
  if (end > maxHeaderBytes)
    fail(cursor, "header-too-large", `${what} ends beyond the limit of ${maxHeaderBytes} bytes`, {
      expected: maxHeaderBytes,
      got: end,
    });
  yield end;
  // A source may know its size only once it has been read from.
  failIfBeyondFile(cursor, end, what);
  if (end > cursor.header.bytes.length) endsEarly(cursor, count, cursor.header.bytes.length, what);
}

function failIfBeyondFile(cursor: Cursor, end: number, what: string): void {
  const { fileSize } = cursor.header;
  if (fileSize !== undefined && end > fileSize)
    endsEarly(cursor, end - cursor.position, fileSize, what);
}

function endsEarly(cursor: Cursor, count: number, fileSize: number, what: string): never {
  const got = Math.max(0, fileSize - cursor.position);
  const reason = `the file ends within ${what}, which needs ${count} bytes; ${got} are left`;
  fail(cursor, "truncated", reason, { expected: count, got });
}

/** Reads a u32. */
export function* readU32(cursor: Cursor, what: string): Parse<number> {
  yield* need(cursor, 4, what);
  const { view, littleEndian } = cursor.header;
  const value = view.getUint32(cursor.position, littleEndian);
  cursor.position += 4;
  return value;
}

/** Reads a u64; exact up to 2^53. */
export function* readU64(cursor: Cursor, what: string): Parse<number> {
  yield* need(cursor, 8, what);
  const value = u64At(cursor.header, cursor.position);
  cursor.position += 8;
  return value;
}

/** Reads a length or count, of 4 or 8 bytes by the version; exact up to 2^53. */
export function* readLength(cursor: Cursor, what: string): Parse<number> {
  yield* need(cursor, cursor.header.lengthBytes, what);
  const value = lengthAt(cursor.header, cursor.position);
  cursor.position += cursor.header.lengthBytes;
  return value;
}

/** Passes over a string and returns where its bytes begin; they end at the cursor. */
export function* skipString(cursor: Cursor, what: string): Parse<number> {
  const offset = cursor.position;
  const length = yield* readLength(cursor, `the length of ${what}`);
  checkStringLength(cursor, length, what, offset);
  yield* need(cursor, length, what);
  const start = cursor.position;
  cursor.position += length;
  return start;
}

/** Refuses a string length beyond the limit; `offset` is where the length stands. */
function checkStringLength(cursor: Cursor, length: number, what: string, offset: number): void {
  const { maxStringBytes } = cursor.limits;
  if (length <= maxStringBytes) return;
  const reason = `${what} claims ${length} bytes, more than the limit of ${maxStringBytes}`;
  fail(cursor, "string-too-long", reason, { offset, expected: maxStringBytes, got: length });
}
