import { evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import type { Passage } from "./passage.ts";
import { acceptedOf, type Match, type Scrutiny } from "./scrutiny.ts";
import { stemOf, tellingTerms } from "./terms.ts";

/** What turns a claim into its opposite; `not only` does not. */
const NEGATOR =
  /\b(?:not|no|never|neither|nor|none|without|cannot|lacks?|lacking|avoid(?:s|ed|ing)?|\w+n['’]t|fails? to|unable to|incapable of|forbid\w*|prohibit\w*)\b(?!\. ?\d)(?! (?:(?:the )?embedding|only|just|merely|necessarily|more than|less than|fewer than))/gi;
/** What a source may say instead of a plain `no`. */
const LOOSE_NEGATOR =
  /\b(?:not|no|never|neither|nor|none|without|cannot|lacks?|avoid\w*|\w+n['’]t|eliminat\w+|remov\w+|suppress\w*|prevent\w*|unlike|instead of|rather than|disabl\w+|free of|fails? to|unable|prohibit\w*|unnecessary|unneeded)\b|\bnon[- ](?=\w)/gi;
const JOINT = /[,;:](?=\s)|[()—]|\b(?:but|while|which|because)\b/i;

/** A passage says the same, or nearly, if it has that much of the claim's words. */
const SAME_SHARE = 0.45;
const MOST_NEAR = 6;
/** Another passage that is about as near may be the one that was meant. */
const ABOUT_AS_NEAR = 0.85;

/** A claim denies what its sources say, or says what they deny. */
export function checkPolarity(scrutiny: Scrutiny): Note[] {
  const near = acceptedOf(scrutiny, SAME_SHARE).slice(0, MOST_NEAR);
  const [best] = near;
  if (best === undefined) return [];
  const text = scrutiny.claim.text;
  const opposed = near.filter(({ share }) => share >= best.share * ABOUT_AS_NEAR);
  const denied = negatedTerms(text, NEGATOR).filter(
    (terms) => terms.length > 0 && !isOfScope(terms),
  );
  const twisted = checkTwin(scrutiny);
  if (twisted !== undefined) return [twisted];
  if (denied.length > 0) {
    const wrong = denied.find((terms) => !isDenied(terms, opposed, 1) && !isDenied(terms, near, 2));
    return wrong === undefined
      ? []
      : [note(`the source does not deny “${wrong.join(" ")}”`, best.passage)];
  }
  if (negatedTerms(text, LOOSE_NEGATOR).length > 0) return [];
  const said = new Set(tellingTerms(text));
  const denies = ({ passage }: Match): boolean => isOpposite(said, passage);
  return opposed.every(denies) ? [note("the source denies it", best.passage)] : [];
}

/** A passage denies what is said, and what is said has next to nothing else of the passage. */
function isOpposite(said: ReadonlySet<string>, passage: Passage): boolean {
  return clausesOfPassage(passage.text).some((clause) => {
    const inside = new Set(tellingTerms(clause));
    const elsewhere = [...said].filter(
      (term) => passage.terms.has(term) && !inside.has(term),
    ).length;
    return negatedTerms(clause, NEGATOR).some((terms) => {
      const first = terms.slice(0, 3);
      const shared = first.filter((term) => said.has(term)).length;
      const isClear =
        first.length > 1 ? shared > 1 && elsewhere <= 1 : shared === 1 && elsewhere === 0;
      return isClear;
    });
  });
}

function clausesOfPassage(text: string): string[] {
  return text.split(/[;:](?=\s)|[()—]|\b(?:but|while|because|since)\b|,(?= (?:as|so|and) )/i);
}

/** Whether one of the passages denies that many of these words at once. */
function isDenied(terms: readonly string[], near: readonly Match[], least: number): boolean {
  const needed = Math.min(least, terms.length);
  return near.some(({ passage }) =>
    negatedTerms(passage.text, LOOSE_NEGATOR).some(
      (own) => terms.filter((term) => own.includes(term)).length >= needed,
    ),
  );
}

/** A sentence and a passage that have nearly all words in common say the same, or the opposite. */
const TWIN_SHARE = 0.85;
const VERBATIM = 0.97;

/** The sentence of a claim is a passage with a `not` more or less. */
function checkTwin({ claim, candidates }: Scrutiny): Note | undefined {
  const said = new Set(tellingTerms(claim.sentence));
  const twins = candidates
    .slice(0, MOST_NEAR)
    .filter(({ passage, isAccepted }) => isAccepted && isTwin(said, passage));
  const count = countNegators(claim.sentence);
  const [twin] = twins;
  if (twin === undefined) return undefined;
  const agrees = ({ passage }: Match): boolean => {
    const own = countNegators(passage.text);
    // In other words, two denials may have become one.
    return (
      own === count || (own > 0 && count > 0 && count < own && !isTwin(said, passage, VERBATIM))
    );
  };
  if (twins.some(agrees)) return undefined;
  const isAdded = count > countNegators(twin.passage.text);
  const denied = negatedTerms(twin.passage.text, NEGATOR).flat();
  const here = new Set(tellingTerms(claim.text));
  const isHere = isAdded ? countNegators(claim.text) > 0 : denied.some((term) => here.has(term));
  return isHere
    ? note(isAdded ? "the source does not deny it" : "the source denies it", twin.passage)
    : undefined;
}

function isTwin(said: ReadonlySet<string>, passage: Passage, least = TWIN_SHARE): boolean {
  const own = new Set(tellingTerms(passage.text));
  const shared = [...said].filter((term) => own.has(term)).length;
  return said.size >= 3 && shared / Math.max(said.size, own.size) >= least;
}

function countNegators(text: string): number {
  return text.match(NEGATOR)?.length ?? 0;
}

function note(why: string, passage: Passage): Note {
  return { verdict: "contradicted", code: "negation", why, evidence: [evidenceOfPassage(passage)] };
}

/** Whether a number is told as not the right one: `not 94 layers`. */
export function isDeniedAt(text: string, at: number): boolean {
  const clause =
    text
      .slice(Math.max(0, at - 80), at)
      .split(JOINT)
      .at(-1) ?? "";
  return /\b(?:not|never|no longer|\w+n['’]t|lacks?|has no)\b(?! (?:only|just|merely|more than|less than|fewer than))/i.test(
    clause,
  );
}

/** The words after each negation to the end of the clause; before it, where none follow. */
function negatedTerms(text: string, negator: RegExp): string[][] {
  return [...text.matchAll(negator)].map((match) => {
    const after = text.slice(match.index + match[0].length).split(JOINT)[0] ?? "";
    const terms = tellingTerms(after).slice(0, 4);
    if (terms.length > 0) return terms;
    return tellingTerms(text.slice(0, match.index).split(JOINT).at(-1) ?? "").slice(-3);
  });
}

/** What a model for text alone is not: no source need say so. */
const SCOPE_TERMS = new Set(
  ["multimodal", "vision", "image", "audio", "video", "voice"].map(stemOf),
);

function isOfScope(terms: readonly string[]): boolean {
  return terms.some((term) => SCOPE_TERMS.has(term));
}
