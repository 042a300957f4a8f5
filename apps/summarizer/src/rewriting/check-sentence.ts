import {
  checkInvention,
  checkNames,
  checkNegations,
  checkNumbers,
  checkOmission,
  checkQualifiers,
  keptShare,
} from "./check-content.ts";
import { checkParts } from "./check-parts.ts";
import {
  checkArticles,
  checkCopy,
  checkGrammar,
  checkRepetition,
  checkShape,
} from "./check-form.ts";
import {
  checkAsides,
  checkNegatedWords,
  checkNeighbours,
  checkNumberNeighbours,
} from "./check-relations.ts";

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

/** What is wrong with a sentence for its note, or undefined. */
type Check = (note: string, sentence: string) => string | undefined;

/** The first that finds something names the rejection. */
const CHECKS: readonly (readonly [Rejection, Check])[] = [
  ["shape", checkShape],
  ["numbers", checkNumbers],
  ["negation", checkNegations],
  ["qualifier", checkQualifiers],
  ["names", checkNames],
  ["invention", checkInvention],
  ["omission", checkOmission],
  ["repetition", checkRepetition],
  ["relation", checkNumberNeighbours],
  ["relation", checkNegatedWords],
  ["relation", checkAsides],
  ["relation", checkNeighbours],
  ["grammar", checkGrammar],
  ["grammar", checkArticles],
  ["copy", checkCopy],
];

/** Whose words stand word by word as in the parts has kept neighbours and articles. */
const WITHOUT_PARTS: ReadonlySet<Check> = new Set([
  checkNumberNeighbours,
  checkNeighbours,
  checkArticles,
]);

/**
 * Four times what a bullet holds. Some checks take the square of the length, and nobody has said
 * how long a note of a stranger's card is.
 */
const MOST_CHARACTERS = 2_000;

/**
 * Whether `sentence` says what `note` says, in words of its own. All by words: numbers, names,
 * negations and qualifiers are the note's; nothing is invented, little left out; content words keep
 * their neighbours, so that a number stays with what it counts; and the sentence has the `form`
 * that its shape asks for, and the note's `parts` word by word where it only moves them.
 */
export function checkSentence(
  note: string,
  sentence: string,
  form: RegExp,
  parts?: readonly string[],
): SentenceCheck {
  const length = Math.max(note.length, sentence.length);
  if (length > MOST_CHARACTERS)
    return { ok: false, rejection: "shape", detail: `${length} characters` };
  if (!form.test(sentence)) return { ok: false, rejection: "form", detail: `expected ${form}` };
  const misplaced = parts && checkParts(parts, sentence);
  if (misplaced !== undefined) return { ok: false, rejection: "relation", detail: misplaced };
  for (const [rejection, check] of CHECKS) {
    if (parts !== undefined && WITHOUT_PARTS.has(check)) continue;
    const detail = check(note, sentence);
    if (detail !== undefined) return { ok: false, rejection, detail };
  }
  return { ok: true, kept: parts === undefined ? keptShare(note, sentence) : 1 };
}
