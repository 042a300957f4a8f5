import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { isVerified, type VerifyContext } from "./verified.ts";

/** What another place than the file itself tells of its content. */
export interface KnownSha256 {
  /** 64 hex digits. */
  sha256: string;
  /** The Hugging Face cache, by the name of its blob, or the note that a download left. */
  from: "cache" | "download";
  /** Whether the file was found to have this hash, and has not changed since. */
  isFresh: boolean;
}

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * What sha256 a local file should have: of a snapshot's file in the Hugging Face cache its blob's name
 * tells; of one that was downloaded to a directory the note in `.cache/huggingface/download/`, in its
 * directory or one above. Undefined where nothing tells, or there is no such file.
 */
export async function knownSha256(
  path: string,
  context: Pick<VerifyContext, "settings">,
): Promise<KnownSha256 | undefined> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return undefined;
  const named = blobSha256(real);
  const sha256 = named ?? (await notedSha256(resolve(path)));
  if (sha256 === undefined) return undefined;
  const isFresh = await isVerified(path, sha256, context);
  return { sha256, from: named === undefined ? "download" : "cache", isFresh };
}

function blobSha256(path: string): string | undefined {
  const name = basename(path);
  return basename(dirname(path)) === "blobs" && SHA256.test(name) ? name : undefined;
}

/** From the note of the nearest directory that has one: commit, etag and time, a line each. */
async function notedSha256(path: string): Promise<string | undefined> {
  for (let root = dirname(path); ; root = dirname(root)) {
    const name = `${relative(root, path)}.metadata`;
    const note = join(root, ".cache", "huggingface", "download", name);
    const text = await readFile(note, "utf8").catch(() => undefined);
    const etag = text?.split("\n")[1]?.trim() ?? "";
    if (SHA256.test(etag)) return etag;
    if (text !== undefined || dirname(root) === root) return undefined;
  }
}
