import type { Source } from "@ggufkit/model-facts";
import type { Line, Page, Section } from "./page.ts";

/**
 * The page as Markdown. Each line ends in a link to its source; a section that has one source alone
 * names it once, below its heading.
 */
export function renderMarkdown(page: Page): string {
  const opening = page.opening
    .map((line, at) => (line.source === page.opening[at + 1]?.source ? line.text : cited(line)))
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
    return `- ${label}${isOneSource ? line.text : cited(line)}`;
  });
  return [`## ${heading}`, ...source, bullets.join("\n")].join("\n\n");
}

/** A line with its link before the full stop. */
function cited({ text, source }: Line): string {
  const [, sentence = text, end = ""] = /^(.*?)([.!]?)$/s.exec(text) ?? [];
  return `${sentence} (${link(source)})${end}`;
}

/** Links come from the evidence, never from a model. */
function link({ title, url }: Source): string {
  return url === undefined ? title : `[${title}](${url})`;
}

/** Plain text as Markdown that shows the same: nothing in a source can become markup or a link. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*<>[\]|]|(?<!\w)_|_(?!\w)/g, "\\$&")
    .replace(/https?:\/\//g, "")
    .replace(/\b\w+_\w+\b/g, "`$&`");
}

/** Words as `wc -w` counts them: runs of anything but white space. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}
