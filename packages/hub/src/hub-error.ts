import { HubError } from "./errors.ts";
import {
  AccessDeniedError,
  HttpStatusError,
  NotFoundError,
  RateLimitedError,
  type StatusDetails,
} from "./http-errors.ts";
import { displayUrl, statusError, type Answer } from "./http.ts";
import type { HubReference } from "./reference.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import type { HubSettings } from "./settings.ts";

/** The server answered with success, but not as the Hub does: a mirror or proxy is at fault. */
export class HubAnswerError extends HubError {
  override readonly name = "HubAnswerError";
  readonly url: string;
  readonly expected: string;
  readonly got: string;

  constructor(url: string, expected: string, got: string, options?: ErrorOptions) {
    const problem = `not an answer of the Hub: expected ${expected}, got ${got}`;
    super("bad-answer", `${displayUrl(url)}: ${problem} (is HF_ENDPOINT right?)`, options);
    this.url = displayUrl(url);
    this.expected = expected;
    this.got = got;
  }
}

// The Hub's own messages are a sentence or two; longer ones are pages of some proxy.
const MAX_MESSAGE_LENGTH = 300;
// Enough of a value to recognise it by.
const SHOWN_LENGTH = 120;

/** What the Hub refuses, and to whom. */
interface Refusal {
  url: string;
  status: number;
  repo: string;
  revision: string;
  /** The repository's page. */
  page: string;
  hasToken: boolean;
  /** The Hub's own words, to be appended. */
  said: string;
  details: StatusDetails;
}

/**
 * The error of a Hub's answer that is no success, by its `X-Error-Code` or else its status, with
 * what the user can do. The Hub's own words follow where they are plain. What a server says that the
 * Hub redirected to is no word of the Hub's, and its error is {@link statusError}'s.
 */
export function hubStatusError(
  answer: Pick<Answer, "url" | "status" | "headers">,
  { repo, revision = "main" }: HubReference,
  { settings }: { settings: HubSettings },
): HttpStatusError {
  const { status, headers } = answer;
  const { endpoint, token } = settings;
  const refusal: Refusal = {
    url: displayUrl(answer.url),
    status,
    repo,
    revision,
    page: `${endpoint}/${repo}`,
    hasToken: token !== undefined,
    said: serverMessage(headers, token),
    details: { repo, revision, retryAfterSeconds: retryAfterSeconds(headers) },
  };
  const named = errorOfCode(headers.get("x-error-code"), refusal);
  if (named !== undefined) return named;
  const isHub = new URL(answer.url).origin === new URL(endpoint).origin;
  return isHub ? errorOfStatus(refusal) : statusError(answer);
}

/** A value for a message: JSON cut to a line, without control characters. */
export function shown(value: unknown): string {
  const text = (JSON.stringify(value) ?? "nothing").replaceAll(/\p{Cc}/gu, "");
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}

function errorOfCode(code: string | null, refusal: Refusal): HttpStatusError | undefined {
  const { url, status, repo, revision, page, hasToken, said, details } = refusal;
  switch (code) {
    case "GatedRepo": {
      const next = hasToken ? "with the account of your token" : "then set HF_TOKEN to your token";
      const problem = `the repository is gated: accept its terms at ${page}, ${next}${said}`;
      return new AccessDeniedError(url, status, problem, true, details);
    }
    case "RepoNotFound": {
      const hint = hasToken ? "your token may not see it" : "set HF_TOKEN if it is private";
      const problem = `no repository ${repo}, or ${hint}`;
      return new NotFoundError(url, status, problem, "repository", details);
    }
    case "RevisionNotFound": {
      const problem = `${repo} has no revision ${revision}, see ${page}/tree/main for those it has`;
      return new NotFoundError(url, status, problem, "revision", details);
    }
    case "EntryNotFound": {
      const problem = `${repo} has no such file, see ${page}/tree/${revision}`;
      return new NotFoundError(url, status, problem, "file", details);
    }
    default:
      return undefined;
  }
}

function errorOfStatus(refusal: Refusal): HttpStatusError {
  const { url, status, repo, revision, hasToken, said, details } = refusal;
  switch (status) {
    case 401: {
      const hint = hasToken ? "HF_TOKEN is not accepted" : "set HF_TOKEN if it is private";
      const problem = `${repo} is private or does not exist: ${hint}${said}`;
      return new AccessDeniedError(url, status, problem, false, details);
    }
    case 403: {
      const hint = hasToken ? "your HF_TOKEN may not read it" : "set HF_TOKEN to one that may";
      const problem = `access to ${repo} is denied: ${hint}${said}`;
      return new AccessDeniedError(url, status, problem, false, details);
    }
    case 404:
    case 410: {
      const problem = `${repo} at ${revision} has no such thing (is HF_ENDPOINT right?)${said}`;
      return new NotFoundError(url, status, problem, "file", details);
    }
    case 429: {
      const hint = hasToken ? "" : "; with HF_TOKEN set, more are allowed";
      return new RateLimitedError(url, details.retryAfterSeconds, hint, details);
    }
    default: {
      const problem = status >= 500 ? "the Hub failed, try again later" : "unexpected answer";
      return new HttpStatusError(url, status, problem + said, "http-status", details);
    }
  }
}

/** `X-Error-Message` where it is short plain text that does not give the token back. */
function serverMessage(headers: Headers, token: string | undefined): string {
  const text = (headers.get("x-error-message") ?? "").replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
  const isPlain = text !== "" && text.length <= MAX_MESSAGE_LENGTH && !/<[a-z/!]/i.test(text);
  if (!isPlain || (token !== undefined && text.includes(token))) return "";
  return `; the Hub says: ${text}`;
}
