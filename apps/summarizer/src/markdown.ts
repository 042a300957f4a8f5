import type { Source } from "@ggufkit/model-facts";
import { singleLine } from "@ggufkit/terminal";
import type { Line, Page, Section } from "./page.ts";

/**
 * The page as Markdown. Each line ends in a link to its source; a section that has one source alone
 * names it once, below its heading.
 */
export function renderMarkdown(page: Page): string {
  const opening = page.opening
    .map((line, at) => (line.source === page.opening[at + 1]?.source ? line.text : citedText(line)))
    .join(" ");
  const parts = [`# ${escapeMarkdown(page.title)}`, opening, ...page.sections.map(renderSection)];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function renderSection({ heading, lines }: Section): string {
  const [first] = lines;
  const isOneSource = lines.length > 1 && lines.every((line) => line.source === first?.source);
  const source = first !== undefined && isOneSource ? [`Source: ${link(first.source)}`] : [];
  const bullets = lines.map((line) => {
    const label = line.label === undefined ? "" : `**${line.label}**: `;
    return `- ${label}${isOneSource ? line.text : citedText(line)}`;
  });
  return [`## ${escapeMarkdown(heading)}`, ...source, bullets.join("\n")].join("\n\n");
}

/** A line with its link before the full stop. */
export function citedText({ text, source }: Line): string {
  const [, sentence = text, end = ""] = /^(.*?)([.!]?)$/s.exec(text) ?? [];
  return `${sentence} (${link(source)})${end}`;
}

/** Links come from the evidence, never from a model. */
function link({ title, url }: Source): string {
  return url === undefined ? escapeMarkdown(title) : `[${escapeMarkdown(title)}](${url})`;
}

/** What readers of Markdown turn into links by themselves; the scheme is left out. */
const ADDRESS =
  /(?:https?|ftp):\/\/(?<rest>[^\s`]*)|www\.[^\s`]+|[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/;
/** `presence_penalty`: reads better as code than with a backslash. */
const IDENTIFIER = /(?<!\w)[A-Za-z0-9]+(?:_+[A-Za-z0-9]+)+(?!\w)/;
/** Emphasis, code, links, HTML and tables; an entity; a tilde that can end a strikethrough. */
const MARK = /[\\`*_<>[\]|]|&(?=#?\w+;)|(?<=\S)~/;
/** A heading, a list, a rule or a fence. */
const BLOCK_START = /^(?:[-+](?=[\s-]|$)|#(?=#*(?:\s|$))|~(?=~))|(?<=^\d{1,9})[.)](?=\s|$)/;
const MARKUP = new RegExp(
  [ADDRESS, IDENTIFIER, BLOCK_START, MARK].map(({ source }) => `(?:${source})`).join("|"),
  "gi",
);

/**
 * Plain text as Markdown that shows the same, on one line: nothing in a source can become markup or
 * a link. Identifiers and addresses are set as code, where nothing is marked up.
 */
export function escapeMarkdown(text: string): string {
  return singleLine(text)
    .replace(/\s+/g, " ")
    .trim()
    .replace(MARKUP, (mark: string, rest: string | undefined) =>
      mark.length === 1 ? `\\${mark}` : `\`${rest || mark}\``,
    );
}

/** Words as `wc -w` counts them: runs of anything but white space. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}
