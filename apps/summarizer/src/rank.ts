import {
  addressesReader,
  type FactSheet,
  isOfSeries,
  parseTokenCount,
  type Statement,
  type Subject,
} from "@ggufkit/model-facts";
import {
  ADVERT,
  BOILERPLATE_LABEL,
  DANGLING,
  ELSEWHERE,
  FINITE_VERB,
  FORMER,
  MISUSE,
  PROMOTION,
  SIDE_MATTER,
  TOOL,
} from "./rank-patterns.ts";
import { isContradicted, isTold, repetitionOf, toldBy } from "./rank-repetition.ts";
import { scoreOf } from "./rank-score.ts";
import { splitLabel } from "./words.ts";

/** A statement and how much a page would gain by it. */
export interface Ranked {
  readonly statement: Statement;
  readonly score: number;
}

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
  const spoiled = spoiledBlocks(statements);
  const told = toldBy(sheet, used);
  const tools = introducedTools(statements, subject);
  const ranked = statements
    .filter((statement) => isUsable(statement, subject) && !spoiled.has(blockOf(statement)))
    .filter(({ text }) => !tools.some((tool) => text.startsWith(`${tool} `)))
    .filter(({ text }) => !isTold(text, told))
    .filter((statement) => !claimsOtherContext(statement, sheet))
    .filter((statement) => !told.whole.has(statement.text) && !isContradicted(statement, told))
    .map((statement, at) => {
      const score = scoreOf(statement, at / statements.length);
      return { statement, score: score - repetitionOf(statement, told) };
    })
    .toSorted((a, b) => b.score - a.score);
  return withoutFillers(ranked);
}

/** What is worth less is only for pages that would be too short without it. */
const LEAST_WORTH = 1.5;
/** More words than a page of the usual length has for prose, as some lines say the same. */
const ENOUGH_WORDS = 450;

function withoutFillers(ranked: readonly Ranked[]): Ranked[] {
  const worthy = ranked.filter(({ score }) => score >= LEAST_WORTH);
  const length = worthy.reduce((sum, { statement }) => sum + statement.text.split(/\s+/).length, 0);
  return length >= ENOUGH_WORDS ? worthy : [...ranked];
}

/** Blocks that sell something or give orders to their reader: nothing in them is on the model. */
function spoiledBlocks(statements: readonly Statement[]): Set<string> {
  const spoiled = statements.filter(
    ({ text }) =>
      addressesReader(text) || ADVERT.test(text) || MISUSE.test(splitLabel(text).label ?? ""),
  );
  return new Set(spoiled.map(blockOf));
}

/** `our framework Weiqi`, `search index, named Bobbin`: what a card tells of besides its model. */
const INTRODUCED =
  /\b(?:frameworks?|(?:post-training )?suite|clusters?|toolkit|library|index|harness|engine|platform|service|guard model(?: such as)?|trainer|layer|app),? (?:named |called |such as )?([A-Z][\w-]{2,30}(?: [A-Z][\w-]{2,30})?)\b/g;

/** Each statement is held against each. */
const MOST_TOOLS = 50;

function introducedTools(statements: readonly Statement[], { family }: Subject): string[] {
  const names = statements.flatMap(({ text }) =>
    [...text.matchAll(INTRODUCED)].flatMap(([, name = ""]) => [name, ...name.split(" ")]),
  );
  const isOwn = (name: string): boolean => family.toLowerCase().startsWith(name.toLowerCase());
  return [...new Set(names)].filter((name) => !isOwn(name)).slice(0, MOST_TOOLS);
}

function blockOf({ source, line }: Statement): string {
  return `${line} ${source.url}`;
}

function isUsable({ text, entity, headings, kind, source }: Statement, subject: Subject): boolean {
  if (text.length > MOST_CHARACTERS) return false;
  if (headings.some((heading) => MISUSE.test(heading) || SIDE_MATTER.test(heading))) return false;
  if (headings.some((heading) => ELSEWHERE.test(heading))) return false;
  if (isOfSeries(text, subject)) return false;
  const count = text.split(/\s+/).length;
  // What a card tells of others is not what it is about.
  const isSibling =
    entity.kind === "other" &&
    (isRelative(entity.name, subject) ||
      (source.role === "card" && subject.bases?.includes(entity.name) !== true));
  const { label, body } = splitLabel(text);
  if (label !== undefined && MISUSE.test(label)) return false;
  // Many cards end their bullets without a full stop.
  const isBullet = kind === "bullet" && (label !== undefined || FINITE_VERB.test(text));
  const isEnded = /[.!]["”')]?$/.test(text) || isBullet;
  const isSentence = isEnded && !/[?]|[:,;]$|https?:/.test(text);
  const isSized = count >= LEAST_WORDS && count <= MOST_WORDS;
  if (label !== undefined && BOILERPLATE_LABEL.test(label)) return false;
  const isElse = PROMOTION.test(text) || TOOL.test(body) || FORMER.test(text);
  return isSentence && isSized && !isSibling && !isElse && !DANGLING.test(body);
}

/** Whether a model is of the same makers: its name begins with the same word. */
function isRelative(name: string, { family }: Subject): boolean {
  const stem = /^[a-z]+/i.exec(family)?.[0] ?? family;
  return name.toLowerCase().startsWith(stem.toLowerCase());
}

/** `256K`, `1M tokens`, `262,144 tokens`, `262144-token`: what may be a context length. */
const TOKEN_COUNT =
  /\b(\d[\d,.]*K)\b(?! vocab)|\b(\d[\d,.]*M)\b(?=[ -](?:tokens?|context))|\b(\d{1,3}(?:,\d{3})+|\d{4,})(?=[ -]tokens?\b)/gi;

/** A context length other than the facts' is another model's, or a mistake. */
function claimsOtherContext({ text }: Statement, sheet: FactSheet): boolean {
  if (!/\b(?:context|token|length)/i.test(text)) return false;
  const isOfContext = /\b(?:context|window)/i.test(text);
  const known = (["context.native", "context.extended", "context.header"] as const).map(
    (attribute) => sheet.get(attribute)?.value,
  );
  const claimed = text.match(TOKEN_COUNT) ?? [];
  const longest = Math.max(...known.map((count) => count ?? 0));
  // Fewer tokens than the context holds may be those of a prompt, an image, an answer.
  return claimed.some((claim) => {
    const count = parseTokenCount(claim) ?? 0;
    if (known.includes(count)) return false;
    return longest === 0 ? isOfContext : count > longest || isContextOf(text, claim);
  });
}

/** Whether a count stands right behind the word, as in `a context of 8K`, or before it. */
function isContextOf(text: string, claim: string): boolean {
  const at = text.indexOf(claim);
  const before = /\b(?:context|window)[a-z -]{0,24}$/i.test(text.slice(0, at));
  return (
    before || /^[ -](?:tokens? )?(?:of )?(?:context|window)/i.test(text.slice(at + claim.length))
  );
}

/** Share of the smaller set of words that the other has too, 0 to 1. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [smaller, larger] = a.size < b.size ? [a, b] : [b, a];
  const shared = [...smaller].filter((word) => larger.has(word)).length;
  return shared / Math.max(1, smaller.size);
}
