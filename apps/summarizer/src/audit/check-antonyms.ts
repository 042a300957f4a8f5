import { evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import type { Passage } from "./passage.ts";
import { acceptedOf, type Scrutiny } from "./scrutiny.ts";
import { tellingTerms } from "./terms.ts";

/** Words of which one is the other's opposite. */
const PAIRS: readonly (readonly [RegExp, RegExp])[] = [
  [/\b(?:faster|quicker)\b|\bspeeds?\b.*\bup\b/i, /\bslow(?:er|ly)?\b/i],
  [/\bfast(?:est)?\b/i, /\bslow(?:est)?\b/i],
  [/\bstrong(?:er|est)\b/i, /\bweak(?:er|est)?\b/i],
  [/\bbetter|best\b/i, /\bworse|worst\b/i],
  [/\bmore (?:reliable|stable|accurate)\b/i, /\bless (?:reliable|stable|accurate)\b/i],
  [/\breliabl[ey]\b/i, /\bunreliabl[ey]\b/i],
  [/\bsafe(?:ly)?\b/i, /\bunsafe(?:ly)?\b/i],
  [/\bgains?|improves?|raises?\b/i, /\bcosts?|loses?|loss(?:es)?|lowers?|degrades?|hurts?\b/i],
  [/\brises?|increases?|grows?\b/i, /\bfalls?|drops?|decreases?|shrinks?\b/i],
  [/\bhigher\b/i, /\blower\b/i],
  [/\blonger\b/i, /\bshorter\b/i],
  [/\blarger|bigger\b/i, /\bsmaller\b/i],
  [/\bmost\b/i, /\bleast\b/i],
  [/\breads?\b/i, /\b(?:generates?|writes?)\b/i],
  [/\b(?:allow|permit)(?:s|ed)?\b/i, /\b(?:exclude|forbid|prohibit)(?:s|ed|den)?\b/i],
  [/\b(?:all|every)\b/i, /\b(?:alone|only|solely|exclusively)\b/i],
  [/\bsupported\b/i, /\bunsupported\b/i],
  [/\bopen(?:ly)?\b/i, /\bclosed|proprietary\b/i],
];

/** A passage that shares less with the claim speaks of something else. */
const CLOSE_SHARE = 0.4;
const ABOUT_AS_NEAR = 0.85;

/** A claim says `faster` where its source says `slower`. */
export function checkAntonyms(scrutiny: Scrutiny): Note[] {
  const text = scrutiny.claim.text;
  const near = acceptedOf(scrutiny, CLOSE_SHARE).slice(0, 4);
  const [best] = near;
  if (best === undefined) return [];
  const opposed = near.filter(({ share }) => share >= best.share * ABOUT_AS_NEAR);
  for (const [one, other] of PAIRS)
    for (const [said, opposite] of [
      [one, other],
      [other, one],
    ] as const) {
      if (!said.test(text) || opposite.test(text)) continue;
      const contradicts = ({ passage }: (typeof near)[number]): boolean =>
        opposite.test(passage.text) &&
        !said.test(passage.text) &&
        !isTurned(text, passage, said, opposite);
      if (opposed.every(contradicts))
        return [
          {
            verdict: "contradicted",
            code: "comparison",
            why: "the source says the opposite",
            evidence: [evidenceOfPassage(best.passage)],
          },
        ];
    }
  return [];
}

/** `A is faster than B` is `B is slower than A`. */
function isTurned(text: string, passage: Passage, said: RegExp, opposite: RegExp): boolean {
  const at = said.exec(text)?.index ?? 0;
  const subject = new Set(tellingTerms(text.slice(0, at)));
  const object = tellingTerms(/\bthan\b(.*)$/is.exec(text.slice(at))?.[1] ?? "")
    .filter((term) => !subject.has(term))
    .slice(0, 2);
  if (object.length === 0) return false;
  const place = opposite.exec(passage.text)?.index ?? 0;
  const before = new Set(tellingTerms(passage.text.slice(0, place)));
  return object.some((term) => before.has(term));
}
