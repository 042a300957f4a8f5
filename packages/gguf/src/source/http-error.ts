import { GgufError, type GgufErrorCode } from "../format/gguf-error.ts";
import { displayUrl } from "./address.ts";

/** A server's answer that is no success, or none that makes sense. */
export class HttpError extends GgufError {
  override readonly name = "HttpError";
  /** The HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  /** Without its query and credentials, where secrets stand. */
  readonly url: string;
  /** How long the server asks to wait, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: GgufErrorCode, url: string, reason: string, details: HttpErrorDetails = {}) {
    const { status, retryAfterSeconds, cause, ...fields } = details;
    const shown = displayUrl(url);
    super({ code, reason, file: shown, ...fields }, cause === undefined ? {} : { cause });
    this.status = status;
    this.url = shown;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What an `HttpError` knows beside its code, address and reason. */
export interface HttpErrorDetails {
  readonly status?: number;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
  readonly expected?: number | string | undefined;
  readonly got?: number | string | undefined;
}

const KNOWN: ReadonlyMap<number, readonly [code: GgufErrorCode, reason: string]> = new Map([
  [401, ["http-unauthorized", "the server asks for credentials"]],
  [403, ["http-forbidden", "access denied, or a signature that has expired"]],
  [404, ["http-not-found", "no such file"]],
  [410, ["http-not-found", "the file is gone"]],
  [416, ["http-range-not-satisfiable", "the server has no such range of bytes"]],
  [429, ["http-rate-limited", "too many requests"]],
]);

/** The error of a status that is no success, and what was asked for. */
export function statusError(url: string, response: Response, asked: string): HttpError {
  const { status, headers } = response;
  const other = status >= 500 ? "the server failed" : "unexpected answer";
  const [code, reason] = KNOWN.get(status) ?? ["http-status", other];
  const retryAfterSeconds = retryAfter(headers);
  const wait = retryAfterSeconds === undefined ? "" : `, try again in ${retryAfterSeconds} s`;
  const details = { status, retryAfterSeconds, got: status };
  return new HttpError(code, url, `${reason} (HTTP ${status} for ${asked})${wait}`, details);
}

/** `RateLimit: "api";r=0;t=55` is exact where nothing is left; `Retry-After` has seconds or a date. */
function retryAfter(headers: Headers): number | undefined {
  const exact = /\br=0;\s*t=(\d+)/.exec(headers.get("ratelimit") ?? "")?.[1];
  const text = exact ?? headers.get("retry-after") ?? "";
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}
