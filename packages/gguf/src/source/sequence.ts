import { HttpError } from "./http-error.ts";
import type { RangeBody } from "./range-request.ts";

/**
 * What is asked for by one request while a header is read from its start.
 * Most headers without a vocabulary end in the first, all known ones in the second. The bytes come
 * as a stream that is cut off where the header ends, so that a long range costs little.
 */
const WINDOWS: readonly number[] = [2 ** 20, 2 ** 24];
const LAST_WINDOW = 2 ** 26;

/**
 * How many bytes are passed over to come to a range where the server ignores ranges. More would
 * be to download most of a model in order to read a part of it.
 */
const MOST_SKIPPED = 2 ** 26;

const NOTHING = new Uint8Array(0);

/** A place in the file, and the answer that goes on from there, or from before. */
export interface Sequence {
  position: number;
  body: RangeBody | undefined;
  /** What has come of the body and was not asked for yet. */
  rest: Uint8Array;
  /** Where the next answer is to end. */
  windowEnd(): number;
}

/** Reading on from the start, by windows. */
export function headerSequence(): Sequence {
  let index = 0;
  const header: Sequence = {
    position: 0,
    body: undefined,
    rest: NOTHING,
    windowEnd: () => header.position + (WINDOWS[index++] ?? LAST_WINDOW),
  };
  return header;
}

/** A range by itself, which is asked for exactly. */
export function rangeSequence(start: number, end: number): Sequence {
  return { position: start, body: undefined, rest: NOTHING, windowEnd: () => end };
}

/** Cancels the answer. */
export function letGo(at: Sequence): void {
  at.body?.cancel();
  at.body = undefined;
  at.rest = NOTHING;
}

/**
 * Passes over what an answer has before the place where the sequence stands; false where the answer
 * ends before it.
 *
 * @throws {HttpError} `ranges-not-supported` where that is too far, and as the body does
 */
export async function moveTo(url: string, at: Sequence, signal: AbortSignal): Promise<boolean> {
  const { body, position } = at;
  if (!body || body.position >= position) return true;
  if (position - body.position > MOST_SKIPPED) {
    const reason = `the server ignores ranges, and byte ${position} is too far to read on to`;
    throw new HttpError("ranges-not-supported", url, reason, { expected: 206, got: 200 });
  }
  while (body.position < position) {
    const from = body.position;
    const piece = await body.next(signal);
    if (piece === undefined) return false;
    at.rest = piece.subarray(Math.min(piece.length, position - from));
  }
  return true;
}

/** Copies what of the answer is at hand or comes next; 0 where it has ended. */
export async function takeNext(
  target: Uint8Array,
  at: Sequence,
  signal: AbortSignal,
): Promise<number> {
  if (at.rest.length === 0) at.rest = (await at.body?.next(signal)) ?? NOTHING;
  const copied = Math.min(target.length, at.rest.length);
  target.set(at.rest.subarray(0, copied));
  at.rest = at.rest.subarray(copied);
  at.position += copied;
  return copied;
}
