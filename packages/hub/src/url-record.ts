import { join } from "node:path";
import type { HubEvent, PlaceContext } from "./events.ts";
import { safeFileName } from "./file-name.ts";
import { readRecord } from "./record.ts";
import type { Located } from "./transfer/remote-file.ts";
import { fileNameOf, sha256Of } from "./url-names.ts";
import { discardFile, verifyFile } from "./verified.ts";

/** What is remembered of a fetched URL. */
export interface UrlRecord {
  sha256: string;
  bytes: number;
  etag?: string;
}

/** Where a file is kept, or goes. */
export interface UrlPlace {
  name: string;
  path: string;
  work: string;
  recordPath: string;
}

/** {@link UrlPlace}. Pure. */
export function placeOf(url: string, { settings, out }: PlaceContext): UrlPlace {
  const name = safeFileName(fileNameOf(url), "model.gguf");
  const cache = join(settings.cacheDir, "url", sha256Of(url));
  const path = join(out ?? cache, name);
  const work = out === undefined ? cache : join(out, ".cache", "ggufkit");
  const recordPath = join(cache, out === undefined ? `${name}.json` : `${sha256Of(path)}.json`);
  return { name, path, work, recordPath };
}

/** Whether a file that was fetched before is the one that the server has, or that is wanted. */
export function isCurrent(
  { sha256, etag }: UrlRecord,
  located: Located | undefined,
  { expected }: PlaceContext,
): boolean {
  if (expected !== undefined) return sha256 === expected.sha256;
  return located === undefined || (etag !== undefined && etag === located.validator);
}

/** The record of a file that is still on disk as it was fetched, and is what is expected, if so. */
export async function* usableRecord(
  path: string,
  { name, recordPath }: { name: string; recordPath: string },
  context: PlaceContext,
): AsyncGenerator<HubEvent, UrlRecord | undefined> {
  const record = await readUrlRecord(recordPath);
  if (record === undefined) return undefined;
  const sha256 = context.expected?.sha256 ?? record.sha256;
  if (yield* verifyFile(path, { file: name, sha256 }, context)) return record;
  if (context.out === undefined) await discardFile(path);
  return undefined;
}

/** The record that is at a path, if one is. */
export async function readUrlRecord(path: string): Promise<UrlRecord | undefined> {
  const { sha256, bytes, etag } = (await readRecord(path)) ?? {};
  if (typeof sha256 !== "string" || typeof bytes !== "number") return undefined;
  return { sha256, bytes, ...(typeof etag === "string" && { etag }) };
}
