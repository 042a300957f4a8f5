import {
  type Fact,
  type FactSheet,
  parseParameterCount,
  parseTokenCount,
  type Statement,
} from "@ggufkit/model-facts";
import { contentWords } from "./words.ts";

/** What lines of facts say for a sentence: it may be worth its place for what else it says. */
const TOLD =
  /^(?:~?\d.*|models?|parameters?|params?|layers?|tokens?|context|windows?|lengths?|sizes?|vocabulary|temperature|top|topp|topk|minp|min|presencepenalty|penalty|experts?|heads?|trained|training|total|active|activated|recommend\w*|suggest\w*|advise|us(?:e|es|ing|ed)|setting|set|output|licen[sc]ed?|released|named?|natively|supports?|up)$/;
/** Fewer words beside those are not worth a line. */
const LEAST_LEFT_OVER = 7;
const SPENT = 1;
const REPEATED = 2;

/** What the lines of facts stand for, wherever in the sources it is said, with the words of lists there. */
function toldTexts({ facts }: FactSheet, used: ReadonlySet<string>): Map<string, Set<string>> {
  const told = facts.filter(({ where }) => used.has(where.text));
  const attributes = new Set(told.map(({ attribute }) => attribute));
  const texts = new Map([...used].map((text) => [text, new Set<string>()]));
  for (const { attribute, value, where } of facts) {
    if (!attributes.has(attribute)) continue;
    const listed = Array.isArray(value) ? contentWords(value.join(" ")) : [];
    texts.set(where.text, new Set([...(texts.get(where.text) ?? []), ...listed]));
  }
  return texts;
}

/** Whether lines of facts say nearly all that a text says. */
export function isTold(text: string, { texts, lists }: Told): boolean {
  if (isList(text, lists)) return true;
  const listed = texts.get(text);
  // That there is no sampling stands in no line of settings.
  if (/\bgreedy\b/i.test(text)) return false;
  const isNew = (word: string): boolean => !TOLD.test(word) && listed?.has(word) !== true;
  return listed !== undefined && contentWords(text).filter(isNew).length < LEAST_LEFT_OVER;
}

const LEAST_LISTED = 5;

/** Whether a text counts up again what a line of facts does, and says little else. */
function isList(text: string, lists: readonly ReadonlySet<string>[]): boolean {
  const content = contentWords(text);
  return lists.some((list) => {
    const listed = content.filter((word) => list.has(word)).length;
    const beside = content.filter((word) => !list.has(word) && !TOLD.test(word)).length;
    return listed >= LEAST_LISTED && beside < listed;
  });
}

/** Content words of a text that no line of facts would have. */
function leftOver(text: string): number {
  return contentWords(text).filter((word) => !TOLD.test(word)).length;
}

/** What the lines of facts say already: texts that they stand for, and values. */
export interface Told {
  readonly texts: ReadonlyMap<string, ReadonlySet<string>>;
  readonly values: ReadonlySet<unknown>;
  /** The words of each list that they have, such as that of languages. */
  readonly lists: readonly ReadonlySet<string>[];
  /** Sentences that are told as a whole, since their fact is that they are true. */
  readonly whole: ReadonlySet<string>;
  /** Sentences with a number that a more trusted place contradicts. */
  readonly contradicted: ReadonlySet<string>;
}

const LISTS = ["languages", "quantizations", "training.datasets", "mergedModels"] as const;

export function toldBy(sheet: FactSheet, used: ReadonlySet<string>): Told {
  const texts = toldTexts(sheet, used);
  const isWhole = ({ value, where }: Fact): boolean => value === true && texts.has(where.text);
  return {
    texts,
    whole: new Set(sheet.facts.filter(isWhole).map(({ where }) => where.text)),
    lists: LISTS.flatMap((attribute) => {
      const fact = sheet.get(attribute);
      return fact === undefined ? [] : [new Set(contentWords(fact.value.join(" ")))];
    }),
    values: new Set(sheet.facts.map(({ value }) => value)),
    contradicted: new Set(sheet.contradictions.map(({ other }) => other.where.text)),
  };
}

/** What a statement loses since the lines of facts say a part of it. */
export function repetitionOf({ text }: Statement, told: Told): number {
  const [first = text] = sentencesIn(text);
  if (isRepeat(text, told)) return REPEATED;
  return told.texts.has(text) || told.texts.has(first) ? SPENT : 0;
}

/** The sentences of which a statement was joined. */
function sentencesIn(text: string): string[] {
  return text.split(/(?<=[.!]) (?=\p{Lu})/u);
}

const COUNT = /(?<![\w.])\d[\d.,]*(?: ?(?:[KMBT]\b|[mb]illion\b|trillion\b))?/gi;
const LEAST_NEW = 4;

/** A sentence that gives nothing but counts that the facts have. */
function isRepeat(text: string, { values }: Told): boolean {
  if (leftOver(text) >= LEAST_NEW) return false;
  const counts = text.match(COUNT) ?? [];
  const isKnown = (count: string): boolean =>
    [parseParameterCount(count), parseTokenCount(count)].some(
      (value) => value !== undefined && values.has(value),
    );
  return counts.length > 0 && counts.every((count) => isKnown(count.replace(/[.,]$/, "")));
}

export function isContradicted({ text }: Statement, { contradicted }: Told): boolean {
  return [text, ...sentencesIn(text)].some((sentence) => contradicted.has(sentence));
}
