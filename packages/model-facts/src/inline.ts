/**
 * The words of a paragraph of Markdown: without emphasis, link targets, images, HTML, comments and
 * footnote marks, with white space folded. Tags that are no HTML, like `<think>`, are words. Time is
 * linear in the length, for any text: each rule below looks ahead a bounded way or to the next mark.
 */
export function plainText(markdown: string): string {
  const scan = newScan(markdown.replace(/\s+/g, " ").trim());
  const { text } = scan;
  while (scan.at < text.length) {
    MARK.lastIndex = scan.at;
    const next = MARK.exec(text)?.index ?? text.length;
    if (next > scan.at) scan.pieces.push(text.slice(scan.at, next));
    scan.at = next;
    if (next < text.length) readMark(scan);
  }
  const words = scan.pieces.map((piece) =>
    typeof piece === "string" ? piece : piece.mark.repeat(piece.count),
  );
  return words.join("").replace(/ {2,}/g, " ").trim();
}

/** A run of `*`, `_` or `~~`; `count` are those that are left as text. */
interface Delimiters {
  readonly mark: string;
  count: number;
}

type Opener = { readonly piece: number; readonly delimiters: Delimiters };

interface Scan {
  readonly text: string;
  at: number;
  /** What was read: text, and delimiters that a later one may still match. */
  readonly pieces: (string | Delimiters)[];
  readonly openers: Readonly<Record<"*" | "_" | "~", Opener[]>>;
  readonly brackets: { readonly piece: number; readonly isImage: boolean }[];
  /** Where runs of backticks begin, by their length, those to come last in the list first. */
  readonly ticks: ReadonlyMap<number, number[]>;
  /** No comment ends after the place where one was looked for in vain. */
  hasCommentEnd: boolean;
}

const MARK = /[\\`<&![\]*_~]/g;
const PUNCTUATION = /[\p{P}\p{S}]/u;

function newScan(text: string): Scan {
  const ticks = new Map<number, number[]>();
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const starts = ticks.get(run.length);
    if (starts === undefined) ticks.set(run.length, [index]);
    else starts.push(index);
  }
  for (const starts of ticks.values()) starts.reverse();
  const openers = { "*": [], _: [], "~": [] };
  return { text, at: 0, pieces: [], openers, brackets: [], ticks, hasCommentEnd: true };
}

function readMark(scan: Scan): void {
  const mark = scan.text[scan.at] ?? "";
  if (mark === "\\") readEscape(scan);
  else if (mark === "`") readCode(scan);
  else if (mark === "<") readTag(scan);
  else if (mark === "&") readEntity(scan);
  else if (mark === "[" || mark === "!") readOpening(scan);
  else if (mark === "]") readClosing(scan);
  else readDelimiters(scan, mark as "*" | "_" | "~");
}

/** Adds `text` and goes on after the `length` characters that say it. */
function add(scan: Scan, text: string, length: number = text.length): void {
  scan.pieces.push(text);
  scan.at += length;
}

function match(scan: Scan, sticky: RegExp, at: number = scan.at): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(scan.text);
}

