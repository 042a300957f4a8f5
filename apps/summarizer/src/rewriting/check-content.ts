import {
  contentWords,
  isNamed,
  isNeutral,
  NEGATION,
  sharesStem,
  withoutParentheses,
  words,
} from "../words.ts";

/** A sentence may leave out a fifth of what its note says outside parentheses, and no name of it. */
const LEAST_KEPT = 0.8;

/** Words that widen, narrow or weaken a claim: the sentence has the note's, no more and no fewer. */
const QUALIFIERS =
  /\b(?:only|just|even|all|most|some|many|few|every|always|never|often|usually|typically|generally|sometimes|rarely|mostly|mainly|largely|partly|likely|up to|at least|at most|(?:more|less|fewer|better|higher|lower|greater) than|more|less|almost|nearly|roughly|approximately|about|around|over|under|may|might|can|could|should|must|potentially|occasionally|significantly)\b|~/gi;

/** Words of the note's frame, which another frame replaces. */
const FRAME = new Set(
  "support recommend setting using use making features allows trained sourced taken drawn method".split(
    " ",
  ),
);

/** The sentence has the note's numbers, each as often. */
export function checkNumbers(note: string, sentence: string): string | undefined {
  return compareLists(numbers(note), numbers(sentence));
}

function numbers(text: string): readonly string[] {
  return text.match(/\d[\d.,]*\d|\d/g) ?? [];
}

/** The sentence has the note's qualifiers, each as often. */
export function checkQualifiers(note: string, sentence: string): string | undefined {
  return compareLists(qualifiers(note), qualifiers(sentence));
}

/** An order ("do not …") is what a sentence says with "should". */
function qualifiers(text: string): readonly string[] {
  const sentence = text.replace(/^do not\b/i, "should not");
  return (sentence.match(QUALIFIERS) ?? []).map((word) => word.toLowerCase());
}

function compareLists(note: readonly string[], sentence: readonly string[]): string | undefined {
  const [expected, got] = [note, sentence].map((list) => list.toSorted().join(" "));
  return expected === got ? undefined : `expected ${expected || "none"}, got ${got || "none"}`;
}

/** "DO NOT use X" may become "X should be avoided": negations are counted, not compared. */
export function checkNegations(note: string, sentence: string): string | undefined {
  const count = (text: string): number => text.match(NEGATION)?.length ?? 0;
  if (count(note) === count(sentence)) return undefined;
  return `expected ${count(note)} negations, got ${count(sentence)}`;
}

/** Names outside parentheses stay, each as often; no name is new. */
export function checkNames(note: string, sentence: string): string | undefined {
  const times = (text: string, name: string): number =>
    words(text).filter((word) => word.toLowerCase() === name.toLowerCase()).length;
  const told = withoutParentheses(note);
  const lost = words(told).find(
    (word) => isNamed(word) && times(sentence, word) < times(told, word),
  );
  if (lost !== undefined) return `lost ${lost}`;
  const fresh = words(sentence).find((word) => isNamed(word) && times(note, word) === 0);
  return fresh === undefined ? undefined : `invented ${fresh}`;
}

/** Every content word of the sentence is a form of one of the note's. */
export function checkInvention(note: string, sentence: string): string | undefined {
  const source = contentWords(note);
  const invented = contentWords(sentence).find(
    (word) => !isNeutral(word) && !source.some((own) => sharesStem(own, word)),
  );
  return invented === undefined ? undefined : `invented “${invented}”`;
}

/** The sentence says most of what the note says. */
export function checkOmission(note: string, sentence: string): string | undefined {
  const kept = keptShare(note, sentence);
  return kept >= LEAST_KEPT ? undefined : `keeps ${Math.round(kept * 100)}% of the note`;
}

/** Share of the note's content words outside parentheses that the sentence has too, 0 to 1. */
export function keptShare(note: string, sentence: string): number {
  const source = contentWords(withoutParentheses(note)).filter((word) => !FRAME.has(word));
  const said = contentWords(sentence);
  const kept = source.filter((word) => said.some((own) => sharesStem(own, word)));
  return source.length === 0 ? 0 : kept.length / source.length;
}
