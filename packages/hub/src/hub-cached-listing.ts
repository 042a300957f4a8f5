import { stat } from "node:fs/promises";
import type { Digest } from "./digest.ts";
import { HubError } from "./errors.ts";
import type { HubEvent, PlaceContext } from "./events.ts";
import { digestOfBlobName, hubRepoDir, listSnapshot, readRef, snapshotPath } from "./hub-cache.ts";
import { chooseHubFiles, type HubChoice } from "./hub-choice.ts";
import { COMMIT, type HubFile, type HubListing } from "./hub-client.ts";
import { isIntact } from "./hub-store.ts";
import type { HubReference } from "./reference.ts";
import { recordedSha256 } from "./verified.ts";

/** The model as an earlier run or another tool left it in the cache; undefined unless whole. */
export async function* listCached(
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
