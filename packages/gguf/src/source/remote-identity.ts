import { HttpError } from "./http-error.ts";

/** What is known of a file on a server, and must stay the same over all requests for it. */
export interface RemoteIdentity {
  /** Size in bytes, once a server has told. */
  size: number | undefined;
  etag: string | undefined;
  lastModified: string | undefined;
  /** Whether the server answers every range with the whole file. */
  ignoresRanges: boolean;
}

/** Of which nothing is known yet. */
export function unknownIdentity(): RemoteIdentity {
  return { size: undefined, etag: undefined, lastModified: undefined, ignoresRanges: false };
}

/**
 * Holds an answer against those before it: its ETag, or where one of them has none the time of
 * change, and the size. What a server hides from other origins' pages is not compared.
 *
 * @throws {HttpError} `file-changed`
 */
export function checkUnchanged(
  url: string,
  headers: Headers,
  size: number | undefined,
  identity: RemoteIdentity,
): void {
  // Servers weaken an ETag, W/"…", without changing the file.
  const etag = headers.get("etag")?.replace(/^W\//, "");
  const lastModified = headers.get("last-modified") ?? undefined;
  if (etag !== undefined && identity.etag !== undefined)
    checkSame(url, "its ETag", identity.etag, etag);
  else checkSame(url, "its time of change", identity.lastModified, lastModified);
  checkSize(url, size, identity);
  identity.etag ??= etag;
  identity.lastModified ??= lastModified;
}

/** @throws {HttpError} `file-changed` where the file had another size before */
export function checkSize(url: string, size: number | undefined, identity: RemoteIdentity): void {
  checkSame(url, "its size", identity.size, size);
  identity.size ??= size;
}

function checkSame<Value extends string | number>(
  url: string,
  what: string,
  expected: Value | undefined,
  got: Value | undefined,
): void {
  if (expected === undefined || got === undefined || expected === got) return;
  const reason = `changed while it was read: ${what} was ${expected}, is ${got}`;
  throw new HttpError("file-changed", url, reason, { expected, got });
}
