import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename } from "node:path/posix";
import { digestOfFile, type Digest } from "./digest.ts";
import { HashMismatchError, HubError, OfflineError } from "./errors.ts";
import type { HubEvent, PlaceContext, ResolvedModel, Resolving } from "./events.ts";
import {
  blobPath,
  digestOfBlobName,
  hubRepoDir,
  linkBlob,
  listSnapshot,
  readRef,
  snapshotPath,
  writeRef,
} from "./hub-cache.ts";
import { chooseHubFiles, type HubChoice } from "./hub-choice.ts";
import { COMMIT, listGgufFiles, openHubFile, type HubFile, type HubListing } from "./hub-client.ts";
import { formatModelReference, type HubReference } from "./reference.ts";
import { storeFile } from "./store.ts";
import { discardFile, recordedSha256, recordVerified, verifyFile } from "./verified.ts";

/**
 * A model of the Hub. Its files lie in the cache that all Hugging Face tools share; each is verified
 * against the hash that the Hub lists, and so is one that another tool left there.
 * @throws HttpStatusError and its kind, NetworkError, OfflineError, FileNotFoundError,
 * QuantizationError, MissingShardError, and what {@link storeFile} throws.
 */
export async function* resolveHub(reference: HubReference, context: PlaceContext): Resolving {
  const place = formatModelReference(reference);
  yield { type: "place", place };
  const revision = reference.revision ?? "main";
  const isImmutable = COMMIT.test(revision) && reference.path !== undefined;
  if (context.settings.offline || isImmutable) {
    const cached = yield* fromSnapshot(reference, context);
    if (cached !== undefined) return cached;
  }
  if (context.settings.offline) throw new OfflineError(place);

  const listing = await listGgufFiles(reference, context);
  const files = yield* choose(reference, listing, context);
  const repoDir = hubRepoDir(context.settings.hubCacheDir, reference.repo);
  const paths: string[] = [];
  for (const file of files) {
    paths.push(yield* fetchFile(file, { reference, repoDir, commit: listing.commit }, context));
  }
  if (revision !== listing.commit) await writeRef(repoDir, revision, listing.commit);
  const [only, ...others] = files;
  const sha256 = others.length === 0 && only?.digest.algorithm === "sha256" && only.digest.hex;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files: paths, reference, place, bytes, ...(sha256 && { sha256 }) };
}

async function* choose(
  reference: HubReference,
  { files }: HubListing,
  { expected }: PlaceContext,
): AsyncGenerator<HubEvent, HubFile[]> {
  const choice = chooseHubFiles(
    reference,
    files.map(({ path }) => path),
  );
  const chosen = choice.paths.flatMap((path) => files.find((file) => file.path === path) ?? []);
  const [first] = chosen;
  // The Hub itself says that these are other bytes: not one of them need come.
  if (expected !== undefined && first !== undefined && first.digest.hex !== expected.sha256) {
    throw new HashMismatchError(first.path, expected.sha256, first.digest.hex);
  }
  yield* reasonOf(choice);
  return chosen;
}

function* reasonOf({ paths, quantization, reason }: HubChoice): Generator<HubEvent, void> {
  if (reason === undefined) return;
  const label = quantization === undefined ? {} : { quantization };
  yield { type: "chosen", file: basename(paths[0] ?? ""), ...label, reason };
}

interface Snapshot {
  reference: HubReference;
  repoDir: string;
  commit: string;
}

/** Returns the file's path in the snapshot, after fetching it when it is not there intact. */
async function* fetchFile(
  { path, bytes, digest }: HubFile,
  { reference, repoDir, commit }: Snapshot,
  context: PlaceContext,
): AsyncGenerator<HubEvent, string> {
  const file = basename(path);
  const blob = blobPath(repoDir, digest);
  const pointer = snapshotPath(repoDir, commit, path);
  for (const candidate of [pointer, blob]) {
    if (!(yield* isIntact(candidate, { file, digest }, context))) continue;
    if (candidate === blob) await linkBlob(blob, pointer, { isNew: false });
    yield { type: "cached", file };
    return pointer;
  }
  const answer = await openHubFile(reference, { commit, path }, context);
  // As the other tools name it.
  const partial = `${blob}.${randomBytes(4).toString("hex")}.incomplete`;
  try {
    const chunks = answer.chunks();
    const stored = yield* storeFile({ chunks, path: blob, file, bytes, digest, partial });
    await linkBlob(blob, pointer, { isNew: true });
    await recordVerified(pointer, stored.sha256, context);
  } finally {
    answer.discard();
  }
  return pointer;
}

/** Whether a cached file has its hash. One that has not is removed: other tools would trust it. */
async function* isIntact(
  path: string,
  { file, digest }: { file: string; digest: Digest },
  context: PlaceContext,
): AsyncGenerator<HubEvent, boolean> {
  if ((await stat(path).catch(() => undefined)) === undefined) return false;
  const isRight =
    digest.algorithm === "sha256"
      ? yield* verifyFile(path, { file, sha256: digest.hex }, context)
      : (await digestOfFile(path, digest.algorithm, context.signal)) === digest.hex;
  if (!isRight) await discardFile(path);
  return isRight;
}

/** The model as an earlier run or another tool left it in the cache; undefined unless whole. */
async function* fromSnapshot(
  reference: HubReference,
  context: PlaceContext,
): AsyncGenerator<HubEvent, ResolvedModel | undefined> {
  const repoDir = hubRepoDir(context.settings.hubCacheDir, reference.repo);
  const revision = reference.revision ?? "main";
  const commit = COMMIT.test(revision) ? revision : await readRef(repoDir, revision);
  if (commit === undefined || !COMMIT.test(commit)) return undefined;
  const choice = chooseCached(reference, await listSnapshot(repoDir, commit));
  if (choice === undefined) return undefined;
  yield* reasonOf(choice);
  const place = formatModelReference(reference);
  const model: ResolvedModel = { files: [], reference, place, bytes: 0 };
  for (const path of choice.paths) {
    const pointer = snapshotPath(repoDir, commit, path);
    const digest = yield* trustedDigest(pointer, basename(path), context);
    if (digest === undefined) return undefined;
    model.files.push(pointer);
    model.bytes += (await stat(pointer)).size;
    if (choice.paths.length === 1 && digest.algorithm === "sha256") model.sha256 = digest.hex;
  }
  return model;
}

function chooseCached(reference: HubReference, paths: readonly string[]): HubChoice | undefined {
  const models = paths.filter((path) => /\.gguf$/i.test(path));
  try {
    return chooseHubFiles(reference, models);
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
  if (!(yield* isIntact(pointer, { file, digest }, context))) return undefined;
  yield { type: "cached", file };
  return digest;
}
