import { NetworkError } from "../http-errors.ts";

/** The status line and headers of an HTTP/1.1 answer. */
export interface ResponseHead {
  status: number;
  headers: Headers;
  /** Whether the connection may carry another request after this answer. */
  keepsAlive: boolean;
}

/** A head, and where in the bytes the body begins. */
export interface ParsedHead {
  head: ResponseHead;
  bodyStart: number;
}

// Of an answer and the interim ones before it. Node's own limit is 16 KiB; a signed redirect's
// headers take some 4.
export const MAX_HEAD_BYTES: number = 64 << 10;
const END = Buffer.from("\r\n\r\n");
// Only after 1xx may another head follow; a server that never comes to its answer must not loop.
const MAX_INTERIM = 8;

/**
 * Reads an answer's head (RFC 9112), skipping interim answers (1xx); undefined while there is not
 * enough of it.
 * @throws NetworkError where it is malformed
 */
export function parseResponseHead(bytes: Buffer, host: string): ParsedHead | undefined {
  let start = 0;
  for (let heads = 0; heads <= MAX_INTERIM; heads++) {
    const end = bytes.indexOf(END, start);
    if ((end < 0 ? bytes.length : end) > MAX_HEAD_BYTES) {
      throw malformed(host, `its headers take more than ${MAX_HEAD_BYTES} bytes`);
    }
    if (end < 0) return undefined;
    const head = parseHead(bytes.toString("latin1", start, end), host);
    start = end + END.length;
    if (head.status >= 200 || head.status === 101) return { head, bodyStart: start };
  }
  throw malformed(host, "it is preceded by too many interim ones");
}

/**
 * The length of a body in bytes.
 * @throws NetworkError where it is not told by Content-Length
 */
export function bodyLength({ headers }: ResponseHead, host: string): number {
  const text = headers.get("content-length") ?? "";
  // The same length twice is joined with a comma.
  const [first = "", ...others] = text.split(/,\s*/);
  if (headers.has("transfer-encoding") || !/^\d+$/.test(first)) {
    throw malformed(host, "it has no Content-Length");
  }
  if (others.some((other) => other !== first)) throw malformed(host, "it has two Content-Lengths");
  return Number(first);
}

function parseHead(text: string, host: string): ResponseHead {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const [, minor, status] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine) ?? [];
  if (status === undefined) throw malformed(host, "it is no HTTP/1.1");
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^`|~\w-]+):(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined || value.includes("\0")) {
      throw malformed(host, "a header of it is malformed");
    }
    headers.append(name, value);
  }
  const connection = (headers.get("connection") ?? "").toLowerCase();
  const keepsAlive = minor === "1" ? !connection.includes("close") : connection === "keep-alive";
  return { status: Number(status), headers, keepsAlive };
}

function malformed(host: string, problem: string): NetworkError {
  return new NetworkError(host, `the answer is malformed: ${problem}`);
}
