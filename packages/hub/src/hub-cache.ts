import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import type { Digest } from "./digest.ts";
import { partialPath } from "./partial.ts";

/** A repository's folder in the cache that all Hugging Face tools share. */
export function hubRepoDir(hubCacheDir: string, repo: string): string {
  return join(hubCacheDir, `models--${repo.replaceAll("/", "--")}`);
}

/** Where the locks of a repository lie. */
export function locksDir(hubCacheDir: string, repo: string): string {
  return join(hubCacheDir, ".locks", basename(hubRepoDir(hubCacheDir, repo)));
}

// https://bford.info/cachedir/: backups pass over a directory with this.
const CACHEDIR_TAG =
  "Signature: 8a477f597d28d172789f06886806bc55\n# This file marks a cache of Hugging Face tools.\n";

/** Makes the cache's directory where there is none, marked as one. */
export async function markCache(hubCacheDir: string): Promise<void> {
  await mkdir(hubCacheDir, { recursive: true });
  // One that is there stays as it is.
  await writeFile(join(hubCacheDir, "CACHEDIR.TAG"), CACHEDIR_TAG, { flag: "wx" }).catch(() => {});
}

/** Where a file of a commit is found: a symlink, or the file itself where there are no symlinks. */
export function snapshotPath(repoDir: string, commit: string, path: string): string {
  return join(repoDir, "snapshots", commit, ...path.split("/"));
}

/** Where the bytes of a file are. */
export function blobPath(repoDir: string, digest: Digest): string {
  return join(repoDir, "blobs", digest.hex);
}

/** The commit that a branch or tag named when it was last asked for. */
export async function readRef(repoDir: string, revision: string): Promise<string | undefined> {
  const text = await readFile(refPath(repoDir, revision), "utf8").catch(() => undefined);
  return text?.trim();
}

/** Remembers what {@link readRef} gives. */
export async function writeRef(repoDir: string, revision: string, commit: string): Promise<void> {
  const path = refPath(repoDir, revision);
  const partial = partialPath(path);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(partial, commit, { flag: "wx" });
  await rename(partial, path);
}

/** The paths, with `/`, of a commit's files that are here; a dangling symlink is none. */
export async function listSnapshot(repoDir: string, commit: string): Promise<string[]> {
  const root = join(repoDir, "snapshots", commit);
  const entries = await readdir(root, { recursive: true }).catch(() => []);
  const paths: string[] = [];
  for (const entry of entries) {
    if ((await stat(join(root, entry)).catch(() => undefined))?.isFile()) {
      paths.push(entry.split(sep).join("/"));
    }
  }
  return paths.toSorted();
}

/** The hash that a snapshot's file must have, from the name of the blob that it points to. */
export async function digestOfBlobName(path: string): Promise<Digest | undefined> {
  const hex = basename(await realpath(path));
  if (/^[0-9a-f]{64}$/.test(hex)) return { algorithm: "sha256", hex };
  return /^[0-9a-f]{40}$/.test(hex) ? { algorithm: "git-sha1", hex } : undefined;
}

/**
 * Makes a blob appear in a snapshot, by a relative symlink so that the cache can be moved. Where
 * symlinks are not allowed (Windows without developer mode) a new blob itself moves there, and one
 * that other snapshots may use is copied.
 */
export async function linkBlob(
  blob: string,
  pointer: string,
  { isNew }: { isNew: boolean },
): Promise<void> {
  await mkdir(dirname(pointer), { recursive: true });
  const partial = partialPath(pointer);
  try {
    try {
      await symlink(relative(dirname(pointer), blob), partial);
    } catch {
      await (isNew ? rename(blob, partial) : copyFile(blob, partial));
    }
    await rename(partial, pointer);
  } finally {
    await rm(partial, { force: true });
  }
}

function refPath(repoDir: string, revision: string): string {
  return join(repoDir, "refs", ...revision.split("/"));
}
