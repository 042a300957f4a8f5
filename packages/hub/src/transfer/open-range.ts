import { FileChangedError, SizeMismatchError } from "../errors.ts";
import { NetworkError } from "../http-errors.ts";
import type { Connection } from "../wire/connection.ts";
import type { ConnectionPool } from "../wire/connection-pool.ts";
import { bodyLength, type ResponseHead } from "../wire/response-head.ts";
import type { ByteRange } from "./chunk-plan.ts";
import { strongEtag, type Located, type RemoteFile } from "./remote-file.ts";

/** A range of a file whose answer has begun. */
export interface OpenRange {
  connection: Connection;
  /** Milliseconds from the request to the answer's head. */
  latency: number;
  /** When the head came, as `performance.now()`. */
  openedAt: number;
}

/** The address is no longer good: a signature has expired, or the server has moved on. */
export class StaleAddressError extends Error {
  override readonly name = "StaleAddressError";
  readonly answer: Pick<ResponseHead, "status" | "headers">;

  constructor(answer: Pick<ResponseHead, "status" | "headers">) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
  }
}

/** The server answers with the whole file, or otherwise than a range can be read from. */
export class NoRangesError extends Error {
  override readonly name = "NoRangesError";
}

const STALE: ReadonlySet<number> = new Set([301, 302, 303, 307, 308, 401, 403, 404, 410]);

/**
 * Asks for a range; the body waits to be read.
 * @throws StaleAddressError, NoRangesError, FileChangedError, SizeMismatchError, HttpStatusError of a kind,
 * NetworkError; the signal's reason when aborted
 */
export async function openRange(
  file: RemoteFile,
  at: Located,
  range: ByteRange,
  { pool, signal }: { pool: ConnectionPool; signal: AbortSignal },
): Promise<OpenRange> {
  const { head, ...opened } = await ask(file, at, range, { pool, signal });
  const { connection } = opened;
  try {
    checkRange(file, at, range, { head, host: connection.host });
    return opened;
  } catch (error) {
    // The answer's body is of no use, and reading it may take long.
    connection.destroy(error);
    throw error;
  }
}

interface Asked extends OpenRange {
  head: ResponseHead;
}

async function ask(
  file: RemoteFile,
  at: Located,
  { start, end }: ByteRange,
  { pool, signal }: { pool: ConnectionPool; signal: AbortSignal },
): Promise<Asked> {
  const headers: Record<string, string> = { ...at.headers, range: `bytes=${start}-${end - 1}` };
  if (!file.isPinned && at.etag !== undefined) headers["if-range"] = at.etag;
  for (;;) {
    const connection = await pool.take(at.url, signal);
    const isFresh = connection.answers === 0;
    const abort = (): void => connection.destroy(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const sentAt = performance.now();
    try {
      const head = await connection.get(at.url, headers);
      const openedAt = performance.now();
      return { connection, head, latency: openedAt - sentAt, openedAt };
    } catch (error) {
      // An idle connection may have been closed by the server just now.
      if (isFresh || !(error instanceof NetworkError)) throw error;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

function checkRange(
  file: RemoteFile,
  at: Located,
  { start, end }: ByteRange,
  { head, host }: { head: ResponseHead; host: string },
): void {
  const { status, headers } = head;
  const etag = strongEtag(headers);
  const isOther = !file.isPinned && etag !== at.etag;
  if (status === 200) {
    if (isOther) throw new FileChangedError(file.name, `its ETag was ${at.etag}, it is ${etag}`);
    throw new NoRangesError("the server sends the whole file");
  }
  if (status === 416) {
    const size = /^bytes \*\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
    const problem = `it has no bytes ${start} to ${end} (HTTP 416)`;
    // A server that contradicts itself may come to its senses.
    if (size === undefined || Number(size) === at.bytes) throw new NetworkError(host, problem);
    throw new FileChangedError(file.name, `${problem}, it has ${size} bytes now`);
  }
  if (STALE.has(status)) throw new StaleAddressError(head);
  if (status !== 206) throw file.errorOf({ url: at.url.href, status, headers });
  if (isOther) throw new FileChangedError(file.name, `its ETag was ${at.etag}, it is ${etag}`);
  const expected = `bytes ${start}-${end - 1}/${at.bytes}`;
  const got = headers.get("content-range") ?? "nothing";
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(got)?.[1];
  if (total !== undefined && at.bytes !== undefined && Number(total) !== at.bytes) {
    throw file.isPinned
      ? new SizeMismatchError(file.name, at.bytes, Number(total))
      : new FileChangedError(file.name, `it had ${at.bytes} bytes, it has ${total}`);
  }
  if (got !== expected) throw new NetworkError(host, `expected ${expected}, got ${got}`);
  // Nothing on this wire says where such a body ends.
  if (headers.has("transfer-encoding")) throw new NoRangesError("the server does not tell lengths");
  const length = bodyLength(head, host);
  if (length !== end - start) {
    throw new NetworkError(host, `expected ${end - start} bytes, got ${length}`);
  }
}
