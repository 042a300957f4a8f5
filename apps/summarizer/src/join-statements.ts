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
  for (const [at, statement] of statements.entries()) {
    const pair = open === undefined ? undefined : pairOf(open, statement);
    const named = withName(statement, statements[at - 1]);
    joined.push(statement, ...[pair, named].filter((more) => more !== undefined));
    open = pair ?? statement;
  }
  return joined;
}

/** How sentences begin whose subject is the model, besides its name. */
const OF_MODEL = /^(?:this (?:is|model)|the model|it |(?:[\w ]+: )?we \w+ this model)\b/i;

/** `It maps …` as `The model maps …`, where no sentence before it says what `it` may be instead. */
function withName(statement: Statement, before: Statement | undefined): Statement | undefined {
  const { text, entity, kind, source } = statement;
  const isIt = source.role === "card" && entity.kind === "model" && /^It [a-z]/.test(text);
  if (!isIt || (kind !== "paragraph" && kind !== "quote")) return undefined;
  const isFirst = before?.source !== source || before.line !== statement.line;
  const [maker = ""] = /^[a-z]+/i.exec(entity.name) ?? [];
  const isNamed = (said: string): boolean => said.toLowerCase().startsWith(maker.toLowerCase());
  const isOfModel =
    isFirst ||
    (before.entity.kind === "model" && (OF_MODEL.test(before.text) || isNamed(before.text)));
  return isOfModel ? { ...statement, text: text.replace(/^It/, "The model") } : undefined;
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
