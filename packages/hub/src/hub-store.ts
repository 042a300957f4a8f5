import { mkdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { copyInto } from "./copy-file.ts";
import { digestOfFile, type Digest } from "./digest.ts";
import { FileExistsError } from "./errors.ts";
import type { HubEvent, PlaceContext } from "./events.ts";
import { blobPath, hubRepoDir, linkBlob, locksDir, snapshotPath } from "./hub-cache.ts";
import type { HubFile } from "./hub-client.ts";
import { blobTarget, workTarget } from "./transfer/target.ts";
import type { FetchedFile, TransferTarget } from "./transfer/transfer-file.ts";
import { discardFile, recordVerified, verifyFile } from "./verified.ts";

/** Where a file of the Hub goes. */
export interface HubFileStore {
  /** Where users find it. */
  path: string;
  target: TransferTarget;
  /** Whether it is there, with its hash. A damaged one of the cache is removed. */
  find: () => AsyncGenerator<HubEvent, boolean>;
  /** Another place on this machine that has it. */
  findCopy?: () => AsyncGenerator<HubEvent, (() => Promise<void>) | undefined>;
  finish: (fetched: FetchedFile) => Promise<void>;
}

/** A commit of a repository. */
export interface HubCommit {
  repo: string;
  commit: string;
}

/** A file in the cache that all Hugging Face tools share: a blob, and a link to it in a snapshot. */
export function cacheStore(
  { path, digest }: HubFile,
  { repo, commit }: HubCommit,
  context: PlaceContext,
): HubFileStore {
  const { hubCacheDir } = context.settings;
  const repoDir = hubRepoDir(hubCacheDir, repo);
  const blob = blobPath(repoDir, digest);
  const pointer = snapshotPath(repoDir, commit, path);
  return {
    path: pointer,
    target: blobTarget(blob, locksDir(hubCacheDir, repo)),
    async *find() {
      for (const candidate of [pointer, blob]) {
        if (!(yield* isIntact(candidate, { file: path, digest }, context))) continue;
        if (candidate === blob) await linkBlob(blob, pointer, { isNew: false });
        return true;
      }
      return false;
    },
    async finish({ sha256 }) {
      await linkBlob(blob, pointer, { isNew: true });
      await recordVerified(pointer, sha256, context);
    },
  };
}

/**
 * A file in a directory of the user's, at its path in the repository, with the note that
 * `hf download --local-dir` leaves of it.
 */
export function directoryStore(
  file: HubFile,
  from: HubCommit,
  out: string,
  context: PlaceContext,
): HubFileStore {
  const { path: name, digest } = file;
  const path = pathIn(out, file);
  const notes = join(out, ".cache", "huggingface", "download", ...dirname(name).split("/"));
  const work = join(out, ".cache", "ggufkit", ...dirname(name).split("/"));
  const finish = async ({ sha256 }: Pick<FetchedFile, "sha256">): Promise<void> => {
    await recordVerified(path, sha256, context);
    // https://github.com/huggingface/huggingface_hub: commit, etag and time in seconds, a line each.
    await mkdir(notes, { recursive: true });
    const note = `${from.commit}\n${digest.hex}\n${Date.now() / 1000}\n`;
    await writeFile(join(notes, `${basename(name)}.metadata`), note);
  };
  return {
    path,
    target: workTarget(path, work),
    async *find() {
      const isThere = (await stat(path).catch(() => undefined)) !== undefined;
      if (!isThere) return false;
      if (yield* hasDigest(path, { file: name, digest }, context)) return true;
      if (context.replace) return false;
      throw new FileExistsError(path, `it has not the ${digest.algorithm} ${digest.hex}`);
    },
    async *findCopy() {
      const cached = cacheStore(file, from, context);
      if (!(yield* cached.find())) return undefined;
      return async () => {
        await copyInto(cached.path, path);
        await finish({ sha256: digest.hex });
      };
    },
    finish,
  };
}

/** Where a file of the Hub is on this machine, with its hash: in the directory, or the cache. */
export async function* findHere(
  file: HubFile,
  from: HubCommit,
  context: PlaceContext,
): AsyncGenerator<HubEvent, string | undefined> {
  const { out } = context;
  if (out !== undefined) {
    const path = pathIn(out, file);
    const isThere = (await stat(path).catch(() => undefined)) !== undefined;
    const named = { file: file.path, digest: file.digest };
    if (isThere && (yield* hasDigest(path, named, context))) return path;
  }
  const cached = cacheStore(file, from, context);
  return (yield* cached.find()) ? cached.path : undefined;
}

function pathIn(out: string, { path }: HubFile): string {
  return join(out, ...path.split("/"));
}

/** Whether a cached file has its hash. One that has not is removed: other tools would trust it. */
export async function* isIntact(
  path: string,
  { file, digest }: { file: string; digest: Digest },
  context: PlaceContext,
): AsyncGenerator<HubEvent, boolean> {
  if ((await stat(path).catch(() => undefined)) === undefined) return false;
  const isRight = yield* hasDigest(path, { file, digest }, context);
  if (!isRight) await discardFile(path);
  return isRight;
}

async function* hasDigest(
  path: string,
  { file, digest }: { file: string; digest: Digest },
  context: PlaceContext,
): AsyncGenerator<HubEvent, boolean> {
  const { algorithm, hex } = digest;
  if (algorithm === "sha256") return yield* verifyFile(path, { file, sha256: hex }, context);
  return (await digestOfFile(path, algorithm, context.signal)) === hex;
}
