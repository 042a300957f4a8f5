import { evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import type { Passage } from "./passage.ts";
import { acceptedOf, type Scrutiny } from "./scrutiny.ts";
import { tellingTerms } from "./terms.ts";

/** Words that leave no exception: a source that does not say so says less. */
const STRICT: readonly (readonly [string, RegExp])[] = [
  ["only", /(?<!\bnot )(?<!-)\b(?:only|solely|exclusively)\b(?! \d)/gi],
  ["always", /\b(?:always|guarante\w+|invariably|never fails?)\b/gi],
];

/** Words after a strict one that it is about. */
const REACH = 4;
const LEAST_SHARE = 0.2;

/** A claim says “only” or “always” where its sources don't, or where they say it of somebody else. */
export function checkStrictness(scrutiny: Scrutiny): Note[] {
  const text = withoutNumbers(scrutiny.claim.text);
  return STRICT.flatMap(([word, pattern]): Note[] => {
    const bound = boundTerms(text, pattern);
    if (bound.length === 0) return [];
    const isSaid = (passage: Passage): boolean =>
      boundTerms(passage.text, pattern).some((own) =>
        own.some((term) => bound.flat().includes(term)),
      );
    const near = acceptedOf(scrutiny, LEAST_SHARE);
    const [best] = near;
    if (best === undefined || near.some(({ passage }) => isSaid(passage))) return [];
    const other = scrutiny.candidates.find(
      ({ isAccepted, share, passage }) => !isAccepted && share >= LEAST_SHARE && isSaid(passage),
    );
    if (other !== undefined) {
      const why = `the source says “${word}” of ${other.passage.entity.name}, not of ${scrutiny.claimant.name}`;
      return [
        {
          verdict: "other-entity",
          code: "qualifier",
          why,
          evidence: [evidenceOfPassage(other.passage)],
        },
      ];
    }
    const why = `the source does not say “${word}”`;
    return [
      {
        verdict: "contradicted",
        code: "qualifier",
        why,
        evidence: [evidenceOfPassage(best.passage)],
      },
    ];
  });
}

/** The words that each strict word is about; those before it where none follow. */
function boundTerms(text: string, pattern: RegExp): string[][] {
  return [...text.matchAll(pattern)].map((match) => {
    const after = tellingTerms(text.slice(match.index + match[0].length)).slice(0, REACH);
    return after.length > 0 ? after : tellingTerms(text.slice(0, match.index)).slice(-REACH);
  });
}

/** `only 8 experts` judges a number, it bounds nothing. */
function withoutNumbers(text: string): string {
  return text.replace(
    /\b(?:only|solely)\s+(?:about |some |~)?(?:\d|two\b|three\b|four\b|a (?:few|small|fraction))/gi,
    "",
  );
}

/** What is to come is not there yet. */
const FUTURE =
  /\b(?:anticipated|planned|upcoming|coming soon|soon|future|roadmap|expected to|will be (?:released|added|supported|available))\b/i;
const CLOSE_SHARE = 0.5;

/** A claim tells as done what its source only expects. */
export function checkFuture(scrutiny: Scrutiny): Note[] {
  if (FUTURE.test(scrutiny.claim.text)) return [];
  const near = acceptedOf(scrutiny, CLOSE_SHARE).slice(0, 3);
  const [best] = near;
  if (best === undefined || near.some(({ passage }) => !FUTURE.test(passage.text))) return [];
  return [
    {
      verdict: "contradicted",
      code: "qualifier",
      why: "the source only expects it",
      evidence: [evidenceOfPassage(best.passage)],
    },
  ];
}
