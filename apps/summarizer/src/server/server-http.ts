import { describeNetworkFailure } from "@ggufkit/hub";
import { onAbort } from "./server-abort.ts";
import { ServerError, shown, statusError } from "./server-error.ts";
import type { ServerAddress } from "./server-url.ts";

/** What requests to a server need. */
export interface ServerConnection {
  readonly address: ServerAddress;
  readonly fetch: typeof fetch;
  readonly apiKey?: string | undefined;
  readonly timeouts: ServerTimeouts;
}

/** In seconds. */
export interface ServerTimeouts {
  /** Without a byte. A processor may read a long prompt for a minute before it writes. */
  readonly silence: number;
  /** From the request to the end of its answer. */
  readonly answer: number;
}

export const DEFAULT_TIMEOUTS: ServerTimeouts = { silence: 120, answer: 300 };

/** An answer of a server, while it comes. */
export interface ServerAnswer {
  /** `text/event-stream`, `application/json` …, in lower case and without parameters. */
  readonly type: string;
  /** The body, piece by piece; an endless one ends with an error. */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** No answer that we ask for is longer: a page's sentence, a list of models. */
const MOST_BYTES = 16 * 2 ** 20;

/** Of an error, only the beginning is shown. */
const MOST_ERROR_BYTES = 64 * 2 ** 10;

/**
 * Makes a request and hands its answer to `use`. Whatever `use` leaves unread is given up, so that
 * the server stops writing.
 *
 * @throws ServerError no answer, or one with another status than 2xx; the signal's reason
 */
export async function ask<T>(
  connection: ServerConnection,
  { path, body, signal }: ServerRequest,
  use: (answer: ServerAnswer) => Promise<T>,
): Promise<T> {
  const { address, apiKey, timeouts } = connection;
  const call = startCall(address.host, timeouts, signal);
  let isAnswered = false;
  try {
    const response = await connection.fetch(`${address.root}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        accept: "application/json, text/event-stream",
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      // A key is for this server alone, and a redirected POST would arrive as a GET.
      redirect: "manual",
      signal: call.signal,
    });
    call.isAlive();
    isAnswered = true;
    if (!response.ok) throw await readError(response, connection, call.isAlive);
    const [type = ""] = (response.headers.get("content-type") ?? "").toLowerCase().split(";");
    return await use({
      type: type.trim(),
      pieces: bodyOf(response, MOST_BYTES, address.host, call.isAlive),
    });
  } catch (error) {
    signal?.throwIfAborted();
    const late = call.signal.reason as unknown;
    if (late instanceof ServerError) throw late;
    if (error instanceof ServerError) throw error;
    const message = `${address.host}: ${describeNetworkFailure(error)}`;
    throw new ServerError(message, { again: "yes", isUnreachable: !isAnswered, cause: error });
  } finally {
    call.end();
  }
}

export interface ServerRequest {
  readonly path: string;
  /** What to POST, as JSON; without it a GET. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** The answer to a request as JSON, whatever type it claims. */
export async function askJson(
  connection: ServerConnection,
  request: ServerRequest,
): Promise<unknown> {
  const { host } = connection.address;
  const text = await ask(connection, request, ({ pieces }) => textOf(pieces));
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const message = `${host}: ${request.path}: expected JSON, got ${shown(text.slice(0, 80))}`;
    throw new ServerError(message, { again: "yes", cause });
  }
}

export async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

/** The error of an answer. A server may repeat what it was sent: a key is not shown. */
async function readError(
  response: Response,
  { address, apiKey }: ServerConnection,
  isAlive: () => void,
): Promise<ServerError> {
  const body = await textOf(bodyOf(response, MOST_ERROR_BYTES, address.host, isAlive)).catch(
    () => "", // the status says enough
  );
  const safe = apiKey === undefined ? body : body.replaceAll(apiKey, "[API key]");
  return statusError(response, safe, address.host);
}

async function* bodyOf(
  response: Response,
  mostBytes: number,
  host: string,
  isAlive: () => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    isAlive();
    bytes += piece.length;
    if (bytes > mostBytes) throw new ServerError(`${host}: the answer has no end`);
    yield piece;
  }
}

/** The time that a request may take, and whoever may end it. */
function startCall(
  host: string,
  { silence, answer }: ServerTimeouts,
  signal: AbortSignal | undefined,
): { signal: AbortSignal; isAlive: () => void; end: () => void } {
  const controller = new AbortController();
  const late = (what: string, seconds: number): ServerError =>
    new ServerError(`${host}: ${what} for ${seconds} s`, { again: "yes" });
  const give = (error: () => ServerError) => () => controller.abort(error());
  const total = setTimeout(
    give(() => late("the answer has come", answer)),
    answer * 1000,
  );
  const idle = setTimeout(
    give(() => late("no sign of life", silence)),
    silence * 1000,
  );
  const forget = onAbort(signal, () => controller.abort(signal?.reason));
  return {
    signal: controller.signal,
    isAlive: () => void idle.refresh(),
    end() {
      clearTimeout(total);
      clearTimeout(idle);
      forget();
      controller.abort();
    },
  };
}
