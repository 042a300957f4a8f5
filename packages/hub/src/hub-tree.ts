import type { Digest } from "./digest.ts";
import { HubAnswerError, shown } from "./hub-error.ts";
import { isPlainPath } from "./hub-path.ts";

/** A file of a repository as the Hub lists it. */
export interface HubFile {
  /** In the repository, with `/`. It stays inside a folder that it is joined to. */
  path: string;
  bytes: number;
  digest: Digest;
}

/** A page of a repository's tree. */
export interface TreePage {
  files: HubFile[];
  /** Every entry's path, those of folders and of files that are left out too. */
  paths: string[];
}

const SHA256 = /^[0-9a-f]{64}$/;
const GIT_SHA1 = /^[0-9a-f]{40}$/;

/**
 * Reads a page of `GET /api/models/{repo}/tree/{commit}`: an array of
 * `{type, path, size, oid, lfs?: {oid}}`, where `lfs.oid` is the file's sha256 and `oid` git's hash
 * of what git holds. Files whose names would leave the folder are left out. `url` is for the error.
 * @throws HubAnswerError
 */
export function readTreePage(page: unknown, url: string): TreePage {
  if (!Array.isArray(page)) throw new HubAnswerError(url, "an array of files", shown(page));
  const files: HubFile[] = [];
  const paths: string[] = [];
  for (const value of page as unknown[]) {
    const entry = asRecord(value);
    const { type, path } = entry ?? {};
    if (entry === undefined || typeof type !== "string" || typeof path !== "string") {
      throw new HubAnswerError(url, "an entry with a type and a path", shown(value));
    }
    paths.push(path);
    // Other types (folders, submodules) have no bytes of their own.
    if (type !== "file") continue;
    const file = { path, bytes: sizeOf(entry, url), digest: digestOf(entry, url) };
    if (isPlainPath(path)) files.push(file);
  }
  return { files, paths };
}

/**
 * The page that `Link: <…>; rel="next"` names; undefined after the last. It must be on the same
 * origin as `endpoint`, for the token goes there.
 * @throws HubAnswerError
 */
export function nextPageUrl(
  link: string | null,
  { url, endpoint }: { url: string; endpoint: string },
): string | undefined {
  const target = nextTarget(link ?? "");
  if (target === undefined) return undefined;
  const { origin } = new URL(endpoint);
  const next = URL.canParse(target, url) ? new URL(target, url) : undefined;
  if (next?.origin === origin) return next.href;
  throw new HubAnswerError(url, `a next page on ${origin}`, shown(next?.origin ?? target));
}

/** A Link header is `<url>; name="value"; …, <url>; …`. */
function nextTarget(link: string): string | undefined {
  for (const [, target, parameters = ""] of link.matchAll(/<([^<>]*)>([^<>]*)/g)) {
    if (/;\s*rel="?next"?\s*(?:[;,]|$)/i.test(parameters)) return target;
  }
  return undefined;
}

function sizeOf({ size, path }: Record<string, unknown>, url: string): number {
  if (typeof size === "number" && Number.isSafeInteger(size) && size >= 0) return size;
  throw new HubAnswerError(url, `a size for ${shown(path)}`, shown(size));
}

function digestOf({ oid, lfs, path }: Record<string, unknown>, url: string): Digest {
  if (lfs !== undefined && lfs !== null) {
    const hex = asRecord(lfs)?.["oid"];
    if (typeof hex === "string" && SHA256.test(hex)) return { algorithm: "sha256", hex };
    throw new HubAnswerError(url, `a sha256 for ${shown(path)}`, shown(hex));
  }
  if (typeof oid === "string" && GIT_SHA1.test(oid)) return { algorithm: "git-sha1", hex: oid };
  throw new HubAnswerError(url, `a git hash for ${shown(path)}`, shown(oid));
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : undefined;
}
