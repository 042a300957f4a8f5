import { asObject, errorFields, parseJson, ServerError, shown } from "./server-error.ts";

/** What a server says in a piece of a text, or in all of it at once. */
export interface ServerPiece {
  readonly text: string;
  /** The server says that this was the last of the text. */
  readonly isLast: boolean;
  readonly usage: ServerUsage | undefined;
}

/** What the text cost. */
export interface ServerUsage {
  /** Tokens of the prompt that were read, without those that the server still had. */
  readonly read: number;
  readonly written: number;
  /** llama-server's own clock. */
  readonly readSeconds: number | undefined;
  readonly writeSeconds: number | undefined;
}

/**
 * Reads a piece of a stream or a whole answer, of completions or of a chat. Thoughts that a server
 * keeps apart are left out.
 *
 * @throws ServerError it is no JSON, or tells of an error
 */
export function readPiece(json: string, host: string): ServerPiece {
  const value = asObject(parseJson(json));
  if (value === undefined) {
    const message = `${host}: expected a JSON object, got ${shown(json.slice(0, 80))}`;
    throw new ServerError(message, { again: "yes" });
  }
  if (value["error"] !== undefined && value["error"] !== null) throw midwayError(json, host);
  const { choices } = value;
  const choice = asObject(Array.isArray(choices) ? (choices as unknown[])[0] : undefined);
  const said = asObject(choice?.["delta"]) ?? asObject(choice?.["message"]);
  const text = choice?.["text"] ?? said?.["content"];
  const finish = choice?.["finish_reason"];
  return {
    text: typeof text === "string" ? text : "",
    isLast: typeof finish === "string" && finish !== "",
    usage: usageOf(value),
  };
}

/** An error in the middle of an answer: its status was 200, so its code has to do. */
function midwayError(json: string, host: string): ServerError {
  const code = asObject(asObject(parseJson(json))?.["error"])?.["code"];
  const { message } = errorFields(json);
  const isOurs = typeof code === "number" && code >= 400 && code < 500 && code !== 429;
  return new ServerError(`${host}: ${message === "" ? "an error" : message}`, {
    status: typeof code === "number" ? code : undefined,
    again: isOurs ? "no" : "yes",
  });
}

function usageOf(value: Readonly<Record<string, unknown>>): ServerUsage | undefined {
  const usage = asObject(value["usage"]);
  if (usage === undefined) return undefined;
  const timings = asObject(value["timings"]);
  const cached = countOf(asObject(usage["prompt_tokens_details"])?.["cached_tokens"]);
  return {
    read: Math.max(0, countOf(usage["prompt_tokens"]) - cached),
    written: countOf(usage["completion_tokens"]),
    readSeconds: secondsOf(timings?.["prompt_ms"]),
    writeSeconds: secondsOf(timings?.["predicted_ms"]),
  };
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

function secondsOf(milliseconds: unknown): number | undefined {
  return typeof milliseconds === "number" ? countOf(milliseconds) / 1000 : undefined;
}
