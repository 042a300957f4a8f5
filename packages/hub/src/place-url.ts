import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import {
  FileExistsError,
  MissingShardError,
  NotGgufError,
  OfflineError,
  SizeMismatchError,
} from "./errors.ts";
import type { HubEvent, PlaceContext, Planning, ResolvedModel } from "./events.ts";
import { NotFoundError } from "./http-errors.ts";
import { displayUrl } from "./http.ts";
import type { PlannedFile } from "./model-plan.ts";
import { fetchFiles, fileToFetch, modelPlan, type FileToHave } from "./place-plan.ts";
import { writeRecord } from "./record.ts";
import type { UrlReference } from "./reference.ts";
import { tellingRetries } from "./retry-events.ts";
import { retrying, type Retry } from "./retry.ts";
import { locate, type Located } from "./transfer/remote-file.ts";
import { workTarget } from "./transfer/target.ts";
import type { FetchedFile, TransferFile } from "./transfer/transfer-file.ts";
import { fileNameOf, shardUrls } from "./url-names.ts";
import { isCurrent, placeOf, readUrlRecord, usableRecord, type UrlRecord } from "./url-record.ts";
import { urlRemote } from "./url-remote.ts";
import { planUrlShards } from "./url-shards.ts";
import { recordVerified, verifyFile } from "./verified.ts";

/**
 * A file of a web server, kept below `<cacheDir>/url/` or in a directory of the user's. One that was
 * fetched before is fetched again only when its ETag changed.
 * @throws HttpStatusError and its kind, NetworkError, OfflineError, MissingShardError, NotGgufError,
 * SizeMismatchError, FileExistsError
 */
export async function* planUrl(reference: UrlReference, context: PlaceContext): Planning {
  const place = displayUrl(reference.url);
  yield { type: "place", place };
  const urls = shardUrls(reference.url);
  const found = context.settings.offline
    ? []
    : yield* tellingRetries(place, (onRetry) => locateAll(urls, place, { ...context, onRetry }));
  const joined = yield* planUrlShards(urls, found, context);
  if (joined !== undefined) {
    const { plan, fetch } = joined;
    return {
      plan,
      async *fetch() {
        return { ...(yield* fetch()), reference, place };
      },
    };
  }
  const files: UrlFile[] = [];
  for (const [index, url] of urls.entries()) {
    files.push(yield* planFile(url, found[index], context));
  }
  const directory =
    context.out ?? dirname(files[0]?.have.planned.path ?? context.settings.cacheDir);
  const plan = await modelPlan(
    files.map(({ have }) => have),
    { place },
    directory,
  );
  return {
    plan,
    async *fetch() {
      yield* fetchFiles(
        files.map(({ have }) => have),
        plan,
        context,
      );
      const model: ResolvedModel = { files: [], reference, place, bytes: 0 };
      for (const file of files) {
        model.files.push(file.have.planned.path);
        model.bytes += file.fetched?.bytes ?? 0;
        if (files.length === 1 && file.fetched) model.sha256 = file.fetched.sha256;
      }
      return model;
    },
  };
}

/** A file of the model, and what is known of its bytes once they are there. */
interface UrlFile {
  have: FileToHave;
  fetched: Pick<FetchedFile, "sha256" | "bytes"> | undefined;
}

async function* planFile(
  url: string,
  located: Located | undefined,
  context: PlaceContext,
): AsyncGenerator<HubEvent, UrlFile> {
  const { settings, expected, out } = context;
  const { name, path, work, recordPath } = placeOf(url, context);
  const record = yield* usableRecord(path, { name, recordPath }, context);
  if (record !== undefined && isCurrent(record, located, context)) {
    const { sha256, bytes } = record;
    const present = { name, path, bytes, sha256, state: "present" as const, presentBytes: bytes };
    return { have: { planned: present, disk: 0 }, fetched: record };
  }
  if (settings.offline || located === undefined) throw new OfflineError(displayUrl(url));
  if (out !== undefined && record === undefined) {
    const there = yield* findInDirectory(path, name, context);
    if (there !== undefined) return { have: { planned: there, disk: 0 }, fetched: expected };
  }

  const file: UrlFile = { have: { planned: absent(name, path), disk: 0 }, fetched: undefined };
  const transfer: TransferFile = {
    remote: urlRemote(name, url, expected !== undefined),
    path,
    located,
    bytes: expected?.bytes ?? located.bytes,
    digest: expected && { algorithm: "sha256", hex: expected.sha256 },
    target: workTarget(path, work),
    // Another process that fetched it has recorded it.
    isThere: async () => {
      const fresh = await readUrlRecord(recordPath);
      if (fresh === undefined || !isCurrent(fresh, located, context)) return false;
      if ((await stat(path).catch(() => undefined))?.size !== fresh.bytes) return false;
      file.fetched = fresh;
      return true;
    },
    finish: async ({ sha256, bytes, validator }) => {
      const fresh: UrlRecord = { sha256, bytes, ...(validator && { etag: validator }) };
      file.fetched = fresh;
      await writeRecord(recordPath, fresh);
      await recordVerified(path, sha256, context);
    },
  };
  file.have = await fileToFetch(transfer, context);
  return file;
}

function absent(name: string, path: string): FileToHave["planned"] {
  return { name, path, state: "absent", presentBytes: 0 };
}

/** A file of the user's with the right content. @throws FileExistsError where it has another */
async function* findInDirectory(
  path: string,
  name: string,
  context: PlaceContext,
): AsyncGenerator<HubEvent, PlannedFile | undefined> {
  const { expected, replace } = context;
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined;
  if (expected && (yield* verifyFile(path, { file: name, sha256: expected.sha256 }, context))) {
    const { bytes, sha256 } = expected;
    return { name, path, bytes, sha256, state: "present", presentBytes: bytes };
  }
  if (replace) return undefined;
  throw new FileExistsError(path, "it was not fetched from there");
}

/** Asks for every shard, so that a missing one is named before the first byte. */
async function locateAll(
  urls: readonly string[],
  place: string,
  context: PlaceContext & { onRetry: (retry: Retry) => void },
): Promise<Located[]> {
  const { retry: policy, signal, expected, onRetry } = context;
  const missing: string[] = [];
  const found = await Promise.all(
    urls.map(async (url) => {
      const name = fileNameOf(url);
      const remote = urlRemote(name, url, expected !== undefined);
      try {
        const located = await retrying(() => locate(remote, context), { policy, signal, onRetry });
        checkLocated(name, located, context);
        return located;
      } catch (error) {
        if (urls.length === 1 || !(error instanceof NotFoundError)) throw error;
        missing.push(name);
        return undefined;
      }
    }),
  );
  if (missing.length > 0) throw new MissingShardError(place, missing.toSorted(), urls.length);
  return found.filter((located) => located !== undefined);
}

function checkLocated(name: string, { contentType, bytes }: Located, context: PlaceContext): void {
  if (/^text\/html\b/i.test(contentType ?? "")) throw new NotGgufError(name, "a web page");
  const { expected } = context;
  if (expected !== undefined && bytes !== undefined && bytes !== expected.bytes) {
    throw new SizeMismatchError(name, expected.bytes, bytes);
  }
}
