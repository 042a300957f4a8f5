import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server saw it. */
export interface SeenRange {
  readonly path: string;
  readonly range: string | undefined;
  readonly headers: IncomingMessage["headers"];
  /** Bytes of the body that were handed to the system; the client may have taken fewer. */
  sent: number;
  /** Whether the client went away before the body's end. */
  cut: boolean;
}

/** Answers one request. */
export type Answer = (request: IncomingMessage, response: ServerResponse, seen: SeenRange) => void;

/** A web server on 127.0.0.1 that answers its nth request as the nth answer says, or the last. */
export interface ScriptedServer extends AsyncDisposable {
  /** Of the file, with its path. */
  readonly url: string;
  readonly requests: readonly SeenRange[];
  close(): Promise<void>;
}

export async function serve(...answers: Answer[]): Promise<ScriptedServer> {
  const requests: SeenRange[] = [];
  const server = createServer((request, response) => {
    const { url: path = "", headers } = request;
    const seen: SeenRange = { path, range: headers.range, headers, sent: 0, cut: false };
    requests.push(seen);
    response.on("close", () => (seen.cut = !response.writableFinished));
    const answer = answers[requests.length - 1] ?? answers.at(-1);
    answer?.(request, response, seen);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}/model.gguf`,
    requests,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Further headers of an answer. */
type More = Readonly<Record<string, string>>;

/** Answers ranges as a sound server does, slowly enough that a client can cut the body off. */
export function ranges(file: Uint8Array, more: More = {}): Answer {
  return (request, response, seen) => {
    const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const start = Number(from);
    if (start >= file.length) {
      response.writeHead(416, { "content-range": `bytes */${file.length}`, ...more }).end();
      return;
    }
    const end = Math.min(Number(to || file.length) + 1, file.length);
    const range = `bytes ${start}-${end - 1}/${file.length}`;
    response.writeHead(206, {
      "content-range": range,
      "content-length": String(end - start),
      ...more,
    });
    send(response, file.subarray(start, end), seen);
  };
}

/** Ignores ranges. */
export function whole(file: Uint8Array, more: More = {}): Answer {
  return (_request, response, seen) => {
    response.writeHead(200, { "content-length": String(file.length), ...more });
    send(response, file, seen);
  };
}

/** Answers a status without a file. */
export function status(code: number, more: More = {}, body = ""): Answer {
  return (_request, response) => response.writeHead(code, more).end(body);
}

/** Answers ranges, but breaks off after so many bytes of the body. */
export function breakingOff(file: Uint8Array, after: number): Answer {
  return (request, response) => {
    const [, start = NaN, last = NaN] =
      /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")?.map(Number) ?? [];
    const end = Math.min(last + 1, file.length);
    response.writeHead(206, {
      "content-range": `bytes ${start}-${end - 1}/${file.length}`,
      "content-length": String(end - start),
    });
    response.write(file.subarray(start, start + after), () => {
      setTimeout(() => response.destroy(), 20);
    });
  };
}

const PIECE = 2 ** 16;

function send(response: ServerResponse, body: Uint8Array, seen: SeenRange): void {
  const next = (): void => {
    if (response.destroyed) return;
    const piece = body.subarray(seen.sent, seen.sent + PIECE);
    seen.sent += piece.length;
    if (seen.sent >= body.length) response.end(piece);
    else response.write(piece, () => setImmediate(next));
  };
  next();
}
