import { GgufError, type Fault, type Problem } from "../format/gguf-error.ts";
import { exactLengthAt, lengthAt, type HeaderBytes } from "../format/header-bytes.ts";
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
  /** Path or address of the file, whose name may tell what is wrong with it. */
  readonly file?: string | undefined;
  position: number;
  /** The KV pair being read, for messages. */
  key: string | undefined;
  /** The tensor info being read, for messages. */
  tensor: string | undefined;
}

/** A fault where the cursor stands, or at another offset. */
function problemAt(cursor: Cursor, fault: Fault, offset: number = cursor.position): Problem {
  const { code, reason, expected, got } = fault;
  return { code, reason, offset, key: cursor.key, tensor: cursor.tensor, expected, got };
}

/** Gives up: what follows cannot be made sense of. */
export function fail(cursor: Cursor, fault: Fault, offset?: number): never {
  throw new GgufError(problemAt(cursor, fault, offset));
}

/** Tells of a fault after which parsing goes on, without what has it. */
export function report(cursor: Cursor, fault: Fault, offset?: number): undefined {
  cursor.report(problemAt(cursor, fault, offset));
  return undefined;
}

/** Up to where there are bytes that may be read. */
export function bytesAtHand({ header, limits }: Cursor): number {
  return Math.min(header.bytes.length, limits.maxHeaderBytes);
}

/** Whether `count` bytes from the cursor on are there. Asked before `need`, it saves a generator. */
function isAtHand(cursor: Cursor, count: number): boolean {
  return cursor.position + count <= bytesAtHand(cursor);
}

/** Waits until `count` bytes from the cursor on are there. */
export function* need(cursor: Cursor, count: number, what: string): Parse<void> {
  const end = cursor.position + count;
  if (isAtHand(cursor, count)) return;
  checkRoom(cursor, count, what);
  yield end;
  // A source may know its size only once it has been read from.
  failIfBeyondFile(cursor, end, what);
  if (end > cursor.header.bytes.length) endsEarly(cursor, count, cursor.header.bytes.length, what);
}

/** Refuses what takes more bytes than the file has or a header may have, before any are read. */
export function checkRoom(cursor: Cursor, count: number, what: string): void {
  const end = cursor.position + count;
  failIfBeyondFile(cursor, end, what);
  const { maxHeaderBytes } = cursor.limits;
  if (end <= maxHeaderBytes) return;
  const reason = `${what} ends beyond the limit of ${maxHeaderBytes} bytes`;
  fail(cursor, { code: "header-too-large", reason, expected: maxHeaderBytes, got: end });
}

function failIfBeyondFile(cursor: Cursor, end: number, what: string): void {
  const { fileSize } = cursor.header;
  if (fileSize !== undefined && end > fileSize)
    endsEarly(cursor, end - cursor.position, fileSize, what);
}

function endsEarly(cursor: Cursor, count: number, fileSize: number, what: string): never {
  const got = Math.max(0, fileSize - cursor.position);
  const reason = `the file ends within ${what}, which needs ${count} bytes; ${got} are left`;
  fail(cursor, { code: "truncated", reason, expected: count, got });
}

/** Reads a u32. */
export function* readU32(cursor: Cursor, what: string): Parse<number> {
  if (!isAtHand(cursor, 4)) yield* need(cursor, 4, what);
  const { view, littleEndian } = cursor.header;
  const value = view.getUint32(cursor.position, littleEndian);
  cursor.position += 4;
  return value;
}

/** Reads a length or count, of 4 or 8 bytes by the version; exact up to 2^53. */
export function* readLength(cursor: Cursor, what: string): Parse<number> {
  const { lengthBytes } = cursor.header;
  if (!isAtHand(cursor, lengthBytes)) yield* need(cursor, lengthBytes, what);
  const value = lengthAt(cursor.header, cursor.position);
  cursor.position += lengthBytes;
  return value;
}

/** Passes over a string and returns where its bytes begin; they end at the cursor. */
export function* skipString(
  cursor: Cursor,
  what: string,
  limit: number = cursor.limits.maxStringBytes,
): Parse<number> {
  const offset = cursor.position;
  const length = yield* readLength(cursor, `the length of ${what}`);
  if (length > limit) {
    const got = exactLengthAt(cursor.header, offset);
    const reason = `${what} claims ${got} bytes, more than the limit of ${limit}`;
    fail(cursor, { code: "string-too-long", reason, expected: limit, got }, offset);
  }
  if (!isAtHand(cursor, length)) yield* need(cursor, length, what);
  const start = cursor.position;
  cursor.position += length;
  return start;
}
