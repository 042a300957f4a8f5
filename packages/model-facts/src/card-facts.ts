import type { Block } from "./blocks.ts";
import { commandFacts } from "./command-facts.ts";
import type { Document } from "./document.ts";
import { asFacts, type Fact, type Found } from "./fact.ts";
import { propertyFacts } from "./property-facts.ts";
import { frontMatterFacts } from "./front-matter-facts.ts";
import { kindFacts } from "./kind-facts.ts";
import { listedProperty } from "./listed-property.ts";
import { proseFacts } from "./prose-facts.ts";
import { addressesReader } from "./reader-address.ts";
import { recommendations } from "./recommendations.ts";
import { sentencesOf } from "./sentence.ts";
import { entityOf, headingsEntity } from "./entity.ts";
import type { Subject } from "./subject.ts";
import { type Finding, tableFacts } from "./table-facts.ts";

/**
 * The facts that a card states of its model: front matter, `Key: value` lines, tables,
 * recommendations, commands, and last, since they are the first to be out of date, sentences. What
 * names another model, or stands under a heading that does, is left out, and so is what is ambiguous:
 * a wrong fact is worse than none.
 */
export function cardFacts(card: Document, subject: Subject): Fact[] {
  const own = card.blocks.filter((block) => isOwn(block, subject));
  const findings = [
    ...frontMatterFacts(card.frontMatter),
    ...own.flatMap((block) => blockFindings(block, subject)),
    ...card.tables.flatMap((table) => tableFacts(table, subject)),
    ...own.flatMap((block) => sentenceFindings(block, subject)),
  ];
  return findings.flatMap(({ found, where }) =>
    asFacts(found, { entity: subject.model, source: card.source, where }),
  );
}

/** Code is judged by the files that it names, see `commandFacts`. */
function isOwn({ kind, text, headings }: Block, subject: Subject): boolean {
  if (kind !== "code" && addressesReader(text)) return false;
  const section = headingsEntity(headings, subject);
  const fallback = section ?? { kind: "model", name: subject.model };
  return kind === "code"
    ? section === undefined
    : entityOf(text, subject, fallback).kind !== "other";
}

function blockFindings({ kind, text, line, headings }: Block, subject: Subject): Finding[] {
  const where = { line, text };
  if (kind === "code") return [{ found: commandFacts(text, subject), where }];
  const property = { found: propertyFacts(text, headings), where };
  if (kind === "row") return [property, { found: listedProperty(text, headings), where }];
  const listed = { found: listedProperty(text, headings), where };
  return [property, listed, ...sentencesSay(text, line, recommendations)];
}

function sentenceFindings({ kind, text, line }: Block, subject: Subject): Finding[] {
  if (kind === "code" || kind === "row") return [];
  return sentencesSay(text, line, (sentence) => ({
    ...proseFacts(sentence, subject),
    ...kindFacts(sentence, subject),
  }));
}

/** What goes on for longer is no prose. */
const MAX_SENTENCE_CHARACTERS = 2_000;

/** What each sentence of a text says. */
function sentencesSay(text: string, line: number, read: (sentence: string) => Found): Finding[] {
  const sentences = sentencesOf(text).filter(({ length }) => length <= MAX_SENTENCE_CHARACTERS);
  return sentences.map((sentence) => ({
    found: read(sentence),
    where: { line, text: sentence },
  }));
}
