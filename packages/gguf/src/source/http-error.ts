import { GgufError, type GgufErrorCode } from "../format/gguf-error.ts";

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

/** An address without user name, password, query and fragment. */
export function displayUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

const KNOWN: ReadonlyMap<number, readonly [code: GgufErrorCode, reason: string]> = new Map([
  [401, ["http-unauthorized", "the server asks for credentials"]],
  [403, ["http-forbidden", "access denied"]],
  [404, ["http-not-found", "no such file"]],
  [410, ["http-not-found", "the file is gone"]],
  [416, ["http-range-not-satisfiable", "the server has no such range of bytes"]],
  [429, ["http-rate-limited", "too many requests"]],
]);

/** The error of a status that is no success. */
export function statusError(url: string, { status, headers }: Response): HttpError {
  const other = status >= 500 ? "the server failed" : "unexpected answer";
  const [code, reason] = KNOWN.get(status) ?? ["http-status", other];
  const retryAfterSeconds = retryAfter(headers);
  const wait = retryAfterSeconds === undefined ? "" : `, try again in ${retryAfterSeconds} s`;
  const details = { status, retryAfterSeconds, got: status };
  return new HttpError(code, url, `${reason} (HTTP ${status})${wait}`, details);
}

/** `Retry-After` has seconds or a date. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}
