import { sizeOf, type Subject } from "./subject.ts";

/** A size by which a sentence names a model: `the 12B model`, `4B, 12B and 27B`. */
const SIZE = /(?<![\w.,-])\d{1,4}(?:\.\d{1,3})?[BM]\b(?! (?:param|token|weights))/g;

/** Where a sentence goes on to another size: `…, the 4B model saw …`, `…, and 32K tokens for the 1B`. */
const JOINT =
  /;\s|,? (?:and|while|whereas|but) (?=the \d{1,4}(?:\.\d{1,3})?[BM] \w)|, (?=the \d{1,4}(?:\.\d{1,3})?[BM] \w)|,? (?:and|while|whereas|but) (?=~?\d[\d.,]*(?:K| (?:million|billion|trillion)| ?T)?\b(?! ?[BM]\b))/;

/**
 * Of a sentence that tells several sizes of a series apart the clause on the subject's; the whole
 * sentence where it does not.
 */
export function clauseOfSize(sentence: string, subject: Subject): string {
  const own = sizeOf(subject)?.toUpperCase();
  const sizes = new Set((sentence.match(SIZE) ?? []).map((size) => size.toUpperCase()));
  if (own === undefined || sizes.size < 2 || !sizes.has(own)) return sentence;
  const clauses = sentence.split(JOINT);
  const named = clauses.filter((clause) =>
    clause.match(SIZE)?.some((size) => size.toUpperCase() === own),
  );
  return named.length === 1 && clauses.length > 1 ? (named[0] ?? sentence) : sentence;
}
