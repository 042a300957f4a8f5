import { micromark } from "micromark";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Plain text as HTML that shows the same, within elements and attributes in quotes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * A line of Markdown as HTML. HTML in it is shown as it is written, and links lead to http(s) alone:
 * micromark's own defaults.
 */
export function inlineHtml(markdown: string): string {
  return micromark(markdown.replaceAll("\n", " ")).replace(/^<p>([\s\S]*)<\/p>$/, "$1");
}

/** A link that opens nothing but the web; plain text where there is no address. */
export function linkHtml(text: string, url: string | undefined): string {
  if (url === undefined || !/^https?:\/\//i.test(url)) return escapeHtml(text);
  return `<a href="${escapeHtml(url)}" rel="noreferrer">${escapeHtml(text)}</a>`;
}
