import { join } from "node:path";
import { basename } from "node:path/posix";
import { HashMismatchError, OfflineError } from "./errors.ts";
import type { HubEvent, PlaceContext, PlannedModel, Planning } from "./events.ts";
import { hubRepoDir, markCache, writeRef } from "./hub-cache.ts";
import { listCached } from "./hub-cached-listing.ts";
import { chooseHubFiles, type HubChoice } from "./hub-choice.ts";
import {
  COMMIT,
  hubAuthorization,
  hubFileUrl,
  hubRangeFetch,
  listHubFiles,
  type HubFile,
  type HubListing,
} from "./hub-client.ts";
import { hubStatusError } from "./hub-error.ts";
import { setOfFirst } from "./hub-shards.ts";
import { cacheStore, directoryStore, findHere, type HubFileStore } from "./hub-store.ts";
import type { JoinSet, JoinShard } from "./join-job.ts";
import { planJoin } from "./place-join.ts";
import { fileToFetch, planApart, type FileToHave, type PlannedFiles } from "./place-plan.ts";
import { formatModelReference, type HubReference } from "./reference.ts";
import { resultOf } from "./result-of.ts";
import { tellingRetries } from "./retry-events.ts";
import type { RemoteFile } from "./transfer/remote-file.ts";

/**
 * A model of the Hub. Its files go to the cache that all Hugging Face tools share, or to a directory
 * of the user's; each is verified against the hash that the Hub lists, and so is one that another
 * tool left there.
 * @throws HttpStatusError and its kind, NetworkError, OfflineError, FileNotFoundError,
 * QuantizationError, MissingShardError, HubFilterError, FileExistsError, and what {@link planJoin} throws
 */
export async function* planHub(reference: HubReference, context: PlaceContext): Planning {
  const place = formatModelReference(reference);
  yield { type: "place", place };
  const revision = reference.revision ?? "main";
  const { settings, filter } = context;
  const isImmutable = COMMIT.test(revision) && reference.path !== undefined;
  if (settings.offline || (isImmutable && filter.include === undefined)) {
    const cached = yield* listCached(reference, context);
    if (cached !== undefined) return yield* planListed(reference, cached, context);
  }
  if (settings.offline) throw new OfflineError(place);
  const listing = yield* tellingRetries(place, (onRetry) =>
    listHubFiles(reference, { ...context, onRetry }),
  );
  return yield* planListed(reference, listing, context);
}

async function* planListed(
  reference: HubReference,
  listing: HubListing,
  context: PlaceContext,
): AsyncGenerator<HubEvent, PlannedModel> {
  const { repo } = reference;
  const { commit } = listing;
  const { out, settings, filter } = context;
  const choice = chooseHubFiles(
    reference,
    listing.files.map(({ path }) => path),
    filter,
  );
  const chosen = choice.paths.flatMap((path) => listing.files.find((f) => f.path === path) ?? []);
  checkExpected(chosen, context);
  yield* reasonOf(choice);
  const planned = yield* planChosen(choice, { reference, commit, chosen }, context);
  return {
    plan: planned.plan,
    async *fetch() {
      const usesCache = out === undefined && !settings.offline && !areAllJoined(planned, chosen);
      if (usesCache) await markCache(settings.hubCacheDir);
      const model = yield* planned.fetch();
      const revision = reference.revision ?? "main";
      if (usesCache && revision !== commit) {
        await writeRef(hubRepoDir(settings.hubCacheDir, repo), revision, commit);
      }
      const sha256 = hashOfOnly(chosen);
      const place = formatModelReference(reference);
      return { ...model, reference, place, ...(sha256 !== undefined && { sha256 }) };
    },
  };
}

/** Files of a commit that were chosen. */
interface Chosen {
  reference: HubReference;
  commit: string;
  chosen: readonly HubFile[];
}

