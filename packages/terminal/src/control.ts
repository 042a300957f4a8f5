const ESC = "\\u001b";

/** Complete escape sequences in their 7-bit and 8-bit forms: CSI, then the strings (OSC, DCS, SOS, PM, APC). */
const SEQUENCE: RegExp = new RegExp(
  [
    `(?:${ESC}\\[|\\u009b)[0-?]*[ -/]*[@-~]`,
    `(?:${ESC}[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u009c]*(?:\\u0007|${ESC}\\\\|\\u009c)`,
    `${ESC}[ -/]*[0-~]`,
  ].join("|"),
  "gu",
);

/**
 * Every C0 and C1 control but tab and newline, and the bidirectional overrides and isolates that
 * can make a line read other than it is stored.
 */
const CONTROL: RegExp = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Makes untrusted text safe to print on a terminal: removes escape sequences, control characters
 * and bidirectional overrides. Newlines and tabs stay, CRLF and CR become newlines.
 */
export function stripControl(text: string): string {
  // The second pass catches what the first one leaves when sequences are nested in one another.
  return text.replace(SEQUENCE, "").replace(/\r\n?/g, "\n").replace(CONTROL, "");
}

/** As {@link stripControl}, and on one line: each run of white space with a line break or tab becomes a space. */
export function singleLine(text: string): string {
  return stripControl(text).replace(/[\t\n\u2028\u2029]+/g, " ");
}
