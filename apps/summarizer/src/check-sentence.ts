import { contentWords, isNamed, sharesStem, withoutParentheses, words } from "./words.ts";

/** Why a model's sentence may not stand for its note; `copy` is true, yet nobody's wording but the source's. */
export type Rejection =
  | "form"
  | "shape"
  | "numbers"
  | "names"
  | "negation"
  | "qualifier"
  | "invention"
  | "omission"
  | "relation"
  | "repetition"
  | "grammar"
  | "copy";

export type SentenceCheck =
  | {
      readonly ok: true;
      /** Share of the note's content words that are kept. */ readonly kept: number;
    }
  | { readonly ok: false; readonly rejection: Rejection; readonly detail: string };

const LONGEST_WORDS = 60;
/** A sentence may leave out a fifth of what its note says outside parentheses, and no name of it. */
const LEAST_KEPT = 0.8;
/** Clauses may change places: that many neighbours of content words may be new. */
const MOST_NEW_NEIGHBOURS = 3;
/** A sentence that differs from its note by fewer words is a copy. */
const LEAST_CHANGE = 0.1;

/** Verbs and joints that a sentence needs when clauses change places; they claim nothing. */
const NEUTRAL = new Set(
  "use used uses using model models possible which recommended avoid avoided introduced has have they enables allows".split(
    " ",
  ),
);

