import { Readability } from "@mozilla/readability";
import { gfm } from "@joplin/turndown-plugin-gfm";
import { parseHTML } from "linkedom";
import TurndownService from "turndown";
import { SummarizerError } from "../errors.ts";

/** A page as Markdown, and the address that it gives itself. */
export interface ReadablePage {
  readonly markdown: string;
  readonly url: string | undefined;
}

/** Pages that people wrote nest some 50 elements; what follows works recursively. */
const MAX_DEPTH = 500;
/** Fewer words than this are a teaser, a login, or an app that draws itself: the whole page may say more. */
const LEAST_WORDS = 50;

/**
 * What a web page says, without its menus and adverts, as Markdown.
 *
 * @throws SummarizerError `unreadable` for a page that nests too deep, or has no text
 */
export function htmlToMarkdown(html: string, name: string): ReadablePage {
  const { document } = parseHTML(html);
  checkDepth(document, name);
  const url = addressOf(document);
  const whole = converter().turndown(bodyOf(document));
  const article = new Readability(document as never).parse();
  const content = article?.content ?? "";
  const title = article?.title?.trim() ?? "";
  const body = content === "" ? "" : converter().turndown(content);
  const isEnough = body.split(/\s+/).length >= LEAST_WORDS;
  const text = isEnough ? body : whole;
  if (text.trim() === "")
    throw new SummarizerError("unreadable", `${name}: expected a page with text, found none`);
  const heading =
    title === "" || text.startsWith("# ") ? "" : `# ${title.replaceAll("\n", " ")}\n\n`;
  return { markdown: `${heading}${text}\n`, url };
}

function converter(): TurndownService {
  const service = new TurndownService({
    headingStyle: "atx",
    bulletListMarker: "-",
    codeBlockStyle: "fenced",
  });
  service.use(gfm);
  service.remove(["script", "style", "noscript", "iframe", "form", "button", "nav", "footer"]);
  return service;
}

function bodyOf(document: { readonly body: { readonly innerHTML: string } | null }): string {
  return document.body?.innerHTML ?? "";
}

/** The address that others are to link to. */
function addressOf(document: ReturnType<typeof parseHTML>["document"]): string | undefined {
  const canonical = document.querySelector('link[rel="canonical"]')?.getAttribute("href");
  const shared = document.querySelector('meta[property="og:url"]')?.getAttribute("content");
  return [canonical, shared].find((url) => url != null && /^https?:\/\//i.test(url)) ?? undefined;
}

interface Nested {
  readonly children: ArrayLike<Nested>;
}

function checkDepth(document: { readonly documentElement: unknown }, name: string): void {
  const root = document.documentElement as Nested | null;
  const open: [element: Nested, depth: number][] = root === null ? [] : [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [element, depth] = next;
    if (depth > MAX_DEPTH) {
      const message = `${name}: expected elements nested up to ${MAX_DEPTH} deep, found more`;
      throw new SummarizerError("unreadable", message);
    }
    for (const child of Array.from(element.children)) open.push([child, depth + 1]);
  }
}
