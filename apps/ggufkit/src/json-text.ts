/**
 * A document as indented JSON, ended by a newline. What is unknown is null; integers beyond 2^53 are
 * decimal strings, as are numbers that JSON has no word for ("NaN", "Infinity").
 */
export function jsonText(document: object): string {
  return `${escapeControls(JSON.stringify(document, jsonValue, 2))}\n`;
}

/** As {@link jsonText}, on one line: for output that has a document a line (NDJSON). */
export function jsonLine(document: object): string {
  return `${escapeControls(JSON.stringify(document, jsonValue))}\n`;
}

/** JSON escapes the C0 controls alone; the rest, in a hostile name, can trouble a terminal too. */
function escapeControls(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function jsonValue(_key: string, value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === "bigint") {
    const isSafe = Number.isSafeInteger(Number(value));
    return isSafe ? Number(value) : String(value);
  }
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
