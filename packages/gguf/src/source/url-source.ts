import { GgufError } from "../format/gguf-error.ts";
import { parseAddress, type Address } from "./address.ts";
import type { ByteSource } from "./byte-source.ts";
import { unknownIdentity, type RemoteIdentity } from "./remote-identity.ts";
import type { RequestOptions } from "./connection.ts";
import { requestRange } from "./range-request.ts";
import { DEFAULT_RETRY, waitToRetry, type RetryOptions } from "./retry.ts";
import {
  headerSequence,
  letGo,
  moveTo,
  rangeSequence,
  takeNext,
  type Sequence,
} from "./sequence.ts";

/** How `urlSource` asks. */
export interface UrlSourceOptions extends Partial<RetryOptions> {
  /** Stands in for the global `fetch`. What it throws that is no TypeError passes through. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Sent with every request, but to no other origin that a redirect leads to. A browser can keep
   * only `Authorization` from going there: with other headers a redirect is refused in it.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Ends every read, as `close` does. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until an answer's headers must be there. Default 15,000. */
  readonly answerTimeout?: number | undefined;
  /** Milliseconds that may pass without a byte. Default 60,000. */
  readonly stallTimeout?: number | undefined;
}

/** A source over a URL. Close it, or declare it with `await using`. */
export interface UrlSource extends ByteSource, AsyncDisposable {
  /** The address for messages: without user name, password and query. */
  readonly url: string;
  /** Undefined until the first answer, and where the server does not tell. */
  readonly byteLength: number | undefined;
  readInto(target: Uint8Array, start: number, signal?: AbortSignal): Promise<number>;
  /** Ends the reads that are under way with `source-closed`, and lets go of the connection. */
  close(): Promise<void>;
}

// Node's fetch gives up connecting after 10 s; a server that was reached finds its headers soon.
const ANSWER_TIMEOUT = 15_000;
// Longer than a mobile link's usual gaps, shorter than patience.
const STALL_TIMEOUT = 60_000;

/**
 * A source over a file on a web server, read by ranges of bytes. Reading on from the start takes one
 * request where the header has up to 1 MiB, two where it has up to 17: the answer is a stream that
 * is cut off by the next read elsewhere, or by `close`. Any other range takes one request. A server
 * that ignores ranges is read as a stream, from its start to a place not far away.
 *
 * Every answer is held against what was asked, and size and ETag against the first answer's. What
 * may pass (a connection that breaks off, 408, 429, 500, 502, 503, 504) is tried again, from where
 * it broke off. A user name and a password in the address are sent as basic authorization.
 *
 * In a browser a server of another origin must allow the page to read, and should expose
 * `Content-Range` and `ETag`. Where it does not, the size stays unknown, and only its time of change
 * tells that a file changed.
 *
 * @throws {HttpError} from `read`: `http-unauthorized`, `http-forbidden`, `http-not-found`,
 * `http-range-not-satisfiable`, `http-rate-limited`, `http-status`, `network-failure`,
 * `bad-content-range`, `file-changed`, `ranges-not-supported`, `redirect-refused`; the signal's
 * reason when aborted
 * @throws {GgufError} `bad-url`; from `read`: `source-closed`
 */
export function urlSource(url: string | URL, options: UrlSourceOptions = {}): UrlSource {
  const address = parseAddress(url);
  const { identity, readInto, close } = urlReader(address, options);
  return {
    url: address.shown,
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

type UrlReader = Pick<UrlSource, "readInto" | "close"> & { readonly identity: RemoteIdentity };

function urlReader({ href, shown, authorization }: Address, options: UrlSourceOptions): UrlReader {
  const identity = unknownIdentity();
  const retry: RetryOptions = { ...DEFAULT_RETRY, ...defined(options) };
  const headers = new Headers(options.headers);
  if (authorization !== undefined && !headers.has("authorization"))
    headers.set("authorization", authorization);
  const request: RequestOptions = {
    fetch: options.fetch ?? globalThis.fetch,
    headers,
    answerTimeout: options.answerTimeout ?? ANSWER_TIMEOUT,
    stallTimeout: options.stallTimeout ?? STALL_TIMEOUT,
  };

  /** Opens an answer where the sequence stands; false where the file ends before. */
  async function open(at: Sequence, signal: AbortSignal): Promise<boolean> {
    const range = [at.position, at.windowEnd()] as const;
    at.body = await requestRange(href, range, identity, request, signal);
    return at.body !== undefined;
  }

  /** Fills `target` from where the sequence stands, opening one answer after the other. */
  async function readOn(target: Uint8Array, at: Sequence, signal: AbortSignal): Promise<number> {
    const start = at.position;
    const end = (): number => Math.min(start + target.length, identity.size ?? Infinity);
    let attempt = 0;
    while (at.position < end()) {
      signal.throwIfAborted();
      try {
        if (at.body === undefined && !(await open(at, signal))) break;
        const room = target.subarray(at.position - start);
        const copied = (await moveTo(href, at, signal)) ? await takeNext(room, at, signal) : 0;
        if (copied > 0) attempt = 0;
        else letGo(at);
      } catch (error) {
        letGo(at);
        attempt += 1;
        await waitToRetry(error, attempt, retry, signal);
      }
    }
    return Math.max(0, at.position - start);
  }

  const closing = new AbortController();
  let header = headerSequence();
  let isBusy = false;

  /** The header's sequence where the read goes on with it or begins anew, else one of its own. */
  function sequenceFor(start: number, end: number): Sequence {
    if (isBusy) return rangeSequence(start, end);
    if (start === header.position) return header;
    letGo(header);
    if (start === 0) header = headerSequence();
    return start === 0 ? header : rangeSequence(start, end);
  }

  return {
    identity,
    async readInto(target, start, signal) {
      const signals = [closing.signal, options.signal, signal].filter((one) => one !== undefined);
      const at = sequenceFor(start, start + target.length);
      if (at === header) isBusy = true;
      try {
        return await readOn(target, at, AbortSignal.any(signals));
      } finally {
        if (at === header) isBusy = false;
        else letGo(at);
      }
    },
    async close() {
      closing.abort(new GgufError({ code: "source-closed", reason: "was closed", file: shown }));
      letGo(header);
    },
  };
}

function defined({ retries, retryDelay }: UrlSourceOptions): Partial<RetryOptions> {
  return {
    ...(retries !== undefined && { retries }),
    ...(retryDelay !== undefined && { retryDelay }),
  };
}
