import { singleLine } from "@ggufkit/terminal";
import { SummarizerError } from "../errors.ts";
import type { Failure } from "./retry.ts";

export interface ServerErrorDetails extends Partial<Failure> {
  readonly status?: number | undefined;
  /** No answer came at all. */
  readonly isUnreachable?: boolean;
  readonly cause?: unknown;
}

/** A server that gave no answer, or none that serves; `failure` says whether asking again may help. */
export class ServerError extends SummarizerError {
  /** Of the answer, where there was one. */
  readonly status: number | undefined;
  readonly failure: Failure;
  /** Whoever asks for anything else gets the same: the server is away, or does not let us in. */
  readonly isForAll: boolean;

  constructor(message: string, details: ServerErrorDetails = {}) {
    const { status, again = "no", askedSeconds, isUnreachable = false, cause } = details;
    super("engine", message, cause === undefined ? {} : { cause });
    this.status = status;
    this.isForAll = isUnreachable || status === 401 || status === 403;
    this.failure = { again, askedSeconds };
  }
}

/** What an error says about asking again: only a server's may. */
export function failureOf(error: unknown): Failure {
  return error instanceof ServerError ? error.failure : { again: "no" };
}

/** Statuses that say nothing about the next request. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504, 529]);

/** A message of a server is shown, yet it may be a page long. */
const MOST_CHARACTERS = 300;

/** The error that an answer stands for: its status, and what its body says. */
export function statusError(response: Response, body: string, host: string): ServerError {
  const { status, headers } = response;
  const { message, type } = errorFields(body);
  const said = `${host}: status ${status}${message === "" ? "" : `: ${message}`}`;
  const isLoading = status === 503 && /\bloading\b/i.test(message);
  // Money that is used up comes back by no waiting.
  const isTransient = TRANSIENT.has(status) && !/insufficient_quota/.test(type);
  return new ServerError(said, {
    status,
    again: isLoading ? "starting" : isTransient ? "yes" : "no",
    askedSeconds: retryAfterSeconds(headers),
  });
}

/** What a server says in an error: OpenAI's and llama-server's JSON, vLLM's older one, or plain text. */
export function errorFields(body: string): { message: string; type: string } {
  const value = parseJson(body);
  const outer = asObject(value);
  const error = asObject(outer?.["error"]) ?? outer;
  const said = error?.["message"] ?? outer?.["detail"] ?? outer?.["error"];
  const type = [error?.["type"], error?.["code"]].filter((text) => typeof text === "string");
  if (value !== undefined)
    return { message: shown(typeof said === "string" ? said : ""), type: type.join(" ") };
  const isPage = /^\s*(?:<!doctype|<html)/i.test(body);
  return { message: isPage ? "a page of HTML" : shown(body), type: "" };
}

/** For how long a server asks to be left alone: seconds, or a date by its own clock. */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  const then = Date.parse(text);
  if (Number.isNaN(then)) return undefined;
  const now = Date.parse(headers.get("date") ?? "");
  return Math.max(0, (then - (Number.isNaN(now) ? Date.now() : now)) / 1000);
}

/** A stranger's text on one line, without what a terminal would obey, and not too long. */
export function shown(text: string): string {
  const line = singleLine(text).trim();
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
}

/** A JSON value, or undefined where a text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
