import type { Digest } from "./digest.ts";
import { SettingsError } from "./errors.ts";
import { AccessDeniedError, NotFoundError, type HttpStatusError } from "./http-errors.ts";
import type { PlaceContext } from "./events.ts";
import { displayUrl, readBody, request, statusError, type Answer, type Fetch } from "./http.ts";
import { rangeFetch } from "./range-fetch.ts";
import type { HubReference } from "./reference.ts";

/** A file of a repository as the Hub lists it. */
export interface HubFile {
  path: string;
  bytes: number;
  digest: Digest;
}

/** The GGUF files of a repository at one commit. */
export interface HubListing {
  commit: string;
  files: HubFile[];
}

/** A full commit hash, which names the same bytes for ever. */
export const COMMIT: RegExp = /^[0-9a-f]{40}$/;
const SHA256 = /^[0-9a-f]{64}$/;
// A page of a listing holds at most 1,000 entries of some 300 bytes.
const MAX_PAGE_BYTES = 16 << 20;
// The largest model repositories have a few thousand files; a listing that never ends must.
const MAX_LISTED_FILES = 100_000;

/**
 * Lists a repository at the commit that its revision names now.
 * @throws HttpStatusError and its kind, NetworkError, SettingsError for a malformed token.
 */
export async function listGgufFiles(
  reference: HubReference,
  context: PlaceContext,
): Promise<HubListing> {
  // Loading the library takes longer than most of what else a start does, and few starts need it.
  const { listFiles, modelInfo } = await import("@huggingface/hub");
  const { repo } = reference;
  const revision = reference.revision ?? "main";
  const shared = { hubUrl: context.settings.endpoint, fetch: hubFetch(reference, context) };
  const commit = COMMIT.test(revision)
    ? revision
    : (await modelInfo({ ...shared, name: repo, revision, additionalFields: ["sha"] })).sha;
  if (!COMMIT.test(commit)) throw malformed(context, `its commit is ${JSON.stringify(commit)}`);
  const files: HubFile[] = [];
  let listed = 0;
  // The library does not encode a revision in this URL, a commit needs none.
  for await (const entry of listFiles({ ...shared, repo, revision: commit, recursive: true })) {
    if (++listed > MAX_LISTED_FILES) throw malformed(context, "its listing does not end");
    if (entry.type !== "file" || !/\.gguf$/i.test(entry.path) || !isPlainPath(entry.path)) continue;
    const digest = digestOf(entry);
    if (digest !== undefined) files.push({ path: entry.path, bytes: entry.size, digest });
  }
  return { commit, files };
}

/** Asks for a file's bytes. @throws as {@link listGgufFiles} */
export async function openHubFile(
  reference: HubReference,
  { commit, path }: { commit: string; path: string },
  context: PlaceContext,
): Promise<Answer> {
  const url = hubFileUrl(reference, { commit, path }, context);
  const headers = { "accept-encoding": "identity" };
  const answer = await request(
    url,
    { headers, authorization: authorization(url, context) },
    context,
  );
  if (answer.status === 200) return answer;
  answer.discard();
  throw hubStatusError(answer, reference, context);
}

/** Where the Hub has a file. */
export function hubFileUrl(
  { repo }: HubReference,
  { commit, path }: { commit: string; path: string },
  { settings }: PlaceContext,
): string {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `${settings.endpoint}/${repo}/resolve/${commit}/${encoded}`;
}

/** A fetch that reads parts of the Hub's files: the token goes to the Hub alone. */
export function hubRangeFetch(reference: HubReference, context: PlaceContext): Fetch {
  return rangeFetch(context, {
    authorization: (url) => authorization(url, context),
    errorOf: (answer) => hubStatusError(answer, reference, context),
  });
}

/** The fetch that the library gets: our timeouts, our errors, and the token for the Hub alone. */
function hubFetch(reference: HubReference, context: PlaceContext): Fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const headers = Object.fromEntries(new Headers(init?.headers));
    const answer = await request(
      url,
      { headers, authorization: authorization(url, context) },
      context,
    );
    if (answer.status !== 200) {
      answer.discard();
      throw hubStatusError(answer, reference, context);
    }
    const body = await readBody(answer, MAX_PAGE_BYTES);
    return new Response(body, { status: answer.status, headers: answer.headers });
  };
}

function authorization(url: string, { settings }: PlaceContext): string | undefined {
  const { token, endpoint } = settings;
  if (token === undefined || new URL(url).origin !== new URL(endpoint).origin) return undefined;
  // Headers would throw an error that quotes the token.
  if (!/^[\u0021-\u007e]+$/.test(token)) {
    throw new SettingsError("HF_TOKEN", "contains characters that no token has");
  }
  return `Bearer ${token}`;
}

/** The error of a Hub's answer, by its `X-Error-Code`, with what the user can do. */
function hubStatusError(
  answer: Answer,
  { repo, revision }: HubReference,
  { settings }: PlaceContext,
): HttpStatusError {
  const url = displayUrl(answer.url);
  const { status } = answer;
  const hasToken = settings.token !== undefined;
  const page = `${settings.endpoint}/${repo}`;
  switch (answer.headers.get("x-error-code")) {
    case "GatedRepo": {
      const next = hasToken ? "with the account of your token" : "then set HF_TOKEN to your token";
      const problem = `the repository is gated: accept its terms at ${page}, ${next}`;
      return new AccessDeniedError(url, status, problem, true);
    }
    case "RepoNotFound": {
      const hint = hasToken ? "your token may not see it" : "set HF_TOKEN if it is private";
      return new NotFoundError(url, status, `no repository ${repo}, or ${hint}`);
    }
    case "RevisionNotFound":
      return new NotFoundError(url, status, `${repo} has no revision ${revision ?? "main"}`);
    case "EntryNotFound":
      return new NotFoundError(url, status, `${repo} has no such file`);
    default: {
      if (status !== 401) return statusError(answer);
      const hint = hasToken ? "HF_TOKEN is not accepted" : "set HF_TOKEN if it is private";
      return new AccessDeniedError(url, status, `${repo} is private or does not exist: ${hint}`);
    }
  }
}

/** Whether a listed path stays inside its folder on every system. */
function isPlainPath(path: string): boolean {
  const isInside = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  return isInside && !/[\\:]/.test(path);
}

function digestOf(entry: { oid?: string; lfs?: { oid: string } }): Digest | undefined {
  if (entry.lfs !== undefined) {
    return SHA256.test(entry.lfs.oid) ? { algorithm: "sha256", hex: entry.lfs.oid } : undefined;
  }
  if (entry.oid === undefined || !COMMIT.test(entry.oid)) return undefined;
  return { algorithm: "git-sha1", hex: entry.oid };
}

function malformed({ settings }: PlaceContext, what: string): SettingsError {
  return new SettingsError("HF_ENDPOINT", `${settings.endpoint} gives no proper answer: ${what}`);
}
