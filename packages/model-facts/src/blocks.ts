import type { List, Nodes, Paragraph, PhrasingContent, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { readHtml } from "./html.ts";
import type { Piece } from "./pieces.ts";
import { labelledText, MOST_LABEL_WORDS, plainText } from "./plain-text.ts";
import { cellText, partedCells } from "./table-cells.ts";
import { isPropertyTable, type Row, type Table, tableOf } from "./table.ts";

/** A piece of a document, as plain text without its Markdown. */
export interface Block {
  /** `row`: a row of a table of properties and their values, as `property: value`. */
  readonly kind: "paragraph" | "bullet" | "quote" | "code" | "row";
  readonly text: string;
  /** The headings above it, outermost first. */
  readonly headings: readonly string[];
  /** Line in the document, from 1. */
  readonly line: number;
}

export interface Blocks {
  readonly blocks: readonly Block[];
  /** All tables, those of properties too. */
  readonly tables: readonly Table[];
  /** The first heading of level 1. */
  readonly title: string | undefined;
}

/** Every block carries its headings, so they must not be long; a real one has some 100. */
const MAX_HEADING_CHARACTERS = 300;

/**
 * Reads the blocks of Markdown, as far as they say something: images, rules, definitions of links and
 * HTML that holds neither sentences nor tables are left out. Habits of model cards are not Markdown's: a
 * line that begins with a bold label, `**License:** MIT`, begins a paragraph, a bold line is a heading,
 * and so is, of the bullets after it, an ordered item that ends in a colon. `findComplexity` tells which
 * texts would take too long.
 */
export function readBlocks(pieces: readonly Piece[], firstLine: number): Blocks {
  const reader: Reader = {
    blocks: [],
    tables: [],
    title: undefined,
    headings: [],
    firstLine,
  };
  const options = { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] };
  for (const { text, line, kind } of pieces) {
    reader.firstLine = firstLine + line - 1;
    if (kind === "html") addHtml(text, reader.firstLine, reader);
    else
      for (const node of fromMarkdown(text, options).children) readNode(node, "paragraph", reader);
  }
  return { blocks: reader.blocks, tables: reader.tables, title: reader.title };
}

interface Reader extends Blocks {
  readonly blocks: Block[];
  readonly tables: Table[];
  title: string | undefined;
  /** By level, from 1; a bold line counts as level 7, the topic of an ordered list as level 8. */
  readonly headings: (string | undefined)[];
  /** Of the piece that is being read. */
  firstLine: number;
}

const BOLD_LEVEL = 7;
const TOPIC_LEVEL = 8;

function readNode(node: RootContent, kind: Block["kind"], reader: Reader): void {
  switch (node.type) {
    case "heading":
      setHeading(node.depth, plainText(node), reader);
      break;
    case "list":
      readList(node, reader);
      break;
    case "blockquote":
      for (const child of node.children) readNode(child, "quote", reader);
      break;
    case "paragraph":
      // Text at the margin ends what an ordered item was the topic of.
      if (kind === "paragraph") setHeading(TOPIC_LEVEL, "", reader);
      for (const part of splitAtLabels(node)) readParagraph(part, kind, reader);
      break;
    case "code":
      addBlock("code", node.value, node, reader);
      break;
    case "table": {
      const rows = node.children.flatMap((row) =>
        partedCells(row.children.map(cellText)).map((cells) => ({
          cells,
          line: lineOf(row, reader),
        })),
      );
      addTable(rows, reader);
      break;
    }
    case "html":
      addHtml(node.value, lineOf(node, reader), reader);
      break;
    default: // rules and definitions say nothing about the model
  }
}

/** A paragraph; what is bold alone in its line heads what follows, and is no text unless text follows it there. */
function readParagraph(paragraph: Paragraph, kind: Block["kind"], reader: Reader): void {
  const [first, second] = paragraph.children;
  const isBold = kind === "paragraph" && first?.type === "strong";
  const isAlone = isBold && (second === undefined || /^\s*:?\s*$/.test(plainText(second)));
  const isOver =
    isBold &&
    second?.type === "text" &&
    /^:?[ \t]*\n/.test(second.value) &&
    plainText(first).length > 0;
  const heading = isBold ? plainText(first).replace(/:$/, "") : "";
  const isHeading = heading.split(" ").length <= MOST_LABEL_WORDS && !/[.!?]$/.test(heading);
  if (isHeading && (isAlone || isOver)) setHeading(BOLD_LEVEL, heading, reader);
  if (!(isHeading && isAlone && paragraph.children.length <= 2))
    addBlock(kind, labelledText(paragraph), paragraph, reader);
}

