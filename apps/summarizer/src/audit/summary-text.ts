import { MAX_LINE_CHARACTERS } from "./limits.ts";
import { type InlineText, readInline, type SummaryLink } from "./summary-inline.ts";

/** A heading, bullet, paragraph or row of a summary, as plain text. */
export interface SummaryBlock {
  readonly kind: "heading" | "bullet" | "paragraph" | "row" | "code";
  readonly text: string;
  /** Bold words before the text of a bullet or paragraph. */
  readonly label: string | undefined;
  readonly links: readonly SummaryLink[];
  /** Of its first line, from 1. */
  readonly line: number;
  /** Of a heading, from 1; 0 for all else. */
  readonly level: number;
}

const FENCE = /^\s*(`{3,}|~{3,})/;
const HEADING = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const BULLET = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+(.*)$/;
const RULE = /^\s*(?:-{3,}|\*{3,}|_{3,}|={3,})\s*$/;
const ROW = /^\s*\|(.*)\|\s*$/;
const TABLE_RULE = /^[\s|:-]+$/;
const DEFINITION = /^\s{0,3}\[([^\]]{1,100})\]:\s*<?(\S{1,2000}?)>?\s*(?:["'(].*)?$/;

/** Reads the blocks of a summary, in its order. Front matter and definitions of links say nothing. */
export function readSummary(markdown: string): SummaryBlock[] {
  const lines = markdown.replace(/\r\n?/g, "\n").split("\n");
  const definitions = readDefinitions(lines);
  const blocks: SummaryBlock[] = [];
  let open: OpenBlock | undefined;
  const close = (): void => {
    if (open !== undefined) blocks.push(...finished(open, definitions));
    open = undefined;
  };
  let fence: string | undefined;
  const start = frontMatterLines(lines);
  for (const [at, whole] of lines.entries()) {
    if (at < start) continue;
    const raw = whole.slice(0, MAX_LINE_CHARACTERS);
    const mark = FENCE.exec(raw)?.[1];
    if (fence !== undefined || mark !== undefined) {
      close();
      if (fence === undefined) fence = mark;
      else if (mark?.startsWith(fence) === true) fence = undefined;
      else if (raw.trim() !== "") blocks.push(codeLine(raw, at + 1));
      continue;
    }
    const next = openBlock(raw.replace(/^(?:\s{0,3}>\s?)+/, ""), at + 1);
    if (next === "end") close();
    else if (next.kind === "paragraph" && open !== undefined) open.lines.push(...next.lines);
    else {
      close();
      open = next;
      if (next.kind === "heading" || next.kind === "row") close();
    }
  }
  close();
  return blocks;
}

interface OpenBlock {
  readonly kind: SummaryBlock["kind"];
  readonly line: number;
  readonly level: number;
  readonly lines: string[];
}

function openBlock(text: string, line: number): OpenBlock | "end" {
  if (text.trim() === "" || RULE.test(text) || DEFINITION.test(text)) return "end";
  const [, marks = "", title = ""] = HEADING.exec(text) ?? [];
  if (marks !== "") return { kind: "heading", line, level: marks.length, lines: [title] };
  const cells = ROW.exec(text)?.[1];
  if (cells !== undefined) {
    if (TABLE_RULE.test(cells)) return "end";
    const said = cells.split("|").map((cell) => cell.trim());
    return { kind: "row", line, level: 0, lines: [said.filter((cell) => cell !== "").join(": ")] };
  }
  const bullet = BULLET.exec(text)?.[1];
  const kind = bullet === undefined ? "paragraph" : "bullet";
  return { kind, line, level: 0, lines: [bullet ?? text] };
}

/** The plain text keeps its line ends, so that a sentence's line can be counted. */
function finished(
  { kind, line, level, lines }: OpenBlock,
  definitions: ReadonlyMap<string, string>,
): SummaryBlock[] {
  const { text, links, label }: InlineText = readInline(lines.join("\n"), line, definitions);
  return text.trim() === "" && links.length === 0 && label === undefined
    ? []
    : [{ kind, text, label: kind === "heading" ? undefined : label, links, line, level }];
}

function codeLine(text: string, line: number): SummaryBlock {
  return { kind: "code", text: text.trim(), label: undefined, links: [], line, level: 0 };
}

function readDefinitions(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    if (!/^\s{0,3}\[/.test(line)) continue;
    const [, name, url] = DEFINITION.exec(line.slice(0, MAX_LINE_CHARACTERS)) ?? [];
    if (name !== undefined && url !== undefined) found.set(name.toLowerCase(), url);
  }
  return found;
}

function frontMatterLines(lines: readonly string[]): number {
  if (lines[0]?.trim() !== "---") return 0;
  const end = lines.slice(1, 200).findIndex((line) => line.trim() === "---");
  return end === -1 ? 0 : end + 2;
}
