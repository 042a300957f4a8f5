import { auditDocument } from "./audit/render-audit.ts";
import { countWords, renderMarkdown } from "./markdown.ts";
import { linesOf } from "./page.ts";
import type { Summary } from "./summarize.ts";

/** The page as one JSON document: the text, and each line with its writer, source and evidence. */
export function renderJson({ page, evidence, report, rewritten, audit, range }: Summary): string {
  const markdown = renderMarkdown(page);
  const document = {
    title: page.title,
    words: countWords(markdown),
    markdown,
    lines: linesOf(page).map(({ text, label, writer, source, evidence: support }) => ({
      text,
      label,
      writer,
      source,
      evidence: support.map((item) =>
        "attribute" in item
          ? { attribute: item.attribute, value: item.value, entity: item.entity, where: item.where }
          : { text: item.text, line: item.line, entity: item.entity },
      ),
    })),
    facts: evidence.sheet.facts,
    contradictions: evidence.sheet.contradictions,
    audit: auditDocument(audit, range),
    report,
    candidates: rewritten.map(({ statement, rewrite }) => ({
      note: statement.text,
      ...rewrite,
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
