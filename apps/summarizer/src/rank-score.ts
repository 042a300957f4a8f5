import type { Statement } from "@ggufkit/model-facts";
import {
  ANECDOTE,
  BOILERPLATE,
  CHATTY,
  FINITE_VERB,
  FIRST_PERSON,
  HOW_TO,
  HYPE,
  LIMITS,
  MAKING,
  METHOD,
  REPOSITORY,
  SAFETY,
} from "./rank-patterns.ts";
import { shapeOf } from "./rewriting/shaped-note.ts";
import { isNamed, words } from "./words.ts";

/** Words after which a sentence takes more room than it is worth. */
const LONG_FROM = 25;

/** Two sentences say more than the first of them alone. */
const JOINED = /[.!] \p{Lu}/u;

/** What sentences gain or lose for what they are about. */
function topicScore({ text, headings, source }: Statement): number {
  const isUnder = (topic: RegExp): boolean => headings.some((heading) => topic.test(heading));
  const isMaking = MAKING.test(text);
  return (
    (METHOD.test(text) ? 0.8 : 0) +
    (isMaking ? 0.5 : 0) +
    (isUnder(LIMITS) ? 1 : 0) -
    (isUnder(HOW_TO) ? 1.5 : 0) -
    (isUnder(SAFETY) && !isMaking && !isUnder(LIMITS) && source.role === "card" ? 1 : 0) -
    (REPOSITORY.test(text) ? 1.5 : 0) -
    (BOILERPLATE.test(text) ? 2 : 0)
  );
}

/** What a page gains by a statement that stands at this share of its sources, 0 to 1. */
export function scoreOf(statement: Statement, position: number): number {
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
    (JOINED.test(text) ? 0.1 : 0) +
    topicScore(statement) +
    Math.min(3, named) * 0.15 +
    Math.min(3, numbers) * 0.4 -
    (text.match(HYPE)?.length ?? 0) * 0.6 -
    (text.endsWith("!") ? 1 : 0) -
    Math.max(0, text.split(/\s+/).length - LONG_FROM) * 0.03 -
    (FIRST_PERSON.test(text) && !shaped ? 0.8 : 0) -
    (ANECDOTE.test(text) ? 0.8 : 0) -
    (CHATTY.test(text) ? 1.5 : 0) -
    position * 0.3
  );
}
