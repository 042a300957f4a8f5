import type { Block, Document, Source } from "./document.ts";
import { sentencesOf } from "./sentence.ts";
import { entityOf, type Entity, type Subject } from "./subject.ts";

/** One sentence or bullet of a document, with who it speaks of. */
export interface Statement {
  readonly text: string;
  readonly entity: Entity;
  readonly source: Source;
  readonly headings: readonly string[];
  readonly kind: Block["kind"];
  /** Line in the document, from 1. */
  readonly line: number;
}

/** Paragraphs that tell again what stands above them, or what the reader is about to see. */
const RECAP =
  /^(in (summary|conclusion)|to sum up|overall|these (points|details)|here (is|are))\b/i;

/** All statements of a document that say something, in its order. */
export function statementsOf(document: Document, subject: Subject): Statement[] {
  const fallback = documentEntity(document, subject);
  return document.blocks
    .filter((block) => block.kind !== "code" && !RECAP.test(block.text))
    .flatMap((block) => blockStatements(block, document.source, subject, fallback));
}

function blockStatements(
  block: Block,
  source: Source,
  subject: Subject,
  fallback: Entity,
): Statement[] {
  const { headings, kind, line } = block;
  const whole = entityOf(block.text, subject, fallback);
  return sentencesOf(block.text).map((text) => {
    // All of a block that names a sibling is the sibling's: later sentences say "it" of it.
    const entity = whole.kind === "other" ? whole : entityOf(text, subject, whole);
    return { text, entity, source, headings, kind, line };
  });
}

/** Who a document speaks of: a card of its model, a research text of what its URL or text names. */
function documentEntity(document: Document, subject: Subject): Entity {
  if (document.source.role === "card") return { kind: "model", name: subject.model };
  const parts = new URL(document.source.url).pathname.split("/").filter(Boolean);
  const family = { kind: "family", name: subject.family } as const;
  if (parts.some((part) => part.toLowerCase() === subject.family.toLowerCase())) return family;
  const mentionsOf = (word: string): number =>
    document.blocks.filter((block) => block.text.includes(word)).length;
  const last = parts.at(-1)?.replace(/\.html?$/, "") ?? "";
  if (/^[a-z]/i.test(last) && mentionsOf(last) > 0) return { kind: "other", name: last };
  const coined = coinedWords(document).toSorted((a, b) => mentionsOf(b) - mentionsOf(a));
  const [most] = coined;
  if (most === undefined || mentionsOf(subject.family) >= mentionsOf(most)) return family;
  return { kind: "other", name: most };
}

/** Names like `YaRN` or `LLaMA`: words with a capital after a small letter. */
function coinedWords(document: Document): string[] {
  const text = document.blocks.map((block) => block.text).join("\n");
  return [...new Set(text.match(/\b[A-Za-z]*[a-z][A-Z][A-Za-z]*\b/g))];
}
