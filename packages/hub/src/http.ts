import {
  AccessDeniedError,
  HttpStatusError,
  NetworkError,
  NotFoundError,
  RateLimitedError,
} from "./http-errors.ts";
import { describeNetworkFailure } from "./network-failure.ts";
import { isLoopbackHost } from "./reference.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/** The global fetch, or one that stands in for it. */
export type Fetch = typeof globalThis.fetch;

/** How long to wait for a server, in milliseconds. */
export interface Timeouts {
  /** For a connection and the answer's headers, each redirect anew. */
  answer: number;
  /** Between two pieces of a body. */
  stall: number;
}

/**
 * 15 s: Node's fetch gives up connecting after 10 s, and a server that was reached should find its
 * headers soon. 30 s without a byte: longer than a mobile link's usual gaps, and what a new connection
 * goes on with is no more than what was held back.
 */
export const DEFAULT_TIMEOUTS: Timeouts = { answer: 15_000, stall: 30_000 };

// The Hub needs one or two; a loop must end.
const MAX_REDIRECTS = 8;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What {@link request} needs of a place's context. */
export interface RequestContext {
  fetch: Fetch;
  signal: AbortSignal | undefined;
  timeouts: Timeouts;
}

/** A request; `authorization` goes to the first URL's origin alone, wherever it redirects to. */
export interface RequestInput {
  method?: "GET" | "HEAD" | "POST";
  headers?: Readonly<Record<string, string>>;
  authorization?: string | undefined;
  /** Return a redirect to another origin, instead of going there. */
  staysAtOrigin?: boolean;
}

/** A server's answer, whatever its status, whose body is still to be read or discarded. */
export interface Answer {
  url: string;
  status: number;
  headers: Headers;
  /** The body in pieces. Throws NetworkError when it breaks off or stalls. */
  chunks: () => AsyncGenerator<Uint8Array, void>;
  /** Lets go of the connection without reading the body. */
  discard: () => void;
}

/**
 * Sends a request and follows redirects by hand, so that a credential never reaches another origin
 * and https never falls back to http.
 * @throws NetworkError; the signal's reason when aborted.
 */
export async function request(
  url: string,
  input: RequestInput,
  context: RequestContext,
): Promise<Answer> {
  let at = new URL(url);
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const isFirstOrigin = at.origin === new URL(url).origin;
    const authorization = isFirstOrigin ? input.authorization : undefined;
    const answer = await send(at, { ...input, authorization }, context);
    const next = redirectOf(answer, at);
    if (next === undefined) return answer;
    if (input.staysAtOrigin && next.origin !== at.origin) return answer;
    answer.discard();
    at = next;
  }
  throw new NetworkError(at.host, `more than ${MAX_REDIRECTS} redirects`);
}

/**
 * Where an answer leads to; undefined where it is no redirect.
 * @throws NetworkError where it leads to no address, or to one that is open to tampering
 */
export function redirectOf(
  { status, headers }: Pick<Answer, "status" | "headers">,
  from: URL,
): URL | undefined {
  const location = headers.get("location");
  if (!REDIRECTS.has(status) || location === null) return undefined;
  if (!URL.canParse(location, from.href)) throw new NetworkError(from.host, "malformed redirect");
  const next = new URL(location, from);
  if (next.protocol !== "https:" && !isLoopbackHost(next.hostname)) {
    throw new NetworkError(from.host, `refused a redirect to ${next.protocol}//${next.host}`);
  }
  return next;
}

/** Reads a body into memory. @throws NetworkError, also when it is longer than `limit` bytes. */
export async function readBody(answer: Answer, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.chunks()) {
    length += chunk.byteLength;
    if (length > limit) {
      throw new NetworkError(new URL(answer.url).host, `an answer of more than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.byteLength;
  }
  return body;
}

/** The error of a status that is no success. */
export function statusError(answer: Pick<Answer, "url" | "status" | "headers">): HttpStatusError {
  const { status } = answer;
  const url = displayUrl(answer.url);
  if (status === 401) return new AccessDeniedError(url, status, "the server asks for credentials");
  if (status === 403) return new AccessDeniedError(url, status, "access denied");
  if (status === 404 || status === 410) return new NotFoundError(url, status, "no such file");
  const wait = retryAfterSeconds(answer.headers);
  if (status === 429) return new RateLimitedError(url, wait);
  const problem = status >= 500 ? "the server failed" : "unexpected answer";
  return new HttpStatusError(url, status, problem, "http-status", { retryAfterSeconds: wait });
}

/** A URL without its query, where signatures and keys stand. */
export function displayUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

async function send(url: URL, input: RequestInput, context: RequestContext): Promise<Answer> {
  const { signal, timeouts } = context;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const release = (): void => signal?.removeEventListener("abort", abort);
  const timer = setTimeout(
    () => controller.abort(new NetworkError(url.host, `no answer in ${timeouts.answer / 1000} s`)),
    timeouts.answer,
  );
  const headers = new Headers(input.headers);
  if (input.authorization !== undefined) headers.set("authorization", input.authorization);
  let response: Response;
  try {
    response = await context.fetch(url.href, {
      method: input.method ?? "GET",
      headers,
      redirect: "manual",
      signal: controller.signal,
    });
  } catch (error) {
    release();
    throw failure(url, error, controller.signal);
  } finally {
    clearTimeout(timer);
  }
  return {
    url: url.href,
    status: response.status,
    headers: response.headers,
    chunks: () => readChunks(response, { url, controller, stall: timeouts.stall, release }),
    discard: () => {
      release();
      controller.abort();
    },
  };
}

interface Reading {
  url: URL;
  controller: AbortController;
  stall: number;
  release: () => void;
}

async function* readChunks(
  response: Response,
  { url, controller, stall, release }: Reading,
): AsyncGenerator<Uint8Array, void> {
  const reader = response.body?.getReader();
  let timer: NodeJS.Timeout | undefined;
  try {
    if (reader === undefined) return;
    for (;;) {
      const stalled = new NetworkError(url.host, `no byte came for ${stall / 1000} s`);
      timer = setTimeout(() => controller.abort(stalled), stall);
      const { done, value } = await reader.read();
      clearTimeout(timer);
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw failure(url, error, controller.signal);
  } finally {
    clearTimeout(timer);
    release();
    controller.abort();
  }
}

/** An abort's or timeout's own reason, else the network failure that fetch wrapped up. */
function failure(url: URL, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return new NetworkError(url.host, describeNetworkFailure(error), { cause: error });
}
