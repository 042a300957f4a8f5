import { basename, dirname } from "node:path";
import type { HubSettings } from "@ggufkit/hub";
import { hashWholeFile, knownSha256 } from "@ggufkit/hub/files";
import { ShardSetError } from "./shard-error.ts";

/** Where what is known of files is looked up, and how they are hashed. */
export interface DigestOptions {
  /** Of `readHubSettings`; without them no hash is known. */
  settings?: Pick<HubSettings, "cacheDir"> | undefined;
  /** Where a program that is bundled has `@ggufkit/hub/dist/transfer/prefix-hash-worker.js`. */
  hashWorker?: URL | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Hashes a file that is known to have a certain sha256, unless it was found to have it before and is
 * unchanged since. Returns the hash; undefined where nothing was hashed.
 * @throws ShardSetError where it has another
 */
export async function checkKnownDigest(
  path: string,
  { settings, hashWorker, signal }: DigestOptions,
): Promise<string | undefined> {
  const known = settings && (await knownSha256(path, { settings }));
  if (known === undefined || known.isFresh) return undefined;
  const file = basename(path);
  const hashing = hashWholeFile(path, { file, signal, hashWorker });
  let step = await hashing.next();
  while (!step.done) step = await hashing.next();
  const got = step.value;
  if (got === known.sha256) return got;
  const finding = { code: "sha256" as const, shard: file, expected: known.sha256, got };
  throw new ShardSetError(dirname(path), [finding]);
}
