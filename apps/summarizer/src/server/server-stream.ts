import { ServerError } from "./server-error.ts";

/** No event of a text is longer: a token, its usage, some names. */
const MOST_CHARACTERS = 2 ** 20;

/**
 * The data of server-sent events: each one's `data:` lines, whatever pieces they come in. Comments
 * and other fields are left out. What stands behind the last empty line is given, too: some servers
 * end without one.
 *
 * @throws ServerError an event that does not end
 */
export async function* eventData(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    // A CR at the end may be half of a CRLF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    if (rest.length > MOST_CHARACTERS)
      throw new ServerError(`a line of an answer has more than ${MOST_CHARACTERS} characters`);
    for (const line of lines) {
      if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      if (line !== "" || data.length === 0) continue;
      yield data.join("\n");
      data = [];
    }
  }
  if (rest.startsWith("data:")) data.push(rest.slice(5).trim());
  if (data.length > 0) yield data.join("\n");
}
