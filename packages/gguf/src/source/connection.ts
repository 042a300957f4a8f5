import { untilAborted } from "./abort.ts";
import { HttpError } from "./http-error.ts";
import { fetchGuarded } from "./redirect.ts";

/** How a URL is asked for. */
export interface RequestOptions {
  /** Stands in for the global `fetch`. What it throws that is no TypeError passes through. */
  readonly fetch: typeof globalThis.fetch;
  readonly headers: Headers;
  /** Milliseconds until the answer's headers must be there. */
  readonly answerTimeout: number;
  /** Milliseconds that may pass without a byte of a body. */
  readonly stallTimeout: number;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** One request, with its answer. */
export interface Connection {
  send(headers: Headers, signal: AbortSignal | undefined): Promise<Response>;
  read(
    reader: Reader | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | undefined>;
  cancel(): void;
}

/** One request with its timeouts, which a caller's signal and `cancel` end at any time. */
export function connect(url: string, options: RequestOptions): Connection {
  const controller = new AbortController();
  // Called by itself: a browser's is no method of another object.
  const { fetch } = options;
  const timed = async <Result>(
    work: () => Promise<Result>,
    { limit, what }: { limit: number; what: string },
    signal: AbortSignal | undefined,
  ): Promise<Result> => {
    signal?.throwIfAborted();
    const abort = (): void => controller.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const timer = setTimeout(() => {
      const late = `${what} for ${limit / 1000} s`;
      controller.abort(new HttpError("network-failure", url, late));
    }, limit);
    try {
      // A fetch that stands in may not listen to signals.
      return await untilAborted(work(), controller.signal);
    } catch (error) {
      throw failureOf(url, error, controller.signal);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  };
  const answer = { limit: options.answerTimeout, what: "no answer came" };
  const byte = { limit: options.stallTimeout, what: "no byte came" };
  return {
    send: (headers, signal) =>
      timed(() => fetchGuarded(url, headers, fetch, controller.signal), answer, signal),
    read: async (reader, signal) => (await timed(async () => reader?.read(), byte, signal))?.value,
    cancel: () => controller.abort(),
  };
}

/** An abort's own reason, a network failure as such, and what a given `fetch` made up itself. */
function failureOf(url: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (!(error instanceof TypeError)) return error;
  const cause: unknown = error.cause ?? error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  // The system's codes, such as ECONNREFUSED, say more than some messages; others repeat them.
  const systemCode = /^[A-Z_\d]+$/.test(code) ? code : "";
  const why = [systemCode, cause instanceof Error ? cause.message : String(cause)];
  const reason = `no answer, or one that broke off: ${why.filter(Boolean).join(" ")}`;
  return new HttpError("network-failure", url, reason, { cause: error });
}
