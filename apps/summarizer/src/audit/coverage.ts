import type { Claim } from "./claim.ts";
import type { Claimant } from "./claimant.ts";
import type { Passage } from "./passage.ts";
import type { Match, Scrutiny } from "./scrutiny.ts";
import { isLight, rawTerms, stemOf } from "./terms.ts";
import type { World } from "./world.ts";

/** What stands around a passage tells what it is about, yet does not say the same. */
const AROUND_SHARE = 0.6;
/** Words of the label and the sentence help to find passages, no more. */
const LABEL_WEIGHT = 0.25;

/** Holds a claim's words against the passages that share the most with it. */
export function scrutinize(
  claim: Claim,
  claimant: Claimant,
  world: World,
  url: string | undefined,
): Scrutiny {
  const own = new Set(
    rawTerms(`${world.subject.name} ${world.subject.family} ${claimant.name}`).map(stemOf),
  );
  const terms = [...new Set(termsWithoutNumbers(claim.text))].filter((term) => !own.has(term));
  const hints = termsWithoutNumbers(`${claim.label ?? ""} ${claim.isItem ? claim.sentence : ""}`);
  const found = world.index.find([...terms, ...hints], url);
  const candidates = found
    .map((passage): Match => ({
      passage,
      share: shareOf(terms, passage, world) + LABEL_WEIGHT * 0.01 * hintsIn(hints, passage),
      isAccepted: claimant.accepts(passage),
    }))
    .toSorted((a, b) => b.share - a.share);
  return { claim, claimant, world, url, terms, candidates };
}

/** Numbers are looked at by themselves. */
function termsWithoutNumbers(text: string): string[] {
  return rawTerms(text)
    .filter((word) => !isLight(word) && !/^\d/.test(word))
    .map(stemOf);
}

function hintsIn(hints: readonly string[], passage: Passage): number {
  return hints.filter((term) => passage.terms.has(term)).length;
}

/** The share of a claim's words, by weight, that a passage has. */
export function shareOf(terms: readonly string[], passage: Passage, { index }: World): number {
  let all = 0;
  let had = 0;
  for (const term of terms) {
    const weight = index.weightOf(term);
    all += weight;
    if (passage.terms.has(term)) had += weight;
    else if (passage.around.has(term)) had += weight * AROUND_SHARE;
  }
  return all === 0 ? 0 : had / all;
}

/** Passages that together say the most of a claim: the best, then what adds to it. */
export function gather(
  scrutiny: Scrutiny,
  matches: readonly Match[],
  most: number,
): { share: number; chosen: Passage[] } {
  const { terms, world } = scrutiny;
  const chosen: Passage[] = [];
  const left = new Set(terms);
  let share = 0;
  const all = terms.reduce((sum, term) => sum + world.index.weightOf(term), 0);
  while (chosen.length < most && left.size > 0) {
    let best: { passage: Passage; gain: number } | undefined;
    for (const { passage } of matches) {
      let gain = 0;
      for (const term of left) gain += gainOf(term, passage, world);
      if (gain > (best?.gain ?? 0)) best = { passage, gain };
    }
    if (best === undefined || all === 0) break;
    chosen.push(best.passage);
    share += best.gain / all;
    for (const term of left)
      if (best.passage.terms.has(term) || best.passage.around.has(term)) left.delete(term);
  }
  return { share, chosen };
}

function gainOf(term: string, passage: Passage, { index }: World): number {
  if (passage.terms.has(term)) return index.weightOf(term);
  return passage.around.has(term) ? index.weightOf(term) * AROUND_SHARE : 0;
}
