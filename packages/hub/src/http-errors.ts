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

/** The server answered with a status that has no error of its own below. */
export class HttpStatusError extends HubError {
  override readonly name: string = "HttpStatusError";
  readonly url: string;
  readonly status: number;

  constructor(url: string, status: number, problem: string, code: HubErrorCode = "http-status") {
    super(code, `${url}: ${problem} (HTTP ${status})`);
    this.url = url;
    this.status = status;
  }
}

/** 401, 403, or a gated repository. The message says what to do. */
export class AccessDeniedError extends HttpStatusError {
  override readonly name = "AccessDeniedError";
  readonly gated: boolean;

  constructor(url: string, status: number, problem: string, gated = false) {
    super(url, status, problem, "access-denied");
    this.gated = gated;
  }
}

/** 404 or 410, or a repository, revision or file that the Hub does not have. */
export class NotFoundError extends HttpStatusError {
  override readonly name = "NotFoundError";

  constructor(url: string, status: number, problem: string) {
    super(url, status, problem, "not-found");
  }
}

/** 429. `retryAfterSeconds` is what the server asked for, when it said so. */
export class RateLimitedError extends HttpStatusError {
  override readonly name = "RateLimitedError";
  readonly retryAfterSeconds: number | undefined;

  constructor(url: string, retryAfterSeconds: number | undefined) {
    const wait = retryAfterSeconds === undefined ? "" : `, try again in ${retryAfterSeconds} s`;
    super(url, 429, `too many requests${wait}`, "rate-limited");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
