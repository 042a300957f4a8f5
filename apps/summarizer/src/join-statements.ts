import type { Statement } from "@ggufkit/model-facts";
import { TOOL } from "./rank-patterns.ts";
import { shapeOf } from "./rewriting/shaped-note.ts";

/** Sentences that say nothing without the one before them. */
const LEANING =
  /^(?:it|its|they|their|this|these|those|such|both|then|there|here|however|also|additionally|instead|otherwise|the (?:first|second|third|latter|former|others?)|an? (?:higher|lower|larger|smaller)|es|sie|er|diese[rsmn]?|dies|dabei|danach|damit|dazu|zuletzt)\b/i;

/** Shorter ones are no bullet by themselves. */
const LEAST_WORDS = 6;
const MOST_WORDS = 45;

/**
 * Adds to the statements those that stand on two feet together: a sentence with the next ones that
 * lean on it, or that are too short alone. What a model can word by itself is left alone.
 */
export function joinStatements(statements: readonly Statement[]): Statement[] {
  const joined: Statement[] = [];
  let open: Statement | undefined;
  for (const statement of statements) {
    const pair = open === undefined ? undefined : pairOf(open, statement);
    joined.push(statement);
    if (pair !== undefined) joined.push(pair);
    open = pair ?? statement;
  }
  return joined;
}

function pairOf(first: Statement, second: Statement): Statement | undefined {
  const isSameBlock = first.source === second.source && first.line === second.line;
  const isOfOne = first.entity.kind === second.entity.kind && first.entity.kind !== "other";
  const isShort = wordsOf(first.text) < LEAST_WORDS || wordsOf(second.text) < LEAST_WORDS;
  if (TOOL.test(second.text)) return undefined;
  if (!isSameBlock || !isOfOne || !(isShort || LEANING.test(second.text))) return undefined;
  const text = `${first.text} ${second.text}`;
  const isPlain = /[.!]$/.test(first.text) && shapeOf(first.text) === undefined;
  return isPlain && wordsOf(text) <= MOST_WORDS ? { ...first, text } : undefined;
}

function wordsOf(text: string): number {
  return text.split(/\s+/).length;
}