const NEGATIONS = /\b(?:not|no|never|without|cannot|avoid(?:ed|s)?|\w+n't)\b/gi;

/** Words that widen, narrow or weaken a claim: the sentence has the note's, no more and no fewer. */
const QUALIFIERS =
  /\b(?:only|just|even|all|most|some|many|few|every|always|never|often|up to|at least|at most|(?:more|less|fewer|better|higher|lower|greater) than|more|less|almost|nearly|about|around|over|under|may|might|can|could|should|must|potentially|occasionally|significantly)\b|~/gi;

/**
 * Whether `sentence` says what `note` says, in words of its own. All by words: numbers, names,
 * negations and qualifiers are the note's; nothing is invented, little left out; content words keep
 * their neighbours, so that a number stays with what it counts; and the sentence has the `form`
 * that its shape asks for.
 */
export function checkSentence(note: string, sentence: string, form: RegExp): SentenceCheck {
  if (!form.test(sentence)) return { ok: false, rejection: "form", detail: `expected ${form}` };
  const problem = CHECKS.find(([, check]) => check(note, sentence) !== undefined);
  if (problem === undefined) return { ok: true, kept: keptShare(note, sentence) };
  const [rejection, check] = problem;
  return { ok: false, rejection, detail: check(note, sentence) ?? "" };
}

type Check = (note: string, sentence: string) => string | undefined;

const CHECKS: readonly (readonly [Rejection, Check])[] = [
  ["shape", checkShape],
  ["numbers", sameList((text) => text.match(/\d[\d.,]*\d|\d/g) ?? [])],
  ["negation", checkNegations],
  ["qualifier", sameList(qualifiers)],
  ["names", checkNames],
  ["invention", checkInvention],
  ["omission", checkOmission],
  ["repetition", checkRepetition],
  ["relation", checkRelation],
  ["grammar", checkGrammar],
  ["copy", checkCopy],
];

function checkShape(_note: string, sentence: string): string | undefined {
  const count = sentence.split(/\s+/).length;
  if (!/^[A-Z]/.test(sentence)) return "no capital at the start";
  if (!/[^.]\.$/.test(sentence)) return "no full stop at the end";
  if (/[.!?]["”]? +[A-Z]/.test(sentence)) return "more than one sentence";
  if (count < 6 || count > LONGEST_WORDS) return `${count} words`;
  if (/[\n<>[\]{}|]|https?:|\*\*/.test(sentence)) return "marks that no plain sentence has";
  for (const [open, close] of ["()", "“”"].map((pair) => [...pair] as [string, string]))
    if (sentence.split(open).length !== sentence.split(close).length)
      return `unbalanced ${open}${close}`;
  return undefined;
}

function sameList(list: (text: string) => readonly string[]): Check {
  return (note, sentence) => {
    const [expected, got] = [list(note).toSorted(), list(sentence).toSorted()];
    return expected.join(" ") === got.join(" ") ? undefined : `expected ${expected}, got ${got}`;
  };
}

/** An order ("do not …") is what a sentence says with "should". */
function qualifiers(text: string): string[] {
  const sentence = text.replace(/^do not\b/i, "should not");
  return (sentence.match(QUALIFIERS) ?? []).map((word) => word.toLowerCase());
}

/** "DO NOT use X" may become "X should be avoided": negations are counted, not compared. */
function checkNegations(note: string, sentence: string): string | undefined {
  const count = (text: string): number => text.match(NEGATIONS)?.length ?? 0;
  if (count(note) === count(sentence)) return undefined;
  return `expected ${count(note)} negations, got ${count(sentence)}`;
}

/** Names outside parentheses stay, each as often; no name is new. */
function checkNames(note: string, sentence: string): string | undefined {
  const times = (text: string, name: string): number =>
    words(text).filter((word) => word.toLowerCase() === name.toLowerCase()).length;
  const lost = words(withoutParentheses(note)).find(
    (word) => isNamed(word) && times(sentence, word) < times(withoutParentheses(note), word),
  );
  if (lost !== undefined) return `lost ${lost}`;
  const fresh = words(sentence).find((word) => isNamed(word) && times(note, word) === 0);
  return fresh === undefined ? undefined : `invented ${fresh}`;
}

function checkInvention(note: string, sentence: string): string | undefined {
  const source = contentWords(note);
  const invented = contentWords(sentence).find(
    (word) => !NEUTRAL.has(word) && !source.some((own) => sharesStem(own, word)),
  );
  return invented === undefined ? undefined : `invented “${invented}”`;
}

function checkOmission(note: string, sentence: string): string | undefined {
  const kept = keptShare(note, sentence);
  return kept >= LEAST_KEPT ? undefined : `keeps ${Math.round(kept * 100)}% of the note`;
}

function keptShare(note: string, sentence: string): number {
  const source = contentWords(withoutParentheses(note)).filter((word) => !FRAME.has(word));
  const said = contentWords(sentence);
  const kept = source.filter((word) => said.some((own) => sharesStem(own, word)));
  return source.length === 0 ? 0 : kept.length / source.length;
}

/** Words of the note's frame, which another frame replaces. */
const FRAME = new Set(
  "support recommend setting using use making features allows trained sourced taken drawn method".split(
    " ",
  ),
);

function checkRepetition(note: string, sentence: string): string | undefined {
  const source = contentWords(note);
  const said = contentWords(sentence);
  const times = (list: readonly string[], word: string): number =>
    list.filter((own) => sharesStem(own, word)).length;
  const repeated = said.find(
    (word) => !NEUTRAL.has(word) && times(said, word) > times(source, word),
  );
  return repeated === undefined ? undefined : `repeats “${repeated}”`;
}

/** Clauses may move as wholes; content words that get many new neighbours have been mixed up. */
function checkRelation(note: string, sentence: string): string | undefined {
  const source = contentWords(note);
  const said = contentWords(sentence).filter((word) => !NEUTRAL.has(word));
  const isNeighbour = (a: string, b: string): boolean =>
    source.some(
      (word, at) =>
        sharesStem(word, a) && source.slice(at + 1, at + 3).some((next) => sharesStem(next, b)),
    );
  let fresh = 0;
  for (const [at, word] of said.entries()) {
    const next = said[at + 1];
    if (next !== undefined && !isNeighbour(word, next)) fresh += 1;
  }
  if (fresh <= MOST_NEW_NEIGHBOURS) return undefined;
  return `${fresh} content words beside new neighbours`;
}

const GRAMMAR: readonly (readonly [RegExp, string])[] = [
  [/\b(?:in|within|of|with|by|from) single\b/i, "no article"],
  [/\b(\w+) \1\b/i, "a word twice"],
  [/\b(?:a|an|the|of|to|with|for|and|or|by|from|in|on|as)[.,;]/i, "a clause cut off"],
  [/\b(?:a [aeio]\w|an [bcdfgjklmnpqrstvwxz][a-z])/, "the wrong article"],
  [/[,;:] [,;:.]|\(\s|\s\)|,,|\s[.,;:]/, "stray marks"],
];

function checkGrammar(note: string, sentence: string): string | undefined {
  const [, problem] = GRAMMAR.find(([pattern]) => pattern.test(sentence)) ?? [];
  return problem ?? checkParentheses(note, sentence) ?? checkParallel(note, sentence);
}

/** What stands in parentheses stands so in the note, as often: nothing moves in or out, or changes. */
function checkParentheses(note: string, sentence: string): string | undefined {
  const asides = (text: string): string[] => text.match(/\([^()]*\)/g) ?? [];
  let left = asides(note);
  return asides(sentence).find((aside) => {
    const at = left.indexOf(aside);
    left = left.slice(at + 1); // in the note's order: an aside belongs to what stands before it
    return at < 0;
  });
}

const CLAUSE_VERB =
  /(?:,|\band) (achieving|allowing|delivering|enabling|ensuring|excelling|improving|making|offering|outperforming|providing|reaching|supporting|surpassing)\b/g;

/** `X, enabling A and achieving B` becomes `it enables A and achieves B`, not half of it. */
function checkParallel(note: string, sentence: string): string | undefined {
  const verbs = (text: string): string[] =>
    [...text.matchAll(CLAUSE_VERB)].map(([, verb = ""]) => verb);
  const left = verbs(sentence);
  if (left.length === 0 || left.length === verbs(note).length) return undefined;
  return `“${left[0]}” does not go with the other verbs`;
}

function checkCopy(note: string, sentence: string): string | undefined {
  const [a, b] = [words(note), words(sentence)].map((list) => list.map((w) => w.toLowerCase()));
  const change = editDistance(a ?? [], b ?? []) / Math.max(1, a?.length ?? 0);
  return change >= LEAST_CHANGE ? undefined : `${Math.round(change * 100)}% of the words changed`;
}

/** Words inserted, removed or replaced between two lists (Levenshtein). */
function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [i, word] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries())
      next.push(
        Math.min(
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
          (row[j] ?? 0) + (word === other ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
