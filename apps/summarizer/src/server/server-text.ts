import { ServerError } from "./server-error.ts";
import type { ServerAnswer } from "./server-http.ts";
import { textOf } from "./server-http.ts";
import { readPiece, type ServerPiece, type ServerUsage } from "./server-piece.ts";
import { eventData } from "./server-stream.ts";

/** A line as it came, and what it took. */
export interface WrittenLine {
  readonly line: string;
  /** Pieces with text: about as many as tokens. */
  readonly pieces: number;
  readonly usage: ServerUsage | undefined;
  /** Until the first piece, and from then on. */
  readonly readSeconds: number;
  readonly writeSeconds: number;
}

/** What has come of a line so far: `isDone` once it has ended. */
export type LineOf = (text: string) => { readonly line: string; readonly isDone: boolean };

/** A token is rarely longer; a server that heeds no limit is stopped there. */
const CHARACTERS_PER_TOKEN = 16;

/** Pieces without text, such as thoughts that are told apart and signs of life, for each token asked for. */
const SILENT_PIECES_PER_TOKEN = 64;

/**
 * Reads an answer up to the end of its line, or to as many tokens as were asked for, whatever the
 * server thinks of that.
 *
 * @throws ServerError the answer ends before its text does, is another thing than a text, or has no
 * end
 */
export async function readLine(
  answer: ServerAnswer,
  { lineOf, maxTokens, host }: { lineOf: LineOf; maxTokens: number; host: string },
): Promise<WrittenLine> {
  const start = performance.now();
  let first: number | undefined;
  let text = "";
  let pieces = 0;
  let silent = 0;
  let usage: ServerUsage | undefined;
  let isEnded = false;
  for await (const piece of piecesOf(answer, host)) {
    if (piece === "done") {
      isEnded = true;
      break;
    }
    usage = piece.usage ?? usage;
    isEnded ||= piece.isLast;
    first ??= performance.now();
    text += piece.text;
    if (piece.text === "") silent += 1;
    else pieces += 1;
    if (silent > maxTokens * SILENT_PIECES_PER_TOKEN)
      throw new ServerError(`${host}: the answer has no end and no text`);
    const isTooMuch = pieces > maxTokens || text.length > maxTokens * CHARACTERS_PER_TOKEN;
    // After its last piece a stream still tells what it cost.
    if (!isEnded && (isTooMuch || lineOf(text).isDone)) {
      isEnded = true;
      break;
    }
  }
  if (!isEnded) throw new ServerError(`${host}: the answer broke off`, { again: "yes" });
  const end = performance.now();
  const { line } = lineOf(text);
  const readSeconds = usage?.readSeconds ?? ((first ?? end) - start) / 1000;
  const writeSeconds = usage?.writeSeconds ?? (end - (first ?? end)) / 1000;
  return { line, pieces, usage, readSeconds, writeSeconds };
}

async function* piecesOf(
  { type, pieces }: ServerAnswer,
  host: string,
): AsyncGenerator<ServerPiece | "done"> {
  if (type === "text/html") throw new ServerError(`${host}: expected a text, got a page of HTML`);
  if (type === "application/json") {
    const piece = readPiece(await textOf(pieces), host);
    // Whole answers say why they ended, but for some servers that don't.
    if (!piece.isLast && piece.text === "")
      throw new ServerError(`${host}: an answer without a choice`, { again: "yes" });
    yield piece;
    yield "done";
    return;
  }
  let hasText = false;
  for await (const data of eventData(pieces)) {
    if (data.trim() === "[DONE]") {
      if (!hasText) throw new ServerError(`${host}: an answer without a choice`, { again: "yes" });
      yield "done";
      return;
    }
    const piece = readPiece(data, host);
    hasText ||= piece.isLast || piece.text !== "";
    yield piece;
  }
}
