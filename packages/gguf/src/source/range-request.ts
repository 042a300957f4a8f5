import { connect, type Connection, type RequestOptions } from "./connection.ts";
import { checkUnchanged, checkSize, type RemoteIdentity } from "./remote-identity.ts";
import { HttpError, statusError } from "./http-error.ts";

/** The body of an answer. */
export interface RangeBody {
  /** Offset in the file of the next byte. */
  readonly position: number;
  /** The next bytes; undefined where the answer has ended, as far as it told where it would. */
  next(signal: AbortSignal | undefined): Promise<Uint8Array | undefined>;
  /** Lets go of the connection, whatever is still to come. */
  cancel(): void;
}

/**
 * Asks for the bytes from `start` up to `end`, and holds the answer against what was asked and what
 * is known. A server that ignores the range answers from byte 0. Undefined where the file ends before
 * `start`.
 *
 * @throws {HttpError} every code that `urlSource` names but `ranges-not-supported`; the signal's
 * reason when aborted
 */
export async function requestRange(
  url: string,
  asked: Asked,
  identity: RemoteIdentity,
  options: RequestOptions,
  signal: AbortSignal | undefined,
): Promise<RangeBody | undefined> {
  const connection = connect(url, options);
  try {
    const headers = new Headers(options.headers);
    // With it, `fetch` asks for an answer that is not compressed.
    headers.set("range", `bytes=${asked[0]}-${asked[1] - 1}`);
    const response = await connection.send(headers, signal);
    const range = rangeOf(url, response, asked);
    checkUnchanged(url, response.headers, range.size, identity);
    if (response.status === 200) identity.ignoresRanges = true;
    if (response.status === 416) {
      connection.cancel();
      return undefined;
    }
    return rangeBody(url, connection, response, range, identity);
  } catch (error) {
    connection.cancel();
    throw error;
  }
}

function rangeBody(
  url: string,
  connection: Connection,
  response: Response,
  { start, end, askedEnd }: AnsweredRange,
  identity: RemoteIdentity,
): RangeBody {
  const reader = response.body?.getReader();
  let position = start;
  return {
    get position() {
      return position;
    },
    async next(signal) {
      if (position >= (end ?? Infinity)) return undefined;
      const piece = await connection.read(reader, signal);
      if (piece !== undefined) {
        const left = (end ?? Infinity) - position;
        position += Math.min(piece.length, left);
        return piece.length > left ? piece.subarray(0, left) : piece;
      }
      if (end !== undefined) {
        const reason = `the answer broke off at byte ${position} of ${end}`;
        throw new HttpError("network-failure", url, reason, { expected: end, got: position });
      }
      // Nothing told where the file ends, but it has.
      if (position < askedEnd) checkSize(url, position, identity);
      return undefined;
    },
    cancel() {
      // One that a stand-in for `fetch` made may not listen to the signal; one that failed rejects.
      reader?.cancel().catch(() => {});
      connection.cancel();
    },
  };
}

type Asked = readonly [start: number, end: number];

interface AnsweredRange {
  readonly start: number;
  readonly end: number | undefined;
  readonly size: number | undefined;
  /** Before it, an answer without `end` ends only with the file. */
  readonly askedEnd: number;
}

function rangeOf(url: string, response: Response, asked: Asked): AnsweredRange {
  const { status, headers } = response;
  if (status === 206) return partialRange(url, response, asked);
  if (status === 200) {
    const size = isEncoded(headers) ? undefined : numberIn(headers.get("content-length"));
    return { start: 0, end: size, size, askedEnd: Infinity };
  }
  const [start, askedEnd] = asked;
  const text = headers.get("content-range");
  const size = numberIn(/^bytes \*\/(\d+)$/.exec(text ?? "")?.[1]);
  // Hidden from pages of other origins, it has to be taken for this.
  const isHidden = text === null && response.type === "cors";
  const isBeyondEnd = isHidden || (size !== undefined && size <= start);
  if (status === 416 && isBeyondEnd) return { start, end: start, size, askedEnd };
  throw statusError(url, response, `bytes ${start}-${askedEnd - 1}`);
}

function partialRange(url: string, response: Response, [start, end]: Asked): AnsweredRange {
  const { headers, type } = response;
  if (isEncoded(headers))
    throw new HttpError("bad-content-range", url, "a range of bytes came compressed");
  const text = headers.get("content-range");
  // A server may hide the header from pages of other origins: then it has to be trusted.
  if (text === null && type === "cors")
    return { start, end: undefined, size: undefined, askedEnd: end };
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(text ?? "") ?? [];
  const [from, to] = [numberIn(first), numberIn(last)];
  const size = numberIn(total);
  const fits =
    from === start &&
    to !== undefined &&
    to >= start &&
    to < end &&
    (size === undefined ? total === "*" : to < size);
  if (fits) return { start, end: to + 1, size, askedEnd: end };
  const expected = `bytes ${start}-${end - 1}/…`;
  const got = text ?? "none";
  const reason = `asked for ${expected}, the answer has Content-Range ${got}`;
  throw new HttpError("bad-content-range", url, reason, { status: 206, expected, got });
}

function isEncoded(headers: Headers): boolean {
  return (headers.get("content-encoding") ?? "identity") !== "identity";
}

function numberIn(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || !/^\d+$/.test(text)) return undefined;
  return Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}
