import { HubError, type HubErrorCode } from "./errors.ts";

/** No answer came: name resolution, connection, TLS, timeout, or a body that broke off. */
export class NetworkError extends HubError {
  override readonly name = "NetworkError";
  readonly host: string;
  readonly reason: string;

  constructor(host: string, reason: string, options?: ErrorOptions) {
    super("network", `${host}: ${reason}`, options);
    this.host = host;
    this.reason = reason;
  }
}

/** What is known beyond a status, for programs. */
export interface StatusDetails {
  /** The Hub's repository, `owner/name`, that was asked for. */
  repo?: string;
  /** Its branch, tag or commit. */
  revision?: string;
  /** For how many seconds the server asks to be left alone. */
  retryAfterSeconds?: number | undefined;
}

/** The server answered with a status that has no error of its own below. */
export class HttpStatusError extends HubError {
  override readonly name: string = "HttpStatusError";
  readonly url: string;
  readonly status: number;
  readonly repo: string | undefined;
  readonly revision: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    url: string,
    status: number,
    problem: string,
    code: HubErrorCode = "http-status",
    details: StatusDetails = {},
  ) {
    super(code, `${url}: ${problem} (HTTP ${status})`);
    this.url = url;
    this.status = status;
    this.repo = details.repo;
    this.revision = details.revision;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** 401, 403, or a gated repository. The message says what to do. */
export class AccessDeniedError extends HttpStatusError {
  override readonly name = "AccessDeniedError";
  /** The repository's terms must be accepted first. */
  readonly gated: boolean;

  constructor(
    url: string,
    status: number,
    problem: string,
    gated = false,
    details: StatusDetails = {},
  ) {
    super(url, status, problem, "access-denied", details);
    this.gated = gated;
  }
}

/** What a server can lack. */
export type Missing = "repository" | "revision" | "file";

/** 404 or 410, or a repository, revision or file that the Hub does not have. */
export class NotFoundError extends HttpStatusError {
  override readonly name = "NotFoundError";
  readonly missing: Missing;

  constructor(
    url: string,
    status: number,
    problem: string,
    missing: Missing = "file",
    details: StatusDetails = {},
  ) {
    super(url, status, problem, "not-found", details);
    this.missing = missing;
  }
}

/** 429. `retryAfterSeconds` is what the server asked for, when it said so. */
export class RateLimitedError extends HttpStatusError {
  override readonly name = "RateLimitedError";

  constructor(
    url: string,
    retryAfterSeconds: number | undefined,
    hint = "",
    details: StatusDetails = {},
  ) {
    const wait = retryAfterSeconds === undefined ? "" : `, try again in ${retryAfterSeconds} s`;
    const problem = `too many requests${wait}${hint}`;
    super(url, 429, problem, "rate-limited", { ...details, retryAfterSeconds });
  }
}
