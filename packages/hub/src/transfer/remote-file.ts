import { pathToFileURL } from "node:url";
import { FileChangedError } from "../errors.ts";
import type { HttpStatusError } from "../http-errors.ts";
import { readBody, redirectOf, request, type Answer, type RequestContext } from "../http.ts";

/** A file on a server, under an address that may lead to another one. */
export interface RemoteFile {
  /** The file's name in events and errors. */
  name: string;
  url: string;
  /** The Authorization header for an address; undefined for another origin's. */
  authorization: (url: string) => string | undefined;
  errorOf: (answer: Pick<Answer, "url" | "status" | "headers">) => HttpStatusError;
  /**
   * Whether a digest vouches for the content. Then a change of the ETag means nothing: it is that of
   * whichever server the address led to.
   */
  isPinned: boolean;
  /** Where that is known beforehand. */
  bytes?: number | undefined;
}

/** Where a file's bytes are, after all redirects. */
export interface Located {
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** Undefined where the server does not tell. */
  bytes: number | undefined;
  /** A strong one, which names the very bytes. */
  etag: string | undefined;
  /** Its ETag, weak or strong: as long as it stays, the file counts as the same. */
  validator: string | undefined;
  /** Whether ranges of the file can be had. */
  acceptsRanges: boolean;
  contentType: string | undefined;
}

const PROBE = { "accept-encoding": "identity", range: "bytes=0-0" } as const;

/**
 * Finds out where a file is by asking for its first byte. Of a pinned file whose size is known it is
 * enough to be sent to another origin: what that has is seen soon enough.
 * @throws HttpStatusError of a kind, NetworkError; the signal's reason when aborted
 */
export async function locate(file: RemoteFile, context: RequestContext): Promise<Located> {
  const staysAtOrigin = file.isPinned && file.bytes !== undefined;
  const input = { headers: PROBE, authorization: file.authorization(file.url), staysAtOrigin };
  const answer = await request(file.url, input, context);
  const elsewhere = redirectOf(answer, new URL(answer.url));
  if (elsewhere !== undefined) {
    answer.discard();
    return redirected(elsewhere, file);
  }
  const { status, headers } = answer;
  const range = /^bytes (?:0-0|\*)\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
  const isRange = status === 206 && range !== undefined;
  // A range of an empty file cannot be satisfied.
  const isEmpty = status === 416 && range === "0";
  if (isRange) await readBody(answer, 1);
  else answer.discard();
  if (!isRange && !isEmpty && status !== 200) throw file.errorOf(answer);
  const url = new URL(answer.url);
  const token = file.authorization(url.href);
  return {
    url,
    headers: {
      "accept-encoding": "identity",
      ...(token !== undefined && { authorization: token }),
    },
    bytes: range === undefined ? contentLength(headers) : Number(range),
    etag: strongEtag(headers),
    validator: headers.get("etag") ?? undefined,
    acceptsRanges: isRange,
    contentType: headers.get("content-type") ?? undefined,
  };
}

function redirected(url: URL, { bytes }: RemoteFile): Located {
  return {
    url,
    headers: { "accept-encoding": "identity" },
    bytes,
    etag: undefined,
    validator: undefined,
    acceptsRanges: true,
    contentType: undefined,
  };
}

/** A file that lies on this machine, as if a server had told of it. */
export function locatedHere(path: string, bytes: number | undefined): Located {
  return {
    url: pathToFileURL(path),
    headers: {},
    bytes,
    etag: undefined,
    validator: undefined,
    acceptsRanges: true,
    contentType: undefined,
  };
}

/** Why ranges of a file cannot be put together; undefined where they can. */
export function obstacleToRanges(
  { isPinned }: Pick<RemoteFile, "isPinned">,
  { acceptsRanges, bytes, etag }: Located,
): string | undefined {
  if (!acceptsRanges) return "the server sends the whole file alone";
  if (bytes === undefined) return "the server does not tell its size";
  if (isPinned || etag !== undefined) return undefined;
  return "nothing would tell ranges of one version from those of the next (it has no strong ETag)";
}

/** @throws FileChangedError where the second place does not have the bytes of the first */
export function checkSameFile({ name, isPinned }: RemoteFile, was: Located, is: Located): void {
  if (was.bytes !== is.bytes) {
    throw new FileChangedError(name, `it had ${was.bytes} bytes, it has ${is.bytes}`);
  }
  if (!isPinned && was.etag !== is.etag) {
    throw new FileChangedError(name, `its ETag was ${was.etag}, it is ${is.etag}`);
  }
}

/** The ETag of an answer, unless it is a weak one: that may stand for other bytes, too. */
export function strongEtag(headers: Headers): string | undefined {
  const etag = headers.get("etag");
  return etag === null || etag.startsWith("W/") ? undefined : etag;
}

/** The length of a body that is sent as it is, in bytes; undefined where it is not told. */
export function contentLength(headers: Headers): number | undefined {
  const isEncoded = (headers.get("content-encoding") ?? "identity") !== "identity";
  const text = headers.get("content-length");
  return text === null || isEncoded || !/^\d+$/.test(text) ? undefined : Number(text);
}
