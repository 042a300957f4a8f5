import { FUNCTION_WORDS, words } from "../words.ts";
import { LIGHT_WORDS, SYNONYMS } from "./thesaurus.ts";

/** Words that carry grammar or join thoughts: a claim is not known by them. */
const EMPTY_WORDS: ReadonlySet<string> = new Set([
  ...FUNCTION_WORDS,
  ..."even just only up out off plus beyond rather instead well e.g i.e etc vs".split(" "),
]);

/** Endings of inflection and derivation, longest first: crude, but the same for both texts compared. */
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/(?:iz|is)(?:ations?|ed|ing|es?|ers?)$/, "iz"],
  [/(?:ies|ied)$/, "y"],
  [/(?:sses)$/, "ss"],
  [/(?:'s|’s)$/, ""],
  [/(?<=[^s])s$/, ""],
  [/(?:ations?|ative|ating|ated|ates?)$/, "at"],
  [/(?:ements?|ments?|ness|ities|ity|ances?|ences?|ency|ancy)$/, ""],
  [/(?:ally|fully|ly)$/, ""],
  [/(?:ings?|ed|ers?|ors?)$/, ""],
  [/(?:able|ible|ions?|ive|ical|al|ic)$/, ""],
];
/** Shorter words are left as they are: their endings are no endings. */
const LEAST_STEM = 4;

const memory = new Map<string, string>();
/** The words of a language are soon all there; a hostile text has no end of others. */
const MAX_MEMORY = 50_000;

/** What is the same for all forms of a lower-case word, and for words of one meaning. */
export function stemOf(word: string): string {
  const known = memory.get(word);
  if (known !== undefined) return known;
  const found = SYNONYMS.get(word) ?? synonymOfStem(cut(word));
  if (memory.size < MAX_MEMORY) memory.set(word, found);
  return found;
}

function synonymOfStem(stem: string): string {
  return STEM_SYNONYMS.get(stem) ?? stem;
}

function cut(word: string): string {
  if (/\d/.test(word) || word.length < LEAST_STEM) return word;
  if (word.length === LEAST_STEM) return word.replace(/(?<=[^su])s$/, "");
  let stem = word;
  for (const [ending, put] of ENDINGS) {
    const shorter = stem.replace(ending, put);
    if (shorter.length >= LEAST_STEM) stem = shorter;
  }
  return stem.replace(/(?:e|at)$/, "").replace(/([bdfglmnprt])\1$/, "$1");
}

const STEM_SYNONYMS: ReadonlyMap<string, string> = new Map(
  [...SYNONYMS].map(([word, group]) => [cut(word), group]),
);
const LIGHT_STEMS: ReadonlySet<string> = new Set([...LIGHT_WORDS].map((word) => cut(word)));

/** Words that praise, point or join, and claim nothing that could be checked. */
export function isLight(word: string): boolean {
  return LIGHT_WORDS.has(word) || LIGHT_STEMS.has(cut(word));
}

/** The content words of a text as stems, in order; hyphenated ones in their parts, `non-X` as one. */
export function termsOf(text: string): string[] {
  return rawTerms(text).map(stemOf);
}

/** As `termsOf`, without the words that claim nothing. */
export function tellingTerms(text: string): string[] {
  return rawTerms(text)
    .filter((word) => !isLight(word))
    .map(stemOf);
}

/** The lower-case content words of a text, before stemming. */
export function rawTerms(text: string): string[] {
  const joined = text
    .replace(/\b(non|un)[-‑ ](?=[a-z])/gi, "$1")
    .replace(/\b(top|min)[-_ ]?([pk])\b/gi, "$1$2")
    .replace(/\bpresence[-_ ]?penalty\b/gi, "presencepenalty")
    .replace(/[‑‐]/g, "-");
  return words(joined)
    .flatMap((word) => partsOf(word.toLowerCase().replace(/['’]s$/, "")))
    .filter((word) => word !== "" && !EMPTY_WORDS.has(word));
}

/** `state-of-the-art` is one word that praises; other compounds say what their parts say. */
function partsOf(word: string): string[] {
  return LIGHT_WORDS.has(word) ? [word] : word.split(/[-/+_]/);
}
