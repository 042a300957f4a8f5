import type { Nodes, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { frontmatterFromMarkdown } from "mdast-util-frontmatter";
import { frontmatter } from "micromark-extension-frontmatter";
import { parse as parseYaml } from "yaml";
import { DocumentError } from "./errors.ts";

/** Where a document was published, and what it is to the model. */
export interface Source {
  /** A header in a local file has none. */
  readonly url?: string;
  /** How a page names it in a link, e.g. `model card`. */
  readonly title: string;
  readonly role: "header" | "card" | "research";
}

/** A piece of a document, as plain text without its Markdown. */
export interface Block {
  readonly kind: "paragraph" | "bullet" | "quote" | "code";
  readonly text: string;
  /** The headings above it, outermost first. */
  readonly headings: readonly string[];
  /** Line in the document, from 1. */
  readonly line: number;
}

export interface Document {
  readonly source: Source & { readonly url: string };
  /** The first heading of level 1. */
  readonly title: string | undefined;
  readonly frontMatter: Readonly<Record<string, unknown>>;
  readonly blocks: readonly Block[];
}

export interface DocumentOptions {
  /** The file or reference, for messages. */
  readonly name: string;
  readonly role: "card" | "research";
  /** The document's URL; without it `source:` of the front matter says it. */
  readonly url?: string | undefined;
}

/** Longer texts are no model card: the longest real ones have some 30,000 words (200 kB). */
export const MAX_DOCUMENT_CHARACTERS = 2_000_000;

/**
 * Reads a Markdown document into its front matter and blocks of plain text. HTML, images and
 * comments are left out; an ordered item that ends in a colon heads the bullets after it.
 *
 * @throws DocumentError `empty`, `binary`, `too-large`, `bad-front-matter`, `no-source` (neither
 * `options.url` nor a `source` in the front matter), `bad-source` (not an http(s) URL)
 */
export function parseDocument(text: string, options: DocumentOptions): Document {
  checkText(text, options.name);
  const root = fromMarkdown(text, {
    extensions: [frontmatter(["yaml"])],
    mdastExtensions: [frontmatterFromMarkdown(["yaml"])],
  });
  const frontMatter = readFrontMatter(root.children[0], options.name);
  const { blocks, title } = readBlocks(root.children);
  if (blocks.length === 0)
    throw new DocumentError("empty", options.name, "expected text, found none");
  const url = sourceUrl(options, frontMatter);
  const source = { url, title: sourceTitle(options.role, url), role: options.role };
  return { source, title, frontMatter, blocks };
}

function checkText(text: string, name: string): void {
  if (text.trim() === "")
    throw new DocumentError("empty", name, "expected text, the file is empty");
  if (text.includes("\0"))
    throw new DocumentError(
      "binary",
      name,
      "expected Markdown text, found binary data (a NUL byte)",
    );
  if (text.length > MAX_DOCUMENT_CHARACTERS) {
    const limit = MAX_DOCUMENT_CHARACTERS.toLocaleString("en");
    const got = text.length.toLocaleString("en");
    throw new DocumentError("too-large", name, `expected at most ${limit} characters, got ${got}`);
  }
}

function readFrontMatter(
  node: RootContent | undefined,
  name: string,
): Readonly<Record<string, unknown>> {
  if (node?.type !== "yaml") return {};
  let value: unknown;
  try {
    value = parseYaml(node.value, { maxAliasCount: 100 });
  } catch (cause) {
    const [reason] = String((cause as Error).message).split("\n");
    throw new DocumentError("bad-front-matter", name, `the front matter is no YAML: ${reason}`, {
      cause,
    });
  }
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : {};
}

function sourceUrl(
  options: DocumentOptions,
  frontMatter: Readonly<Record<string, unknown>>,
): string {
  const { source } = frontMatter;
  const url = options.url ?? (typeof source === "string" ? source : undefined);
  if (url === undefined)
    throw new DocumentError(
      "no-source",
      options.name,
      "expected the URL of its source, as `source: https://…` in the front matter",
    );
  if (!/^https?:\/\//.test(url) || !URL.canParse(url) || /[\s()<>]/.test(url))
    throw new DocumentError("bad-source", options.name, `expected an http(s) URL, got \`${url}\``);
  return url;
}

/** `model card`, or the site's name and the last part of its path: `arxiv.org/2505.09388`. */
function sourceTitle(role: DocumentOptions["role"], url: string): string {
  if (role === "card") return "model card";
  const { hostname, pathname } = new URL(url);
  const last = pathname
    .split("/")
    .filter(Boolean)
    .at(-1)
    ?.replace(/\.html?$/, "");
  const host = hostname.replace(/^www\./, "");
  if (host === "arxiv.org" && last !== undefined) return `arXiv:${last}`;
  if (host === "github.com" && last !== undefined) return `${last} repository`;
  return last === undefined ? host : `${last} at ${host}`;
}

interface Reading {
  readonly blocks: Block[];
  title: string | undefined;
  /** Headings by level; an ordered item that ends in a colon counts as level 7. */
  readonly headings: (string | undefined)[];
}

const TOPIC_LEVEL = 7;

function readBlocks(nodes: readonly RootContent[]): Pick<Reading, "blocks" | "title"> {
  const reading: Reading = { blocks: [], title: undefined, headings: [] };
  for (const node of nodes) readNode(node, "paragraph", reading);
  return reading;
}

function readNode(node: RootContent, kind: Block["kind"], reading: Reading): void {
  switch (node.type) {
    case "heading":
      setHeading(node.depth, plainText(node), reading);
      break;
    case "list":
      for (const item of node.children) {
        const [first, ...rest] = item.children;
        const topic = first?.type === "paragraph" ? plainText(first) : "";
        const isTopic = node.ordered === true && topic.endsWith(":");
        if (isTopic) setHeading(TOPIC_LEVEL, topic.slice(0, -1), reading);
        for (const child of isTopic ? rest : item.children) readNode(child, "bullet", reading);
      }
      break;
    case "blockquote":
      for (const child of node.children) readNode(child, "quote", reading);
      break;
    case "paragraph":
      addBlock(kind, plainText(node).replace(/^\[!\w+\]\s*/, ""), node, reading);
      break;
    case "code":
      addBlock("code", node.value, node, reading);
      break;
    default: // HTML, rules, definitions and the front matter say nothing about the model
  }
}

function setHeading(level: number, text: string, reading: Reading): void {
  if (level === 1) reading.title ??= text;
  reading.headings.length = Math.min(reading.headings.length, level);
  reading.headings[level] = text;
}

function addBlock(kind: Block["kind"], text: string, node: Nodes, reading: Reading): void {
  if (text === "") return;
  const headings = reading.headings.filter((heading) => heading !== undefined);
  reading.blocks.push({ kind, text, headings, line: node.position?.start.line ?? 1 });
}

/** The words of a node, without marks, HTML and images, white space folded. */
function plainText(node: Nodes): string {
  return inlineText(node).replace(/\s+/g, " ").trim();
}

function inlineText(node: Nodes): string {
  if (node.type === "text" || node.type === "inlineCode") return node.value;
  if (node.type === "break") return " ";
  if (node.type === "html" || node.type === "image") return "";
  return "children" in node ? node.children.map(inlineText).join("") : "";
}
