import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Summary } from "./summarize.ts";

/** What a page can be written as. */
export const PAGE_FORMATS = ["md", "json", "html"] as const;
export type PageFormat = (typeof PAGE_FORMATS)[number];

export async function renderSummary(summary: Summary, format: PageFormat): Promise<string> {
  if (format === "json") return renderJson(summary);
  if (format === "md") return renderMarkdown(summary.page);
  // Most pages need no HTML.
  const { renderHtml } = await import("./html/render-html.ts");
  return renderHtml(summary);
}
