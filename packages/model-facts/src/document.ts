import { type Block, readBlocks } from "./blocks.ts";
import { findComplexity } from "./complexity.ts";
import { DocumentError } from "./errors.ts";
import { type FrontMatter, splitFrontMatter } from "./front-matter.ts";
import { type Piece, piecesOf } from "./pieces.ts";
import type { Table } from "./table.ts";

/** Where a document was published, and what it is to the model. */
export interface Source {
  /** A header in a local file has none. */
  readonly url?: string;
  /** How a page names it in a link, e.g. `model card`. */
  readonly title: string;
  readonly role: "header" | "card" | "research";
}

export interface Document {
  readonly source: Source & { readonly url: string };
  /** The first heading of level 1. */
  readonly title: string | undefined;
  readonly frontMatter: FrontMatter;
  readonly blocks: readonly Block[];
  readonly tables: readonly Table[];
}

export interface DocumentOptions {
  /** The file or reference, for messages. */
  readonly name: string;
  readonly role: "card" | "research";
  /** The document's URL; without it `source:` of the front matter says it. */
  readonly url?: string | undefined;
}

/** Longer texts are no model card: the longest real ones have some 30,000 words (200 kB). */
export const MAX_DOCUMENT_CHARACTERS = 1_000_000;

/** What browsers and servers take. */
const MAX_URL_CHARACTERS = 2_000;

/**
 * Reads a Markdown document into its front matter and blocks of plain text, and its tables.
 * Images, comments and HTML that holds no sentences are left out; an ordered item that ends in a colon heads the bullets after it.
 *
 * @throws DocumentError `empty`, `binary`, `too-large`, `too-complex`, `bad-front-matter`,
 * `no-source` (neither `options.url` nor a `source` in the front matter), `bad-source` (not an
 * http(s) URL that can stand in a Markdown link as it is)
 */
export function parseDocument(text: string, options: DocumentOptions): Document {
  const { name, role } = options;
  checkText(text, name);
  const lines = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const { frontMatter, markdown, firstLine } = splitFrontMatter(lines, name);
  const pieces = piecesOf(markdown);
  checkComplexity(pieces, firstLine, name);
  const { blocks, tables, title } = readBlocks(pieces, firstLine);
  if (blocks.length === 0 && tables.length === 0)
    throw new DocumentError("empty", name, "expected text, found none");
  const url = sourceUrl(options, frontMatter);
  return {
    source: { url, title: sourceTitle(role, url), role },
    title,
    frontMatter,
    blocks,
    tables,
  };
}

function checkText(text: string, name: string): void {
  if (text.length > MAX_DOCUMENT_CHARACTERS) {
    const limit = MAX_DOCUMENT_CHARACTERS.toLocaleString("en");
    const got = text.length.toLocaleString("en");
    throw new DocumentError("too-large", name, `expected at most ${limit} characters, got ${got}`);
  }
  if (text.includes("\0")) {
    const reason = "expected Markdown text, found binary data (a NUL byte)";
    throw new DocumentError("binary", name, reason);
  }
  if (text.trim() === "")
    throw new DocumentError("empty", name, "expected text, the file is empty");
}

/** Code and HTML are read line by line: nothing in them makes the parser slow. */
function checkComplexity(pieces: readonly Piece[], firstLine: number, name: string): void {
  for (const { kind, text, line: start } of pieces) {
    const found = kind === "markdown" ? findComplexity(text) : undefined;
    if (found === undefined) continue;
    const line = firstLine + start + found.line - 2;
    const reason = `expected a readable text, line ${line} has ${found.reason}`;
    throw new DocumentError("too-complex", name, reason);
  }
}

function sourceUrl(options: DocumentOptions, { source }: FrontMatter): string {
  const url = options.url ?? (typeof source === "string" ? source : undefined);
  if (url === undefined) {
    const reason = "expected the URL of its source, as `source: https://…` in the front matter";
    throw new DocumentError("no-source", options.name, reason);
  }
  const isLinkable = /^https?:\/\//i.test(url) && !/[\s()<>\\\p{Cc}]/u.test(url);
  if (url.length > MAX_URL_CHARACTERS || !isLinkable || !URL.canParse(url)) {
    const expected = `expected an http(s) URL without spaces, parentheses and \`<>\\\``;
    const got = `\`${url.slice(0, MAX_URL_CHARACTERS / 10)}\``;
    throw new DocumentError("bad-source", options.name, `${expected}, got ${got}`);
  }
  return url;
}

/** `model card`, or the site's name and the last part of its path: `qwen3 at qwenlm.github.io`. */
function sourceTitle(role: DocumentOptions["role"], url: string): string {
  if (role === "card") return "model card";
  const host = new URL(url).hostname.replace(/^www\./, "");
  const last = pathParts(url)
    .at(-1)
    ?.replace(/\.html?$/, "");
  if (host === "arxiv.org" && last !== undefined) return `arXiv:${last}`;
  if (host === "github.com" && last !== undefined) return `${last} repository`;
  return last === undefined ? host : `${last} at ${host}`;
}

/** The parts of a URL's path, as the URL writes them. */
export function pathParts(url: string): string[] {
  return new URL(url).pathname.split("/").filter(Boolean);
}
