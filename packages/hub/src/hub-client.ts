import { SettingsError } from "./errors.ts";
import { HubAnswerError, hubStatusError, shown } from "./hub-error.ts";
import { nextPageUrl, readTreePage, type HubFile, type TreePage } from "./hub-tree.ts";
import { readBody, request, type Answer, type Fetch, type RequestContext } from "./http.ts";
import { rangeFetch } from "./range-fetch.ts";
import type { HubReference } from "./reference.ts";
import { DEFAULT_RETRY, retrying, type Retry, type RetryPolicy } from "./retry.ts";
import type { HubSettings } from "./settings.ts";

/** The files of a repository at one commit. */
export interface HubListing {
  commit: string;
  files: HubFile[];
}

/** What asking the Hub takes. */
export interface HubContext extends RequestContext {
  settings: HubSettings;
  /** The default is {@link DEFAULT_RETRY}. */
  retry?: RetryPolicy | undefined;
  /** Is told before each wait. */
  onRetry?: ((retry: Retry) => void) | undefined;
}

/** A full commit hash, which names the same bytes for ever. */
export const COMMIT: RegExp = /^[0-9a-f]{40}$/;
// A page of a listing holds at most 1,000 entries of some 300 bytes.
const MAX_PAGE_BYTES = 16 << 20;
// The largest model repositories have a few thousand files; a listing that never ends must.
const MAX_ENTRIES = 100_000;
// So many entries are 100 pages of the Hub; a mirror may have smaller ones.
const MAX_PAGES = 2000;

/**
 * Lists all files of a repository at the commit that its revision names now. Requests that fail for
 * the moment are made again.
 * @throws HttpStatusError and its kind, NetworkError, HubAnswerError where the answer is not the
 * Hub's, SettingsError for a malformed token; the signal's reason when aborted.
 */
export async function listHubFiles(
  reference: HubReference,
  context: HubContext,
): Promise<HubListing> {
  const commit = await commitOf(reference, context);
  const files: HubFile[] = [];
  for await (const page of treePages(reference, commit, context)) {
    for (const file of page.files) files.push(file);
  }
  return { commit, files };
}

/** Where the Hub has a file. */
export function hubFileUrl(
  { repo }: HubReference,
  { commit, path }: { commit: string; path: string },
  { settings }: Pick<HubContext, "settings">,
): string {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `${settings.endpoint}/${repo}/resolve/${encodeURIComponent(commit)}/${encoded}`;
}

/** A fetch that reads parts of the Hub's files: the token goes to the Hub alone. */
export function hubRangeFetch(reference: HubReference, context: HubContext): Fetch {
  return rangeFetch(context, {
    authorization: (url) => hubAuthorization(url, context.settings),
    errorOf: (answer) => hubStatusError(answer, reference, context),
  });
}

/**
 * The Authorization header for a URL: the token where the URL is on the endpoint's origin.
 * @throws SettingsError for a malformed token, which it does not quote.
 */
export function hubAuthorization(
  url: string,
  { token, endpoint }: Pick<HubSettings, "token" | "endpoint">,
): string | undefined {
  if (token === undefined || new URL(url).origin !== new URL(endpoint).origin) return undefined;
  // Headers would throw an error that quotes the token.
  if (!/^[\u0021-\u007e]+$/.test(token)) {
    throw new SettingsError("HF_TOKEN", "contains characters that no token has");
  }
  return `Bearer ${token}`;
}

async function commitOf(reference: HubReference, context: HubContext): Promise<string> {
  const { repo, revision = "main" } = reference;
  if (COMMIT.test(revision)) return revision;
  const { endpoint } = context.settings;
  const url = `${endpoint}/api/models/${repo}/revision/${encodeURIComponent(revision)}`;
  const { body } = await getJson(url, reference, context);
  const isRecord = typeof body === "object" && body !== null;
  const sha: unknown = isRecord && "sha" in body ? body.sha : undefined;
  if (typeof sha === "string" && COMMIT.test(sha)) return sha;
  throw new HubAnswerError(url, "a commit of 40 hex digits", shown(sha));
}

/** The pages of a commit's tree, each of them another, and all together no more than a tree has. */
async function* treePages(
  reference: HubReference,
  commit: string,
  context: HubContext,
): AsyncGenerator<TreePage, void> {
  const { endpoint } = context.settings;
  const paths = new Set<string>();
  let url = `${endpoint}/api/models/${reference.repo}/tree/${commit}?recursive=true&expand=false`;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { body, answer } = await getJson(url, reference, context);
    const page = readTreePage(body, url);
    for (const path of page.paths) {
      // A tree has a path once, so this page came before.
      if (paths.has(path)) throw new HubAnswerError(url, "a new page", `${shown(path)} again`);
      paths.add(path);
    }
    if (paths.size > MAX_ENTRIES) {
      throw new HubAnswerError(url, `at most ${MAX_ENTRIES} entries`, "more");
    }
    yield page;
    const next = nextPageUrl(answer.headers.get("link"), { url: answer.url, endpoint });
    if (next === undefined) return;
    if (page.paths.length === 0) {
      throw new HubAnswerError(url, "entries on a page that is not the last", "none");
    }
    url = next;
  }
  throw new HubAnswerError(url, `at most ${MAX_PAGES} pages`, "more");
}

/**
 * A small file of a repository, read into memory; asked for again while that may help.
 * @throws NetworkError where it has more than `limit` bytes, and what the Hub's status means.
 */
export async function getHubFile(
  reference: HubReference,
  path: string,
  limit: number,
  context: HubContext,
): Promise<Uint8Array> {
  const { retry: policy = DEFAULT_RETRY, signal, onRetry } = context;
  const url = hubFileUrl(reference, { commit: reference.revision ?? "main", path }, context);
  return retrying(async () => readBody(await get(url, reference, context), limit), {
    policy,
    signal,
    onRetry,
  });
}

/** A whole answer of the API, asked for again while that may help. */
async function getJson(
  url: string,
  reference: HubReference,
  context: HubContext,
): Promise<{ body: unknown; answer: Answer }> {
  const { retry: policy = DEFAULT_RETRY, signal, onRetry } = context;
  return retrying(
    async () => {
      const answer = await get(url, reference, context);
      return { body: await readJson(answer), answer };
    },
    { policy, signal, onRetry },
  );
}

async function get(url: string, reference: HubReference, context: HubContext): Promise<Answer> {
  const authorization = hubAuthorization(url, context.settings);
  const headers = { "accept-encoding": "identity" };
  const answer = await request(url, { headers, authorization }, context);
  if (answer.status === 200) return answer;
  answer.discard();
  throw hubStatusError(answer, reference, context);
}

/** Not by `readBody`, for which too long a body is a failure of the network. */
async function readJson(answer: Answer): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.chunks()) {
    length += chunk.byteLength;
    if (length > MAX_PAGE_BYTES) {
      throw new HubAnswerError(answer.url, `at most ${MAX_PAGE_BYTES} bytes`, "more");
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HubAnswerError(answer.url, "JSON", shown(text), { cause: error });
  }
}

export type { HubFile } from "./hub-tree.ts";
