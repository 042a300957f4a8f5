import {
  type FactSheet,
  parseTokenCount,
  type Statement,
  type Subject,
} from "@ggufkit/model-facts";
import { shapeOf } from "./shaped-note.ts";
import { isNamed, splitLabel, words } from "./words.ts";

/** A statement and how much a page would gain by it. */
export interface Ranked {
  readonly statement: Statement;
  readonly score: number;
}

/** Words that praise and say nothing. */
const HYPE =
  /\b(?:groundbreaking|revolutionary|unprecedented|remarkabl[ey]|extraordinar\w+|surprising(?:ly)?|cutting-edge|game-chang\w+|world-class|amazing|incredibl[ey]|punch above|set new standards?|crucible)\b/gi;

/** Sentences that point at something that the page does not show, or that guide through the card. */
const DANGLING =
  /^(?:it|they|this|these|those|that|he|she|however|specifically|also|additionally|for examples?|in this|here|there|such|an? (?:higher|lower|larger|smaller))\b|\b(?:(?:shown|described|listed|see|mentioned) (?:above|below)|the following|as follows|check out|for more details|please|refer to|cite|demonstration)\b/i;

/** What tells of a repository's life, not of the model. */
const REPOSITORY =
  /\b(?:commits|contributors|stars|forks|repo|repository|cadence|community|guide|bindings)\b/i;

const FIRST_PERSON = /\b(?:we|our|us|you|your)\b/i;
/** Headings of what is about using, citing or keeping the card, not about the model. */
const SIDE_MATTER =
  /\b(?:quick ?start|installation|usage|how to|examples?|citation|license|news|updates?|changelog|acknowledg\w+|contact)\b/i;

/** What stands under such a heading is what the model must not do: torn out of its list it reads as a claim. */
const MISUSE = /\b(?:misuse|malicious|out[- ]of[- ]scope|prohibited|unintended)\b/i;

/** A verb in a finite form, or what looks like one behind a subject; items of lists often have none. */
const FINITE_VERB =
  /\b(?:is|are|was|were|has|have|had|does|do|did|can|could|may|might|will|would|should|must)\b|\b(?:models?|it|they|we|team|users?|which|that|\p{Lu}[\w.-]+)\s+(?:\w+ly\s+)?\w{2,}(?:s|ed|e)\b/u;

/** Shorter is a label, longer is no sentence to read in a bullet. */
const LEAST_WORDS = 6;
const MOST_WORDS = 45;
/** Words of any length count as one: this bounds what the patterns below have to search. */
const MOST_CHARACTERS = 600;

/** Statements that a page may use, the best first. `used` are the words that templates stand for. */
export function rankStatements(
  statements: readonly Statement[],
  sheet: FactSheet,
  subject: Subject,
  used: ReadonlySet<string>,
): Ranked[] {
  return statements
    .filter((statement) => isUsable(statement, subject) && !used.has(statement.text))
    .filter((statement) => !claimsOtherContext(statement, sheet))
    .map((statement, at) => ({ statement, score: scoreOf(statement, at / statements.length) }))
    .toSorted((a, b) => b.score - a.score);
}

function isUsable({ text, entity, headings }: Statement, subject: Subject): boolean {
  if (text.length > MOST_CHARACTERS) return false;
  if (headings.some((heading) => MISUSE.test(heading) || SIDE_MATTER.test(heading))) return false;
  const count = text.split(/\s+/).length;
  const isSibling = entity.kind === "other" && entity.name.startsWith(subject.family);
  const isSentence = /[.!]["”')]?$/.test(text) && !/[?]|:$|https?:/.test(text);
  const isSized = count >= LEAST_WORDS && count <= MOST_WORDS;
  return isSentence && isSized && !isSibling && !DANGLING.test(splitLabel(text).body);
}

/** `256K`, `1M tokens`, `262,144 tokens`, `262144-token`: what may be a context length. */
const TOKEN_COUNT =
  /\b(\d[\d,.]*K)\b|\b(\d[\d,.]*M)\b(?=[ -](?:tokens?|context))|\b(\d{1,3}(?:,\d{3})+|\d{4,})(?=[ -]tokens?\b)/gi;

/** A context length other than the facts' is another model's, or a mistake. */
function claimsOtherContext({ text }: Statement, sheet: FactSheet): boolean {
  if (!/\b(?:context|token|length)/i.test(text)) return false;
  const known = (["context.native", "context.extended", "context.header"] as const).map(
    (attribute) => sheet.get(attribute)?.value,
  );
  const claimed = text.match(TOKEN_COUNT) ?? [];
  return claimed.some((claim) => !known.includes(parseTokenCount(claim)));
}

function scoreOf(statement: Statement, position: number): number {
  const { text, entity, source, kind } = statement;
  const about = { model: 3, family: source.role === "card" ? 2.6 : 2, other: 0.5 }[entity.kind];
  const named = new Set(words(text).filter(isNamed)).size;
  const numbers = text.match(/(?<![\w.-])~?\d[\d.,]*(?:[%KMBT]|\b)(?![\w-])/g)?.length ?? 0;
  const shaped = shapeOf(text) !== undefined;
  return (
    about +
    (shaped ? 1.5 : 0) -
    (shaped || FINITE_VERB.test(text) ? 0 : 2) +
    (kind === "bullet" || kind === "quote" ? 0.3 : 0) +
    Math.min(3, named) * 0.15 +
    Math.min(2, numbers) * 0.3 -
    (text.match(HYPE)?.length ?? 0) * 0.6 -
    (REPOSITORY.test(text) ? 1.5 : 0) -
    (FIRST_PERSON.test(text) && !shaped ? 0.8 : 0) -
    position * 0.3
  );
}

/** Share of the smaller set of words that the other has too, 0 to 1. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [smaller, larger] = a.size < b.size ? [a, b] : [b, a];
  const shared = [...smaller].filter((word) => larger.has(word)).length;
  return shared / Math.max(1, smaller.size);
}
