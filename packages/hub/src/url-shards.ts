import { join } from "node:path";
import { OfflineError } from "./errors.ts";
import type { HubEvent, PlaceContext } from "./events.ts";
import { displayUrl, statusError } from "./http.ts";
import { NoByteRangesError } from "./join-errors.ts";
import type { JoinSet, JoinShard } from "./join-job.ts";
import { planJoin } from "./place-join.ts";
import type { PlannedFiles } from "./place-plan.ts";
import { rangeFetch } from "./range-fetch.ts";
import { obstacleToRanges, type Located } from "./transfer/remote-file.ts";
import { sha256Of } from "./url-names.ts";
import { isCurrent, placeOf, usableRecord, type UrlRecord } from "./url-record.ts";
import { urlRemote } from "./url-remote.ts";

/**
 * The shards of a set, where they are to be joined; undefined where they are not.
 * @throws OfflineError, and what {@link planJoin} throws
 */
export async function* planUrlShards(
  urls: readonly string[],
  found: readonly Located[],
  context: PlaceContext,
): AsyncGenerator<HubEvent, PlannedFiles | undefined> {
  const [first = ""] = urls;
  if (context.join === undefined || urls.length === 1) return undefined;
  const shards: JoinShard[] = [];
  for (const [index, url] of urls.entries()) {
    shards.push(yield* planShard(url, found[index], context));
  }
  const directory = join(context.settings.cacheDir, "merged", sha256Of(first));
  const set: JoinSet = {
    shards,
    others: [],
    fetch: rangeFetch(context, { errorOf: statusError }),
    // One for each address, as with files that are not joined: another version replaces it.
    directoryOf: () => directory,
    rest: { place: displayUrl(first) },
  };
  return yield* planJoin(set, context.join, context);
}

/** @throws NoByteRangesError where its server does not tell what it takes to rely on ranges */
async function* planShard(
  url: string,
  located: Located | undefined,
  context: PlaceContext,
): AsyncGenerator<HubEvent, JoinShard> {
  const remote = urlRemote(placeOf(url, context).name, url, false);
  const here = yield* findHere(url, located, context);
  if (here !== undefined) {
    const { sha256: hex, bytes, etag } = here.record;
    const content = etag === undefined ? `sha256:${hex}` : `etag:${etag}`;
    return { bytes, digest: { algorithm: "sha256", hex }, content, local: here.path, remote };
  }
  if (context.settings.offline || located === undefined) throw new OfflineError(displayUrl(url));
  const obstacle = obstacleToRanges(remote, located);
  if (obstacle !== undefined) throw new NoByteRangesError(remote.name, obstacle);
  const { bytes = 0, etag = "" } = located; // there is no obstacle: it has both
  return { bytes, digest: undefined, content: `etag:${etag}`, local: undefined, remote, located };
}

/** A shard as it was fetched, in the directory or the cache. */
async function* findHere(
  url: string,
  located: Located | undefined,
  context: PlaceContext,
): AsyncGenerator<HubEvent, { path: string; record: UrlRecord } | undefined> {
  for (const out of new Set([context.out, undefined])) {
    const where = { ...context, out };
    const { path, ...place } = placeOf(url, where);
    const record = yield* usableRecord(path, place, where);
    if (record !== undefined && isCurrent(record, located, where)) return { path, record };
  }
  return undefined;
}
