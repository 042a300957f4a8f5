import type { Block } from "./blocks.ts";
import { commandFacts } from "./command-facts.ts";
import type { Document } from "./document.ts";
import { asFacts, type Fact, type Found } from "./fact.ts";
import { propertyFacts } from "./property-facts.ts";
import { frontMatterFacts } from "./front-matter-facts.ts";
import { kindFacts } from "./kind-facts.ts";
import { listFacts } from "./list-facts.ts";
import { listedProperty } from "./listed-property.ts";
import { proseFacts } from "./prose-facts.ts";
import { addressesReader } from "./reader-address.ts";
import { recommendations } from "./recommendations.ts";
import { clauseOfSize } from "./size-clause.ts";
import { type Statement, statementsOf } from "./statement.ts";
import { entityOf, headingsEntity } from "./entity.ts";
import { parseParameterCount } from "./quantity.ts";
import { sizeOf, type Subject } from "./subject.ts";
import { type Finding, tableFacts } from "./table-facts.ts";
import { trainingSetting } from "./training-settings.ts";

/**
 * The facts that a card states of its model: front matter, `Key: value` lines, tables,
 * recommendations, commands, and last, since they are the first to be out of date, sentences. What
 * names another model, or stands under a heading that does, is left out, and so is what is ambiguous:
 * a wrong fact is worse than none.
 */
export function cardFacts(card: Document, subject: Subject): Fact[] {
  const own = card.blocks.filter((block) => isOwn(block, subject));
  const said = ownSentences(card, subject);
  const findings = [
    ...frontMatterFacts(card.frontMatter),
    ...own.flatMap((block) => blockFindings(block, subject)),
    ...listFacts(card.blocks),
    ...said.map(({ text, line }) => ({ found: recommendations(text), where: { line, text } })),
    ...byTurns(card.tables.map((table) => tableFacts(table, subject))),
    ...said.map(({ text, line }) => ({
      found: sentenceSays(text, subject),
      where: { line, text },
    })),
  ];
  return findings.flatMap(({ found, where }) =>
    asFacts(found, { entity: subject.model, source: card.source, where }),
  );
}

/** Rows of a table before the next has its turn. */
const TURN = 3;

/** A few of each table first: the tables of a card test different things. */
function byTurns(tables: readonly (readonly Finding[])[]): Finding[] {
  const longest = Math.max(0, ...tables.map(({ length }) => length));
  const turns = Array.from({ length: Math.ceil(longest / TURN) }, (_, turn) => turn * TURN);
  return turns.flatMap((from) => tables.flatMap((table) => table.slice(from, from + TURN)));
}

/** What a model's name alone says, where neither card nor header count its weights: `Aria2-7B`. */
export function nameFacts(card: Document, subject: Subject): Fact[] {
  const size = sizeOf(subject) ?? "";
  const count = /^\d[\d.]*[BM]$/i.test(size) ? parseParameterCount(size) : undefined;
  const where = { key: "source", text: `name: ${subject.name}` };
  return asFacts(
    { "parameters.total": count },
    { entity: subject.model, source: card.source, where },
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
  return [
    { found: propertyFacts(text, headings), where },
    { found: listedProperty(text, headings), where },
    { found: trainingSetting(text, headings), where },
  ];
}

/** What goes on for longer is no prose. */
const MAX_SENTENCE_CHARACTERS = 2_000;

/** The sentences that speak of the model or its series, and give no orders to their reader. */
function ownSentences(card: Document, subject: Subject): Statement[] {
  const spoiled = new Set(
    card.blocks.filter(({ text }) => addressesReader(text)).map(({ line }) => line),
  );
  return statementsOf(card, subject).filter(
    ({ entity, line, text }) =>
      entity.kind !== "other" && !spoiled.has(line) && text.length <= MAX_SENTENCE_CHARACTERS,
  );
}

function sentenceSays(sentence: string, subject: Subject): Found {
  const own = clauseOfSize(sentence, subject);
  return { ...proseFacts(own, subject), ...kindFacts(own, subject) };
}
