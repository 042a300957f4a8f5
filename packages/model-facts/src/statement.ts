import type { Block } from "./blocks.ts";
import { type Document, pathParts, type Source } from "./document.ts";
import { sentencesOf } from "./sentence.ts";
import { entityOf, headingsEntity, type Entity } from "./entity.ts";
import { stemOf, type Subject } from "./subject.ts";

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

/** Sentences after which a paragraph tells again what stands above, or what is about to come. */
const RECAP =
  /^(?:in (?:summary|conclusion|short)|to (?:sum up|conclude)|all in all|overall|summary of|these (?:points|details|insights)|(?:here|below) (?:is|are))\b/i;

/** All statements of a document that say something, in its order. Code and tables say none. */
export function statementsOf(document: Document, subject: Subject): Statement[] {
  const fallback = documentEntity(document, subject);
  let lead: Entity | undefined;
  return document.blocks
    .filter(({ kind }) => kind !== "code" && kind !== "row")
    .flatMap((block) => {
      const section = headingsEntity(block.headings, subject) ?? fallback;
      // Bullets are about whom the sentence before them announces them of.
      const above = (block.kind === "bullet" ? lead : undefined) ?? section;
      const statements = blockStatements(block, document.source, subject, above);
      if (block.kind !== "bullet")
        lead = block.text.endsWith(":") ? statements.at(-1)?.entity : undefined;
      return statements;
    });
}

function isLedByName(text: string, subject: Subject): boolean {
  return text
    .toLowerCase()
    .replace(/^(?:the|our) /, "")
    .startsWith(stemOf(subject));
}

/** `Aria 1 read 8K; Aria 2 reads 64K.` says one thing of each. */
function partsByName(sentence: string, subject: Subject): string[] {
  const stem = stemOf(subject);
  if (!sentence.toLowerCase().startsWith(stem)) return [sentence];
  const parts = sentence.split(/; (?=\w)/);
  const isByName = parts.every((part) => part.toLowerCase().startsWith(stem));
  return isByName
    ? parts.map((part, at) => (at < parts.length - 1 ? `${part}.` : part))
    : [sentence];
}

function blockStatements(
  { headings, kind, line, text: whole }: Block,
  source: Source,
  subject: Subject,
  above: Entity,
): Statement[] {
  // What a block says of the model or its series in one place, it says of it in all.
  const entity = entityOf(whole, subject, above);
  let last = entity.kind === "other" ? above : entity;
  const sentences = sentencesOf(whole).flatMap((sentence) => partsByName(sentence, subject));
  const recap = sentences.findIndex((sentence) => RECAP.test(sentence));
  return sentences.slice(0, recap === -1 ? undefined : recap).map((text) => {
    // From where a block names a sibling it is the sibling's: later sentences say "it" of it, until
    // one begins with the model's own name.
    const isLed = isLedByName(text, subject);
    const isOpen = isLed || last.kind !== "other" || last === above;
    const said = isOpen ? entityOf(text, subject, isLed ? above : last) : last;
    if (said.kind === "other" || isLed) last = said;
    return { text, entity: said, source, headings, kind, line };
  });
}

/** Who a document speaks of: a card of its model, a research text of what its URL or text names. */
function documentEntity(document: Document, subject: Subject): Entity {
  const { source, blocks } = document;
  if (source.role === "card") return { kind: "model", name: subject.model };
  const family = subject.family.toLowerCase();
  const parts = pathParts(source.url);
  const ofFamily: Entity = { kind: "family", name: subject.family };
  if (parts.some((part) => part.toLowerCase() === family)) return ofFamily;
  const texts = blocks.map(({ text }) => text.toLowerCase());
  const mentionsOf = (word: string): number => texts.filter((text) => text.includes(word)).length;
  const ofFamilyCount = mentionsOf(family);
  const last = parts.at(-1)?.replace(/\.html?$/, "") ?? "";
  if (/^[a-z]/i.test(last) && mentionsOf(last.toLowerCase()) > ofFamilyCount)
    return { kind: "other", name: last };
  const [topic, count] = mostNamed(blocks);
  if (ofFamilyCount > 0 && ofFamilyCount >= count) return ofFamily;
  return { kind: "other", name: topic ?? document.title ?? source.title };
}

/** The coined word, like `YaRN` or `LLaMA`, that is in most blocks, and in how many. */
function mostNamed(blocks: readonly Block[]): [string | undefined, number] {
  const counts = new Map<string, number>();
  for (const { text } of blocks) {
    const coined = (text.match(/[A-Za-z]+/g) ?? []).filter((word) => /[a-z][A-Z]/.test(word));
    for (const word of new Set(coined)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  let most: [string | undefined, number] = [undefined, 0];
  for (const [word, count] of counts) if (count > most[1]) most = [word, count];
  return most;
}