function readList(list: List, reader: Reader): void {
  for (const item of list.children) {
    const [first, ...rest] = item.children;
    const text = first?.type === "paragraph" ? plainText(first) : "";
    const isTopic = list.ordered === true && text.endsWith(":");
    if (list.ordered === true) setHeading(TOPIC_LEVEL, isTopic ? text.slice(0, -1) : "", reader);
    for (const child of isTopic ? rest : item.children) readNode(child, "bullet", reader);
  }
}

/** Rows of properties and their values are one model's, and not of several: they are blocks, too. */
function addTable(rows: readonly Row[], reader: Reader): void {
  const table = tableOf(rows, headingsOf(reader));
  if (table === undefined) return;
  reader.tables.push(table);
  if (isPlainPairs(table)) addSentences(table, reader);
  if (!isPropertyTable(table)) return;
  for (const { cells, line } of table.rows) {
    const [name = "", said = ""] = cells;
    if (name !== "" && said !== "") addText("row", `${name}: ${said}`, line, reader);
  }
}

/** Two columns without a head: names and what is said of them. */
function isPlainPairs({ head }: Table): boolean {
  return head.length === 2 && head.every((cell) => cell === "");
}

const LEAST_SENTENCE_WORDS = 10;

/** What such a table says in sentences is text. */
function addSentences({ rows }: Table, reader: Reader): void {
  for (const { cells, line } of rows) {
    const [name = "", said = ""] = cells;
    const isSentence = said.split(" ", LEAST_SENTENCE_WORDS).length === LEAST_SENTENCE_WORDS;
    if (isSentence) addText("paragraph", name === "" ? said : `${name}: ${said}`, line, reader);
  }
}

function addHtml(html: string, line: number, reader: Reader): void {
  for (const part of readHtml(html, line)) {
    if (part.kind === "heading") setHeading(part.level, part.text, reader);
    else if (part.kind === "table") addTable(part.rows, reader);
    else addText(part.kind, part.text, part.line, reader);
  }
}

/** Parts a paragraph before each line that begins with a bold label. */
function splitAtLabels(paragraph: Paragraph): Paragraph[] {
  const parts: PhrasingContent[][] = [[]];
  for (const [at, child] of paragraph.children.entries()) {
    const before = paragraph.children[at - 1];
    const after = paragraph.children[at + 1];
    const isAtStart =
      before?.type === "break" || (before?.type === "text" && /\n\s*$/.test(before.value));
    const isLabel =
      child.type === "strong" &&
      (plainText(child).endsWith(":") || (after?.type === "text" && after.value.startsWith(":")));
    if (isAtStart && isLabel) parts.push([]);
    parts.at(-1)?.push(child);
  }
  return parts.map((children) => {
    const position = children[0]?.position ?? paragraph.position;
    return { type: "paragraph", children, ...(position && { position }) };
  });
}

function setHeading(level: number, text: string, reader: Reader): void {
  const heading = text.slice(0, MAX_HEADING_CHARACTERS);
  if (level === 1 && heading !== "") reader.title ??= heading;
  reader.headings.length = Math.min(reader.headings.length, level);
  reader.headings[level] = heading;
}

function addBlock(kind: Block["kind"], text: string, node: Nodes, reader: Reader): void {
  addText(kind, text, lineOf(node, reader), reader);
}

function lineOf({ position }: Nodes, { firstLine }: Reader): number {
  return firstLine + (position?.start.line ?? 1) - 1;
}

function headingsOf(reader: Reader): string[] {
  return reader.headings.filter((heading) => heading !== undefined && heading !== "") as string[];
}

function addText(kind: Block["kind"], text: string, line: number, reader: Reader): void {
  const said = text.replace(/^\[![A-Z]{1,20}\]\s*/, ""); // a callout's mark
  if (said.trim() === "") return;
  reader.blocks.push({ kind, text: said, headings: headingsOf(reader), line });
}