function readEscape(scan: Scan): void {
  const next = scan.text[scan.at + 1] ?? "";
  if (/[!-/:-@[-`{-~]/.test(next)) add(scan, next, 2);
  else add(scan, "\\");
}

function readCode(scan: Scan): void {
  const run = match(scan, /`+/y)?.[0] ?? "`";
  const starts = scan.ticks.get(run.length) ?? [];
  while ((starts.at(-1) ?? Infinity) <= scan.at) starts.pop();
  const end = starts.at(-1);
  if (end === undefined) return add(scan, run);
  add(scan, scan.text.slice(scan.at + run.length, end).trim(), end + run.length - scan.at);
}

const HTML =
  /<\/?(?:a|abbr|b|big|blockquote|br|button|center|cite|code|dd|del|details|div|dl|dt|em|fig(?:caption|ure)|font|h[1-6]|hr|i|iframe|img|ins|kbd|li|mark|ol|p|picture|pre|q|s|samp|small|source|span|strike|strong|style|su[bp]|summary|svg|table|tbody|td|tfoot|th|thead|tr|u|ul|var|video)(?: [^<>]*)?\/?>/iy;
const ADDRESS = /<((?:https?|mailto):[^<> ]*)>/iy;

function readTag(scan: Scan): void {
  const address = match(scan, ADDRESS);
  if (address !== null) return add(scan, address[1] ?? "", address[0].length);
  const tag = match(scan, HTML)?.[0];
  if (tag !== undefined) return add(scan, /^<\/?(?:br|td|th)\b/i.test(tag) ? " " : "", tag.length);
  const end = commentEnd(scan);
  if (end === undefined) add(scan, "<");
  else scan.at = end;
}

function commentEnd(scan: Scan): number | undefined {
  if (!scan.hasCommentEnd || !scan.text.startsWith("<!--", scan.at)) return undefined;
  const end = scan.text.indexOf("-->", scan.at + 4);
  if (end === -1) scan.hasCommentEnd = false;
  return end === -1 ? undefined : end + 3;
}

/** The references that model cards use; others stay as they are written. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ast: "*",
  copy: "©",
  reg: "®",
  times: "×",
  hellip: "…",
  mdash: "—",
  ndash: "–",
};

function readEntity(scan: Scan): void {
  const found = match(scan, /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/iy);
  if (found === null) return add(scan, "&");
  const [reference, decimal, hex, name = ""] = found;
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  const isCharacter = code >= 0x20 && code <= 0x10ffff;
  const text = isCharacter ? String.fromCodePoint(code) : (ENTITIES[name] ?? reference);
  add(scan, text, reference.length);
}

function readOpening(scan: Scan): void {
  const footnote = match(scan, /\[\^[^[\] ]{1,30}\]/y)?.[0];
  if (footnote !== undefined) return add(scan, "", footnote.length);
  const opening = match(scan, /!?\[/y)?.[0];
  if (opening === undefined) return add(scan, "!");
  scan.brackets.push({ piece: scan.pieces.length, isImage: opening === "![" });
  add(scan, opening);
}

/** The rest of a link: `(address "title")`, or `[label]` of a definition elsewhere. */
const TARGET =
  /\( ?(?:<[^<>]*>|(?:[^\s()\\<]|\\.|\((?:[^\s()\\]|\\.)*\))(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*\))*)?(?: (?:"[^"]*"|'[^']*'|\([^()]*\)))? ?\)|\[[^[\]]*\]/y;

function readClosing(scan: Scan): void {
  const bracket = scan.brackets.pop();
  const target = bracket && match(scan, TARGET, scan.at + 1)?.[0];
  if (bracket === undefined || target === undefined) return add(scan, "]");
  if (bracket.isImage) dropFrom(scan, bracket.piece);
  else scan.pieces[bracket.piece] = "";
  scan.at += 1 + target.length;
}

/** Forgets what was read since `piece`, the alternative text of an image. */
function dropFrom(scan: Scan, piece: number): void {
  scan.pieces.length = piece;
  for (const openers of Object.values(scan.openers))
    while ((openers.at(-1)?.piece ?? -1) >= piece) openers.pop();
}

/** CommonMark's rules of what a run can open and close, without its rule of three. */
function readDelimiters(scan: Scan, mark: "*" | "_" | "~"): void {
  const { text, at } = scan;
  let end = at;
  while (text[end] === mark) end++;
  const run = { mark, count: end - at };
  const [before, after] = [text[at - 1] ?? " ", text[end] ?? " "];
  const opens = after !== " " && (!PUNCTUATION.test(after) || endsWord(before));
  const closes = before !== " " && (!PUNCTUATION.test(before) || endsWord(after));
  const inWord = mark === "_" && !endsWord(before) && !endsWord(after);
  if (!inWord && (mark !== "~" || run.count === 2)) {
    if (closes) closeDelimiters(scan.openers[mark], run);
    if (opens && run.count > 0)
      scan.openers[mark].push({ piece: scan.pieces.length, delimiters: run });
  }
  scan.pieces.push(run);
  scan.at = end;
}

function endsWord(character: string): boolean {
  return character === " " || PUNCTUATION.test(character);
}

function closeDelimiters(openers: Opener[], run: Delimiters): void {
  for (let opener = openers.at(-1); opener && run.count > 0; opener = openers.at(-1)) {
    const matched = Math.min(run.count, opener.delimiters.count);
    run.count -= matched;
    opener.delimiters.count -= matched;
    if (opener.delimiters.count === 0) openers.pop();
  }
}
