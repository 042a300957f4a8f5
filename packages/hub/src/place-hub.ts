import { stat } from "node:fs/promises";
import { basename } from "node:path/posix";
import type { Digest } from "./digest.ts";
import { HashMismatchError, HubError, OfflineError } from "./errors.ts";
import type { HubEvent, PlaceContext, PlannedModel, Planning, ResolvedModel } from "./events.ts";
import {
  digestOfBlobName,
  hubRepoDir,
  listSnapshot,
  markCache,
  readRef,
  snapshotPath,
  writeRef,
} from "./hub-cache.ts";
import { chooseHubFiles, type HubChoice } from "./hub-choice.ts";
import {
  COMMIT,
  hubAuthorization,
  hubFileUrl,
  listHubFiles,
  type HubFile,
  type HubListing,
} from "./hub-client.ts";
import { hubStatusError } from "./hub-error.ts";
import { cacheStore, directoryStore, isIntact, type HubFileStore } from "./hub-store.ts";
import { fetchFiles, fileToFetch, modelPlan, type FileToHave } from "./place-plan.ts";
import { formatModelReference, type HubReference } from "./reference.ts";
import { resultOf } from "./result-of.ts";
import { tellingRetries } from "./retry-events.ts";
import { recordedSha256 } from "./verified.ts";

/**
 * A model of the Hub. Its files go to the cache that all Hugging Face tools share, or to a directory
 * of the user's; each is verified against the hash that the Hub lists, and so is one that another
 * tool left there.
 * @throws HttpStatusError and its kind, NetworkError, OfflineError, FileNotFoundError,
 * QuantizationError, MissingShardError, HubFilterError, FileExistsError
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

  const files: FileToHave[] = [];
  for (const file of chosen) {
    const from = { repo, commit };
    const store =
      out === undefined
        ? cacheStore(file, from, context)
        : directoryStore(file, from, out, context);
    files.push(yield* planFile(file, store, { reference, commit }, context));
  }
  const place = formatModelReference(reference);
  const { quantization, reason, mmproj } = choice;
  const plan = await modelPlan(
    files,
    {
      place: formatModelReference({ ...reference, revision: commit }),
      ...(quantization !== undefined && { quantization }),
      ...(reason !== undefined && { reason }),
      ...(mmproj !== undefined && { mmproj }),
    },
    out ?? settings.hubCacheDir,
  );
  return {
    plan,
    async *fetch() {
      if (out === undefined && !settings.offline) await markCache(settings.hubCacheDir);
      yield* fetchFiles(files, plan, context);
      const revision = reference.revision ?? "main";
      const isNamed = out === undefined && !settings.offline && revision !== commit;
      if (isNamed) await writeRef(hubRepoDir(settings.hubCacheDir, repo), revision, commit);
      return resolved(chosen, files, { reference, place });
    },
  };
}

function resolved(
  chosen: readonly HubFile[],
  files: readonly FileToHave[],
  { reference, place }: Pick<ResolvedModel, "reference" | "place">,
): ResolvedModel {
  const [only, ...others] = chosen;
  const sha256 = others.length === 0 && only?.digest.algorithm === "sha256" && only.digest.hex;
  const bytes = chosen.reduce((sum, file) => sum + file.bytes, 0);
  const paths = files.map(({ planned }) => planned.path);
  return { files: paths, reference, place, bytes, ...(sha256 && { sha256 }) };
}

async function* planFile(
  file: HubFile,
  store: HubFileStore,
  { reference, commit }: { reference: HubReference; commit: string },
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
  const remote = {
    name,
    url: hubFileUrl(reference, { commit, path: name }, context),
    authorization: (url: string) => hubAuthorization(url, context.settings),
    errorOf: (answer: Parameters<typeof hubStatusError>[0]) =>
      hubStatusError(answer, reference, context),
    isPinned: true,
    bytes,
  };
  const isThere = (): Promise<boolean> => resultOf(store.find());
  const { path, target, finish } = store;
  const transfer = { remote, path, bytes, digest, target, isThere, finish };
  return fileToFetch(transfer, context);
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

/** The model as an earlier run or another tool left it in the cache; undefined unless whole. */
async function* listCached(
  reference: HubReference,
  context: PlaceContext,
): AsyncGenerator<HubEvent, HubListing | undefined> {
  const repoDir = hubRepoDir(context.settings.hubCacheDir, reference.repo);
  const revision = reference.revision ?? "main";
  const commit = COMMIT.test(revision) ? revision : await readRef(repoDir, revision);
  if (commit === undefined || !COMMIT.test(commit)) return undefined;
  const choice = chooseCached(reference, await listSnapshot(repoDir, commit), context);
  if (choice === undefined) return undefined;
  const files: HubFile[] = [];
  for (const path of choice.paths) {
    const pointer = snapshotPath(repoDir, commit, path);
    const digest = yield* trustedDigest(pointer, path, context);
    if (digest === undefined) return undefined;
    files.push({ path, bytes: (await stat(pointer)).size, digest });
  }
  return { commit, files };
}

function chooseCached(
  reference: HubReference,
  paths: readonly string[],
  { filter }: PlaceContext,
): HubChoice | undefined {
  try {
    return chooseHubFiles(reference, paths, { ...filter, exactLabel: true });
  } catch (error) {
    if (error instanceof HubError) return undefined; // The Hub may have what the cache lacks.
    throw error;
  }
}

/** The hash that a cached file was found to have; undefined when it is not to be used. */
async function* trustedDigest(
  pointer: string,
  file: string,
  context: PlaceContext,
): AsyncGenerator<HubEvent, Digest | undefined> {
  const { expected } = context;
  const named = await digestOfBlobName(pointer);
  if (expected !== undefined && named !== undefined && named.hex !== expected.sha256) {
    return undefined;
  }
  // Without symlinks no name vouches for the bytes, but the record of their download does.
  const hex = named?.hex ?? expected?.sha256 ?? (await recordedSha256(pointer, context));
  if (hex === undefined) return undefined;
  const digest = named ?? { algorithm: "sha256", hex };
  return (yield* isIntact(pointer, { file, digest }, context)) ? digest : undefined;
}
