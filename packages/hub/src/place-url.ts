import { createHash } from "node:crypto";
import { join } from "node:path";
import { completeShardSet } from "@ggufkit/gguf";
import { MissingShardError, NotGgufError, OfflineError } from "./errors.ts";
import { NotFoundError } from "./http-errors.ts";
import type { HubEvent, PlaceContext, ResolvedModel, Resolving } from "./events.ts";
import { safeFileName } from "./file-name.ts";
import { displayUrl, request, statusError, type Answer } from "./http.ts";
import { readRecord, writeRecord } from "./record.ts";
import type { UrlReference } from "./reference.ts";
import { storeFile, type StoredFile } from "./store.ts";
import { discardFile, recordVerified, verifyFile } from "./verified.ts";

// Lengths are compared with what arrives, so nothing may be compressed on the way.
const IDENTITY = { "accept-encoding": "identity" } as const;

/**
 * A file of a web server, kept below `<cacheDir>/url/`. A file that was fetched before is asked for
 * with its ETag and fetched again only when it changed.
 * @throws HttpStatusError and its kind, NetworkError, OfflineError, MissingShardError, and what
 * {@link storeFile} throws.
 */
export async function* resolveUrl(reference: UrlReference, context: PlaceContext): Resolving {
  const place = displayUrl(reference.url);
  yield { type: "place", place };
  const urls = shardUrls(reference.url);
  if (urls.length > 1 && !context.settings.offline) await checkShardsExist(urls, place, context);
  const model: ResolvedModel = { files: [], reference, place, bytes: 0 };
  for (const url of urls) {
    const { path, sha256, bytes } = yield* fetchUrl(url, context);
    model.files.push(path);
    model.bytes += bytes;
    if (urls.length === 1) model.sha256 = sha256;
  }
  return model;
}

interface FetchedUrl extends StoredFile {
  path: string;
}

/** What is remembered of a fetched URL. */
interface UrlRecord extends StoredFile {
  etag?: string;
}

async function* fetchUrl(url: string, context: PlaceContext): AsyncGenerator<HubEvent, FetchedUrl> {
  const { settings, expected } = context;
  const directory = join(settings.cacheDir, "url", createHash("sha256").update(url).digest("hex"));
  const file = safeFileName(fileNameOf(url), "model.gguf");
  const path = join(directory, file);
  const recordPath = `${path}.json`;
  const record = yield* usableRecord(path, { file, recordPath }, context);
  const isPromised = record !== undefined && record.sha256 === expected?.sha256;
  if (record !== undefined && (settings.offline || isPromised)) {
    yield { type: "cached", file };
    return { ...record, path };
  }
  if (settings.offline) throw new OfflineError(displayUrl(url));

  const headers =
    record?.etag === undefined ? IDENTITY : { ...IDENTITY, "if-none-match": record.etag };
  const answer = await request(url, { headers }, context);
  if (answer.status === 304 && record !== undefined) {
    answer.discard();
    yield { type: "cached", file };
    return { ...record, path };
  }
  const stored = yield* storeAnswer(answer, { path, file }, context);
  const etag = answer.headers.get("etag");
  const fresh: UrlRecord = { ...stored, ...(etag !== null && { etag }) };
  await writeRecord(recordPath, fresh);
  await recordVerified(path, stored.sha256, context);
  return { ...stored, path };
}

async function* storeAnswer(
  answer: Answer,
  { path, file }: { path: string; file: string },
  { expected }: PlaceContext,
): AsyncGenerator<HubEvent, StoredFile> {
  try {
    checkAnswer(answer, file);
    const digest = expected && { algorithm: "sha256" as const, hex: expected.sha256 };
    const bytes = expected?.bytes ?? contentLength(answer);
    return yield* storeFile({ chunks: answer.chunks(), path, file, bytes, digest });
  } finally {
    answer.discard();
  }
}

/** The record of a file that is still on disk as it was fetched, and is what is expected, if so. */
async function* usableRecord(
  path: string,
  { file, recordPath }: { file: string; recordPath: string },
  context: PlaceContext,
): AsyncGenerator<HubEvent, UrlRecord | undefined> {
  const { sha256, bytes, etag } = (await readRecord(recordPath)) ?? {};
  if (typeof sha256 !== "string" || typeof bytes !== "number") return undefined;
  const wanted = context.expected?.sha256 ?? sha256;
  const isIntact = yield* verifyFile(path, { file, sha256: wanted }, context);
  if (!isIntact) {
    await discardFile(path);
    return undefined;
  }
  return { sha256, bytes, ...(typeof etag === "string" && { etag }) };
}

function checkAnswer(answer: Answer, file: string): void {
  if (answer.status !== 200) throw statusError(answer);
  if (/^text\/html\b/i.test(answer.headers.get("content-type") ?? "")) {
    throw new NotGgufError(file, "a web page");
  }
}

/** The URLs of all shards when the path's last part is a shard's name; else the URL alone. */
export function shardUrls(url: string): string[] {
  const { names } = completeShardSet(fileNameOf(url), []);
  if (names.length <= 1) return [url];
  return names.map((name) => {
    const shard = new URL(url);
    shard.pathname = shard.pathname.replace(/[^/]*$/, encodeURIComponent(name));
    return shard.href;
  });
}

/** Asks for every shard's headers, so that a missing one is named before the first byte. */
async function checkShardsExist(
  urls: string[],
  place: string,
  context: PlaceContext,
): Promise<void> {
  const missing: string[] = [];
  for (const url of urls) {
    const answer = await request(url, { method: "HEAD", headers: IDENTITY }, context);
    answer.discard();
    // A server that does not know HEAD answers 405 or so: then GET has the word.
    if (statusError(answer) instanceof NotFoundError) missing.push(fileNameOf(url));
  }
  if (missing.length > 0) throw new MissingShardError(place, missing, urls.length);
}

/** The last part of a URL's path, decoded. */
export function fileNameOf(url: string): string {
  const last = new URL(url).pathname.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function contentLength({ headers }: Answer): number | undefined {
  const isEncoded = (headers.get("content-encoding") ?? "identity") !== "identity";
  const text = headers.get("content-length");
  return text === null || isEncoded || !/^\d+$/.test(text) ? undefined : Number(text);
}