async function* planChosen(
  { quantization, reason, mmproj }: HubChoice,
  { reference, commit, chosen }: Chosen,
  context: PlaceContext,
): AsyncGenerator<HubEvent, PlannedFiles> {
  const { out, join: joinFiles, settings } = context;
  const from = { repo: reference.repo, commit };
  const joined = new Set(joinFiles && setOfFirst(chosen.map(({ path }) => path)));
  const files: FileToHave[] = [];
  const shards: JoinShard[] = [];
  for (const file of chosen) {
    if (joined.has(file.path)) {
      shards.push(yield* planShard(file, { reference, commit }, context));
      continue;
    }
    const store =
      out === undefined
        ? cacheStore(file, from, context)
        : directoryStore(file, from, out, context);
    files.push(yield* planFile(file, store, { reference, commit }, context));
  }
  const rest = {
    place: formatModelReference({ ...reference, revision: commit }),
    ...(quantization !== undefined && { quantization }),
    ...(reason !== undefined && { reason }),
    ...(mmproj !== undefined && { mmproj }),
  };
  if (joinFiles === undefined || shards.length === 0) {
    return planApart(files, rest, out ?? settings.hubCacheDir, context);
  }
  const set: JoinSet = {
    shards,
    others: files,
    fetch: hubRangeFetch(reference, context),
    // By its content, as blobs are: a commit that changes other files changes nothing.
    directoryOf: (layout) => join(settings.cacheDir, "merged", layout),
    rest,
  };
  return yield* planJoin(set, joinFiles, context);
}

async function* planShard(
  file: HubFile,
  { reference, commit }: Pick<Chosen, "reference" | "commit">,
  context: PlaceContext,
): AsyncGenerator<HubEvent, JoinShard> {
  const { bytes, digest } = file;
  const local = yield* findHere(file, { repo: reference.repo, commit }, context);
  const remote = remoteFile(file, { reference, commit }, context);
  return { bytes, digest, content: `${digest.algorithm}:${digest.hex}`, local, remote };
}

/** Whether nothing is left to be kept as the repository has it. */
function areAllJoined({ plan }: PlannedFiles, chosen: readonly HubFile[]): boolean {
  const isJoined = plan.joined !== undefined;
  return isJoined && setOfFirst(chosen.map(({ path }) => path)).length === chosen.length;
}

function hashOfOnly(chosen: readonly HubFile[]): string | undefined {
  const [only, ...others] = chosen;
  const isKnown = others.length === 0 && only?.digest.algorithm === "sha256";
  return isKnown ? only.digest.hex : undefined;
}

async function* planFile(
  file: HubFile,
  store: HubFileStore,
  { reference, commit }: Pick<Chosen, "reference" | "commit">,
  context: PlaceContext,
): AsyncGenerator<HubEvent, FileToHave> {
  const { path: name, bytes, digest } = file;
  const present = {
    name,
    path: store.path,
    bytes,
    ...(digest.algorithm === "sha256" && { sha256: digest.hex }),
    state: "present" as const,
    presentBytes: bytes,
  };
  if (yield* store.find()) return { planned: present, disk: 0 };
  const copy = store.findCopy && (yield* store.findCopy());
  if (copy !== undefined) return { planned: present, disk: bytes, copy };
  const remote = remoteFile(file, { reference, commit }, context);
  const isThere = (): Promise<boolean> => resultOf(store.find());
  const { path, target, finish } = store;
  const transfer = { remote, path, bytes, digest, target, isThere, finish };
  return fileToFetch(transfer, context);
}

function remoteFile(
  { path: name, bytes }: HubFile,
  { reference, commit }: Pick<Chosen, "reference" | "commit">,
  context: PlaceContext,
): RemoteFile {
  return {
    name,
    url: hubFileUrl(reference, { commit, path: name }, context),
    authorization: (url) => hubAuthorization(url, context.settings),
    errorOf: (answer) => hubStatusError(answer, reference, context),
    isPinned: true,
    bytes,
  };
}

/** The Hub itself says that these are other bytes: not one of them need come. */
function checkExpected([first]: readonly HubFile[], { expected }: PlaceContext): void {
  if (expected === undefined || first === undefined || first.digest.hex === expected.sha256) return;
  throw new HashMismatchError(first.path, expected.sha256, first.digest.hex);
}

function* reasonOf({ paths, quantization, reason, mmproj }: HubChoice): Generator<HubEvent, void> {
  if (reason === undefined) return;
  yield {
    type: "chosen",
    file: basename(paths[0] ?? ""),
    ...(quantization !== undefined && { quantization }),
    reason,
    ...(mmproj !== undefined && { mmproj }),
  };
}
