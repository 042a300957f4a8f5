import { contentWords, isNeutral, sharesStem, words } from "../words.ts";

const LEAST_WORDS = 6;
const MOST_WORDS = 60;
/** A sentence that differs from its note by fewer words is a copy. */
const LEAST_CHANGE = 0.1;

/** One plain sentence, whole, of a length that a bullet has. */
export function checkShape(note: string, sentence: string): string | undefined {
  const count = sentence.split(/\s+/).length;
  if (!/^[A-Z]/.test(sentence)) return "no capital at the start";
  if (!/[^.]\.$/.test(sentence)) return "no full stop at the end";
  if (sentenceEnds(sentence) > sentenceEnds(note)) return "more than one sentence";
  if (count < LEAST_WORDS || count > MOST_WORDS) return `${count} words`;
  if (/[\n<>[\]{}|]|https?:|\*\*/.test(sentence)) return "marks that no plain sentence has";
  if (isUnbalanced(sentence, "(", ")")) return "unbalanced parentheses";
  if (isUnbalanced(sentence, "“", "”")) return "unbalanced quotation marks";
  return undefined;
}

/** Ends of sentences within a text; abbreviations such as `vs.` count as well. */
function sentenceEnds(text: string): number {
  return text.match(/[.!?]["”)]?\s/g)?.length ?? 0;
}

function isUnbalanced(text: string, open: string, close: string): boolean {
  return text.split(open).length !== text.split(close).length;
}

/** Small models say a word again and again; a sentence has each as often as its note, at most. */
export function checkRepetition(note: string, sentence: string): string | undefined {
  const source = contentWords(note);
  const said = contentWords(sentence);
  const times = (list: readonly string[], word: string): number =>
    list.filter((own) => sharesStem(own, word)).length;
  const repeated = said.find((word) => !isNeutral(word) && times(said, word) > times(source, word));
  return repeated === undefined ? undefined : `repeats “${repeated}”`;
}

const GRAMMAR: readonly (readonly [RegExp, string])[] = [
  [/\b(?:in|within|of|with|by|from) single\b/i, "no article"],
  [/\b(\w+) \1\b/i, "a word twice"],
  [
    /\b(?:a|an|the|of|to|with|for|and|or|by|from|in|on|as)[.,;]|\b(?:that|which|who|than|because)\.$/i,
    "a clause cut off",
  ],
  [/\b(?:[Aa] [aeio]\w|[Aa]n [bcdfgjklmnpqrstvwxz][a-z])/, "the wrong article"],
  [/[,;:] [,;:.]|\(\s|\s\)|,,|\s[.,;:]/, "stray marks"],
];

/** Slips that words alone don't show. */
export function checkGrammar(note: string, sentence: string): string | undefined {
  const [, problem] = GRAMMAR.find(([pattern]) => pattern.test(sentence)) ?? [];
  return problem ?? checkParallel(note, sentence);
}

/** A word that follows an indefinite article. */
const WITH_ARTICLE = /\ban? ([\w-]+)/gi;

/** `a thinking budget mechanism` keeps its article, or becomes a plural: never `thinking budget`. */
export function checkArticles(note: string, sentence: string): string | undefined {
  for (const [, word = ""] of note.matchAll(WITH_ARTICLE)) {
    const pattern = new RegExp(`(\\S+) ${word} ([\\w-]+)`, "i");
    const [, before = "", after = ""] = pattern.exec(sentence) ?? [];
    const isBare = before !== "" && !/^(?:an?|the|its|their|this|that|each|one)$/i.test(before);
    if (isBare && !after.endsWith("s")) return `“${word} ${after}” has lost its article`;
  }
  return undefined;
}

/** The verbs that cards join clauses with; the list keeps nouns such as `reasoning` out. */
const CLAUSE_VERB =
  /(?:,|\band) (achieving|allowing|covering|delivering|easing|enabling|ensuring|excelling|facilitating|giving|helping|improving|keeping|making|offering|outperforming|providing|reaching|supporting|surpassing)\b/g;

/** `X, enabling A and achieving B` becomes `it enables A and achieves B`, not half of it. */
function checkParallel(note: string, sentence: string): string | undefined {
  const verbs = (text: string): string[] =>
    [...text.matchAll(CLAUSE_VERB)].map(([, verb = ""]) => verb);
  const left = verbs(sentence);
  if (left.length === 0 || left.length === verbs(note).length) return undefined;
  return `“${left[0]}” does not go with the other verbs`;
}

/** A sentence that only repeats its note adds nothing to it. */
export function checkCopy(note: string, sentence: string): string | undefined {
  const [a, b] = [words(note.toLowerCase()), words(sentence.toLowerCase())];
  const change = editDistance(a, b) / Math.max(1, a.length);
  return change >= LEAST_CHANGE ? undefined : `${Math.round(change * 100)}% of the words changed`;
}

/** Words inserted, removed or replaced between two lists (Levenshtein). */
function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [i, word] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      const replaced = (row[j] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
