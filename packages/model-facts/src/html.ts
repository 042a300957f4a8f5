import { type Cell, spread, type SpannedRow } from "./table-spans.ts";
import type { Row } from "./table.ts";

/** What a stretch of HTML shows: text by text, table by table, in its order. */
export type HtmlPart =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "paragraph" | "bullet"; readonly text: string; readonly line: number }
  | { readonly kind: "table"; readonly rows: readonly Row[] };

/** A comment, a tag, an entity, a line's end; each is bounded, so that nothing is searched twice. */
const TOKEN = /<!--|<(\/?)([a-z][a-z\d]{0,15})(\s[^<>]{0,2000})?\/?>|&(#?\w{1,10});|\n/gi;
/** What is in these is not shown. */
const HIDDEN = new Set(["script", "style", "head", "template", "svg", "title"]);
/** What begins or ends a text; `br` is a space. */
const BLOCK = new Set(
  `address article blockquote body center details dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr
  html li main nav ol p pre section summary table tbody td tfoot th thead tr ul`.split(/\s+/),
);

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ndash: "–",
  mdash: "—",
  times: "×",
};

/** HTML is mostly logos and bars of links: only what is as long as a sentence is read, and ends as one. */
const LEAST_WORDS = 8;
const SENTENCE_END = /[.!?:]["”)]?$/;

interface State {
  readonly parts: HtmlPart[];
  text: string[];
  /** Where the text begins. */
  start: number;
  line: number;
  /** The innermost tag whose text this is. */
  block: string;
  /** The rows of the table that is open, if one is. */
  rows: SpannedRow[] | undefined;
}

/** Reads what HTML shows, in one pass. `line` is that of its first, from 1. */
export function readHtml(html: string, line: number): HtmlPart[] {
  const state: State = { parts: [], text: [], start: line, line, block: "p", rows: undefined };
  let from = 0;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(html); match !== null; match = TOKEN.exec(html)) {
    addText(state, html.slice(from, match.index));
    from = readToken(state, html, match);
    TOKEN.lastIndex = from;
  }
  addText(state, html.slice(from));
  endText(state);
  endTable(state);
  return state.parts;
}

/** Takes one token; tells where the text after it begins. */
function readToken(state: State, html: string, match: RegExpExecArray): number {
  const [token, slash, name = "", attributes = "", entity] = match;
  const end = match.index + token.length;
  if (token === "\n") state.line += 1;
  if (token === "\n") addText(state, " ");
  else if (entity !== undefined) addText(state, ENTITIES[entity] ?? " ");
  else if (token === "<!--") return skipTo(state, html, end, "-->");
  else if (slash === "" && HIDDEN.has(name.toLowerCase()))
    return skipTo(state, html, end, `</${name}>`);
  else readTag(state, name.toLowerCase(), slash === "", attributes);
  return end;
}

/** Passes over what is not shown, to its end or the text's. */
function skipTo(state: State, html: string, from: number, mark: string): number {
  const found = html.indexOf(mark, from);
  const end = found === -1 ? html.length : found + mark.length;
  state.line += html.slice(from, end).split("\n").length - 1;
  return end;
}

function readTag(state: State, name: string, opens: boolean, attributes: string): void {
  if (name === "br") addText(state, " ");
  if (!BLOCK.has(name)) return;
  endText(state);
  if (name === "table") {
    endTable(state);
    if (opens) state.rows = [];
  }
  if (name === "tr" && opens) state.rows?.push({ cells: [], line: state.line });
  if ((name === "td" || name === "th") && opens) state.rows?.at(-1)?.cells.push(cellOf(attributes));
  state.block = opens ? name : "p";
}

function cellOf(attributes: string): Cell {
  const span = (name: string): number =>
    Number(new RegExp(`\\b${name}\\s?=\\s?["']?(\\d{1,3})\\b`, "i").exec(attributes)?.[1] ?? 1);
  return { text: "", rows: span("rowspan"), columns: span("colspan") };
}

function addText(state: State, text: string): void {
  if (state.text.length === 0 && text.trim() === "") return;
  if (state.text.length === 0) state.start = state.line;
  state.text.push(text);
}

function endText(state: State): void {
  const text = state.text.join("").replace(/\s+/g, " ").trim();
  state.text = [];
  if (text === "") return;
  const cells = state.rows?.at(-1)?.cells;
  if (state.rows !== undefined) {
    const cell = cells?.at(-1);
    if (cell !== undefined) cell.text = [cell.text, text].filter(Boolean).join(" ");
    return;
  }
  const level = /^h([1-6])$/.exec(state.block)?.[1];
  if (level !== undefined) state.parts.push({ kind: "heading", level: Number(level), text });
  else if (isSentence(text))
    state.parts.push({
      kind: state.block === "li" ? "bullet" : "paragraph",
      text,
      line: state.start,
    });
}

function isSentence(text: string): boolean {
  const isLong = text.split(" ", LEAST_WORDS).length === LEAST_WORDS;
  return isLong && SENTENCE_END.test(text.slice(-2)) && !text.includes(" | ");
}

function endTable(state: State): void {
  const { rows = [] } = state;
  state.rows = undefined;
  if (rows.length > 0) state.parts.push({ kind: "table", rows: spread(rows) });
}
