import { contentWords, isNeutral, NEGATION, sharesStem } from "../words.ts";

/** Clauses may change places: that many neighbours of content words may be new. */
const MOST_NEW_NEIGHBOURS = 3;
/** How far a neighbour may stand, in content words: one may have been left out or put between. */
const NEAR = 2;

/** Clauses may move as wholes; content words that get many new neighbours have been mixed up. */
export function checkNeighbours(note: string, sentence: string): string | undefined {
  const source = contentWords(note);
  const said = tellingWords(sentence);
  const isNeighbour = (a: string, b: string): boolean =>
    source.some((word, at) => sharesStem(word, a) && has(source.slice(at + 1, at + 1 + NEAR), b));
  const fresh = said.filter((word, at) => {
    const next = said[at + 1];
    return next !== undefined && !isNeighbour(word, next);
  });
  if (fresh.length <= MOST_NEW_NEIGHBOURS) return undefined;
  return `${fresh.length} content words beside new neighbours`;
}

/** A number keeps what stands beside it in its clause: who has it, and what it counts. */
export function checkNumberNeighbours(note: string, sentence: string): string | undefined {
  const source = tellingWords(note);
  const keeps = (number: string, before: string | undefined, after: string | undefined): boolean =>
    source.some(
      (word, at) =>
        word === number &&
        has(source.slice(Math.max(0, at - NEAR), at), before) &&
        has(source.slice(at + 1, at + 1 + NEAR), after),
    );
  for (const clause of sentence.split(CLAUSE_JOINT)) {
    const said = tellingWords(clause);
    const moved = said.find(
      (word, at) => /^\d/.test(word) && !keeps(word, said[at - 1], said[at + 1]),
    );
    if (moved !== undefined) return `${moved} stands with something else`;
  }
  return undefined;
}

/** What ends a clause; a comma within a number does not. */
const CLAUSE_JOINT = /[,;:](?=\s)|[()—]|\b(?:and|or|but|while|which|because)\b/i;

/** A negation stays with what it negates: "A, not B" never becomes "B, not A". */
export function checkNegatedWords(note: string, sentence: string): string | undefined {
  const source = negatedClauses(note);
  const isNegated = (clause: readonly string[]): boolean =>
    source.some((own) => clause.slice(0, NEAR).every((word) => has(own, word)));
  const moved = negatedClauses(sentence).find((clause) => !isNegated(clause));
  return moved === undefined ? undefined : `“${moved.slice(0, NEAR).join(" ")}” is negated`;
}

/** The content words after each negation, to the end of the clause. */
function negatedClauses(text: string): string[][] {
  return [...text.matchAll(NEGATION)].map((match) => {
    const [clause = ""] = text.slice(match.index + match[0].length).split(CLAUSE_JOINT);
    return tellingWords(clause);
  });
}

/** What stands in parentheses stands so in the note, in its order and after the same words. */
export function checkAsides(note: string, sentence: string): string | undefined {
  let left = asidesOf(note);
  for (const { aside, head } of asidesOf(sentence)) {
    const at = left.findIndex((own) => own.aside === aside && isSame(own.head, head));
    if (at < 0) return `(${aside}) belongs to something else`;
    left = left.slice(at + 1);
  }
  return undefined;
}

/** Joints that the words before an aside don't reach across: `between A (…) and B (…)`. */
const PHRASE_JOINT = /\b(?:and|or|both|between|from|to|of|than|with|within|in|on|for|by|as)\b/i;

function asidesOf(text: string): { readonly aside: string; readonly head: readonly string[] }[] {
  return [...text.matchAll(/([^(),;:]*)\(([^()]*)\)/g)].map(([, before = "", aside = ""]) => {
    const phrase = before.split(PHRASE_JOINT).at(-1) ?? "";
    return { aside, head: tellingWords(phrase).slice(-NEAR) };
  });
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, at) => sharesStem(word, b[at] ?? ""));
}

/** Whether `list` has a form of `word`; no word is everywhere. */
function has(list: readonly string[], word: string | undefined): boolean {
  return word === undefined || list.some((own) => sharesStem(own, word));
}

/** Content words that claim something. */
function tellingWords(text: string): string[] {
  return contentWords(text).filter((word) => !isNeutral(word));
}
