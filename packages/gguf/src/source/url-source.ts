import type { ByteSource } from "./byte-source.ts";
import { HttpError } from "./http-error.ts";
import {
  requestRange,
  type FileIdentity,
  type RangeBody,
  type RequestOptions,
} from "./range-request.ts";
import { DEFAULT_RETRY, waitToRetry, type RetryOptions } from "./retry.ts";

/** How `urlSource` asks. */
export interface UrlSourceOptions extends Partial<RetryOptions> {
  /** Stands in for the global `fetch`. What it throws that is no TypeError passes through. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Sent with every request. A secret belongs into `Authorization`: of all headers, only that is
   * left out by `fetch` where a redirect leads to another origin.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds until an answer's headers must be there. Default 15,000. */
  readonly answerTimeout?: number | undefined;
  /** Milliseconds that may pass without a byte. Default 60,000. */
  readonly stallTimeout?: number | undefined;
}

/** A source over a URL. Close it, or declare it with `await using`. */
export interface UrlSource extends ByteSource, AsyncDisposable {
  readonly url: string;
  /** Undefined until the first answer, and where the server does not tell. */
  readonly byteLength: number | undefined;
  close(): Promise<void>;
}

// Node's fetch gives up connecting after 10 s; a server that was reached finds its headers soon.
const ANSWER_TIMEOUT = 15_000;
// Longer than a mobile link's usual gaps, shorter than patience.
const STALL_TIMEOUT = 60_000;

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

/**
 * A source over a file on a web server, read by ranges of bytes. Reading on from the start takes one
 * request where the header has up to 1 MiB, two where it has up to 17; any other range takes one.
 * A server that ignores ranges is read once, as a stream.
 *
 * Every answer is held against what was asked, and size and ETag against the first answer's. What
 * may pass (a connection that breaks off, 408, 429, 500, 502, 503, 504) is tried again, from where
 * it broke off. Redirects are followed as `fetch` does.
 *
 * @throws {HttpError} from `read`: `http-unauthorized`, `http-forbidden`, `http-not-found`,
 * `http-range-not-satisfiable`, `http-rate-limited`, `http-status`, `network-failure`,
 * `bad-content-range`, `file-changed`, `ranges-not-supported`; the signal's reason when aborted
 * @throws {TypeError} where the address is no `https:` or `http:` URL
 */
export function urlSource(url: string, options: UrlSourceOptions = {}): UrlSource {
  const address = new URL(url);
  if (!/^https?:$/.test(address.protocol))
    throw new TypeError(`expected an https: or http: URL, got ${address.protocol}`);
  const reader = urlReader(address.href, options);
  const { identity, readInto, close } = reader;
  return {
    url: address.href,
    get byteLength() {
      return identity.size;
    },
    async read(start, end, signal) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, identity.size ?? end) - start));
      return bytes.subarray(0, await readInto(bytes, start, signal));
    },
    readInto,
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface UrlReader {
  readonly identity: FileIdentity;
  readInto(target: Uint8Array, start: number, signal?: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/** A place in the file, and the answer that goes on from there. */
interface Sequence {
  position: number;
  body: RangeBody | undefined;
  /** What has come of the body and was not asked for yet. */
  rest: Uint8Array;
  /** Where the next answer is to end. */
  windowEnd(): number;
}

const NOTHING = new Uint8Array(0);

function urlReader(url: string, options: UrlSourceOptions): UrlReader {
  const identity: FileIdentity = { size: undefined, validator: undefined };
  const retry: RetryOptions = { ...DEFAULT_RETRY, ...defined(options) };
  const request: RequestOptions = {
    fetch: options.fetch ?? globalThis.fetch,
    headers: new Headers(options.headers),
    answerTimeout: options.answerTimeout ?? ANSWER_TIMEOUT,
    stallTimeout: options.stallTimeout ?? STALL_TIMEOUT,
  };
  const open = async (at: Sequence, signal: AbortSignal | undefined): Promise<void> => {
    const range = [at.position, at.windowEnd()] as const;
    at.body = await requestRange(url, range, identity, request, signal);
    if (at.body.position < at.position) await skip(url, at, at.body, signal);
  };

  /** Fills `target` from where the sequence stands, opening one answer after the other. */
  const readOn = async (
    target: Uint8Array,
    at: Sequence,
    signal: AbortSignal | undefined,
  ): Promise<number> => {
    const start = at.position;
    const end = (): number => Math.min(start + target.length, identity.size ?? Infinity);
    let attempt = 0;
    while (at.position < end()) {
      try {
        if (at.body === undefined) await open(at, signal);
        const copied = await copyNext(target.subarray(at.position - start), at, signal);
        if (copied > 0) attempt = 0;
      } catch (error) {
        letGo(at);
        attempt += 1;
        await waitToRetry(error, attempt, retry, signal);
      }
    }
    return Math.max(0, at.position - start);
  };

  const header = sequence(0, headerWindows());
  let isBusy = false;
  return {
    identity,
    async readInto(target, start, signal) {
      signal?.throwIfAborted();
      const isNext = !isBusy && start === header.position;
      // A range by itself is asked for exactly.
      const at = isNext ? header : sequence(start, () => start + target.length);
      if (isNext) isBusy = true;
      try {
        return await readOn(target, at, signal);
      } finally {
        if (isNext) isBusy = false;
        else letGo(at);
      }
    },
    async close() {
      letGo(header);
    },
  };

  function headerWindows(): () => number {
    let index = 0;
    return () => header.position + (WINDOWS[index++] ?? LAST_WINDOW);
  }
}

function defined({ retries, retryDelay }: UrlSourceOptions): Partial<RetryOptions> {
  return {
    ...(retries !== undefined && { retries }),
    ...(retryDelay !== undefined && { retryDelay }),
  };
}

function sequence(position: number, windowEnd: () => number): Sequence {
  return { position, body: undefined, rest: NOTHING, windowEnd };
}

function letGo(at: Sequence): void {
  at.body?.cancel();
  at.body = undefined;
  at.rest = NOTHING;
}

/** Passes over what an answer has before the place that was asked for. */
async function skip(
  url: string,
  at: Sequence,
  body: RangeBody,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (at.position - body.position > MOST_SKIPPED) {
    const reason = `the server ignores ranges, and byte ${at.position} is too far to read on to`;
    throw new HttpError("ranges-not-supported", url, reason, { expected: 206, got: 200 });
  }
  while (body.position < at.position) {
    const from = body.position;
    const piece = await body.next(signal);
    if (piece === undefined) return;
    at.rest = piece.subarray(Math.min(piece.length, at.position - from));
  }
}

/** Copies what of the answer is at hand or comes next; 0 where it has ended. */
async function copyNext(
  target: Uint8Array,
  at: Sequence,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (at.rest.length === 0) at.rest = (await at.body?.next(signal)) ?? NOTHING;
  const copied = Math.min(target.length, at.rest.length);
  target.set(at.rest.subarray(0, copied));
  at.rest = at.rest.subarray(copied);
  at.position += copied;
  if (copied === 0) letGo(at);
  return copied;
}
