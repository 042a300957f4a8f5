import { MAX_CANDIDATES, MAX_POSTINGS } from "./limits.ts";
import type { Passage } from "./passage.ts";

/** Finds the passages that share words with a claim, and knows how rare a word is. */
export interface PassageIndex {
  readonly passages: readonly Passage[];
  /** How much a word tells: the rarer among the passages, the more. */
  weightOf(term: string): number;
  has(term: string): boolean;
  /** The passages, of one document or of all, that share the most of these words by weight. */
  find(terms: readonly string[], url: string | undefined): readonly Passage[];
}

/** A word of no passage may be another word for what one of them says: it weighs as one of that many. */
const UNKNOWN_COUNT = 1;

/** Where each word stands, by its place among the passages. */
type Postings = Map<string, number[]>;

/** The index of the passages' own words and of what stands around them. */
export function indexPassages(passages: readonly Passage[]): PassageIndex {
  const all: Postings = new Map();
  const byDocument = new Map<string, Postings>();
  for (const [at, { terms, around, source }] of passages.entries()) {
    const own = byDocument.get(source.url ?? "") ?? new Map<string, number[]>();
    byDocument.set(source.url ?? "", own);
    for (const term of new Set([...terms, ...around])) {
      post(all, term, at);
      post(own, term, at);
    }
  }
  const weightOf = (term: string): number => {
    const count = all.get(term)?.length ?? UNKNOWN_COUNT;
    return Math.log(1 + passages.length / (count + 1)) / Math.log(2 + passages.length);
  };
  const find = (terms: readonly string[], url: string | undefined): Passage[] => {
    const postings = url === undefined ? all : byDocument.get(url);
    const scores = new Map<number, number>();
    for (const term of new Set(terms)) {
      const weight = weightOf(term);
      for (const at of postings?.get(term)?.slice(0, MAX_POSTINGS) ?? [])
        scores.set(at, (scores.get(at) ?? 0) + weight);
    }
    return [...scores]
      .toSorted(([a, x], [b, y]) => y - x || a - b)
      .slice(0, MAX_CANDIDATES)
      .flatMap(([at]) => passages[at] ?? []);
  };
  return { passages, weightOf, has: (term) => all.has(term), find };
}

function post(postings: Postings, term: string, at: number): void {
  const known = postings.get(term);
  if (known === undefined) postings.set(term, [at]);
  else known.push(at);
}
