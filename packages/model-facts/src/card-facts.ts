import type { Block } from "./blocks.ts";
import { commandFacts } from "./command-facts.ts";
import type { Document } from "./document.ts";
import { asFacts, type Fact, type Found, type Where } from "./fact.ts";
import type { FrontMatter } from "./front-matter.ts";
import { propertyFacts } from "./property-facts.ts";
import { recommendations } from "./recommendations.ts";
import { sentencesOf } from "./sentence.ts";
import { entityOf, headingsEntity, type Subject } from "./subject.ts";

interface Finding {
  readonly found: Found;
  readonly where: Where;
}

/**
 * The facts that a card states of its model: front matter, `Key: value` lines, recommendations,
 * commands. What names another model, or stands under a heading that does, is left out, and so is
 * what is ambiguous: a wrong fact is worse than none.
 */
export function cardFacts(card: Document, subject: Subject): Fact[] {
  const own = card.blocks.filter((block) => isOwn(block, subject));
  const findings = [
    ...frontMatterFindings(card.frontMatter),
    ...own.flatMap((block) => blockFindings(block, subject)),
  ];
  return findings.flatMap(({ found, where }) =>
    asFacts(found, { entity: subject.model, source: card.source, where }),
  );
}

/** Code is judged by the files that it names, see `commandFacts`. */
function isOwn({ kind, text, headings }: Block, subject: Subject): boolean {
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
  if (kind === "row") return [property];
  const advice = sentencesOf(text).map((sentence) => ({
    found: recommendations(sentence),
    where: { line, text: sentence },
  }));
  return [property, ...advice];
}

/** Longer ones are prose in the wrong place. */
const MAX_ENTRY_CHARACTERS = 100;

function frontMatterFindings(frontMatter: FrontMatter): Finding[] {
  const [task] = entriesOf(frontMatter, "pipeline_tag");
  const bases = new Set(entriesOf(frontMatter, "base_model"));
  const [base] = bases;
  return [
    license(frontMatter),
    // A merge has several: none of them is what the model is made of.
    finding("base_model", { baseModel: bases.size === 1 ? base : undefined }, base),
    finding("pipeline_tag", { task }, task),
  ];
}

/** A license that the Hub has no name for is `other`, with its name under another key. */
function license(frontMatter: FrontMatter): Finding {
  const named = entriesOf(frontMatter, "license");
  const isNamed = named.length > 0 && !named.includes("other") && !named.includes("unknown");
  const key = isNamed ? "license" : "license_name";
  const licenses = isNamed ? named : entriesOf(frontMatter, key);
  const value = licenses.length === 0 ? undefined : licenses.join(", ");
  return finding(key, { license: value }, value);
}

function finding(key: string, found: Found, text: string | undefined): Finding {
  return { found, where: { key, text: `${key}: ${text}` } };
}

/** The texts of an entry, which may be one or a list; what is no short text counts as missing. */
function entriesOf(frontMatter: FrontMatter, key: string): string[] {
  const entry: unknown = Object.hasOwn(frontMatter, key) ? frontMatter[key] : undefined;
  const entries: readonly unknown[] = Array.isArray(entry) ? entry : [entry];
  return entries
    .filter((text) => typeof text === "string")
    .map((text) => text.trim())
    .filter((text) => text !== "" && text.length <= MAX_ENTRY_CHARACTERS && !text.includes("\n"));
}
