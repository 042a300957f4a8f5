import { evidenceOfPassage } from "./evidence-of.ts";
import type { Note } from "./note.ts";
import { acceptedOf, type Scrutiny } from "./scrutiny.ts";
import { isLight, rawTerms, stemOf } from "./terms.ts";

type Kind = "same" | "better" | "worse";

const COMPARISONS: readonly (readonly [Kind, RegExp])[] = [
  [
    "same",
    /\b(?:comparabl[ey]|parity|on par|par with|rivals?|rivall?ing|match(?:es|ed|ing)?|equal(?:s|led|ling)?|equivalent|similar (?:performance|quality|results)|as (?:good|well|strong) as|competitive with)\b/i,
  ],
  [
    "worse",
    /\b(?:worse than|below (?:the )?(?:level|performance)|inferior to|trails?|lags? behind|underperforms?|falls? short of|weaker than|behind)\b/i,
  ],
  [
    "better",
    /\b(?:outperform\w*|surpass\w*|exceed(?:s|ed|ing)?(?! \d)|beats?|better than|superior to|stronger than|ahead of|defeats?)\b/i,
  ],
];

/** Who or what follows a comparison: what is compared with. */
const OBJECT =
  /^(?:\s+\w+){0,3}?\s+(?:to|with|than|of|over)\s+(.*)$|^\s+(?:even |the |its |all |most |much |other )*(.*)$/is;
const OBJECT_END =
  /[.;,](?=\s|$)|[(]|\b(?:while|when|at|on|in|using|across|for|by|despite|with only)\b/i;
/** Words of what is compared with that say nothing of their own. */
const PLAIN = new Set(
  "model models performance quality result results level levels much even other".split(" "),
);

/** A passage that shares less with a claim compares other things. */
const LEAST_SHARE = 0.2;
/** One that shares that much and compares with somebody else is what the claim was made of. */
const CLOSE_SHARE = 0.4;

/** A claim compares with something other than its source does, or comes out otherwise. */
export function checkComparison(scrutiny: Scrutiny): Note[] {
  const { claim } = scrutiny;
  const found = COMPARISONS.map(([kind, pattern]) => ({
    kind,
    match: pattern.exec(claim.text),
  })).find(({ match }) => match !== null);
  if (found?.match === null || found === undefined) return [];
  const { kind, match } = found;
  const compared = objectOf(claim.text.slice(match.index + match[0].length));
  if (compared.length === 0) return [];
  const near = acceptedOf(scrutiny, LEAST_SHARE)
    .slice(0, 12)
    .filter(({ passage }) => kindsOf(passage.text).length > 0);
  const same = near.filter(({ passage }) => kindsOf(passage.text).includes(kind));
  if (same.some(({ passage }) => compared.every((term) => passage.terms.has(term)))) return [];
  const rival =
    near.find(({ passage }) => compared.some((term) => passage.terms.has(term))) ??
    same.find(({ share }) => share >= CLOSE_SHARE);
  if (rival === undefined) return [];
  const missing = compared.filter((term) => !rival.passage.terms.has(term));
  const why =
    missing.length > 0
      ? "the source compares with something else"
      : "the source's comparison comes out otherwise";
  return [
    {
      verdict: "contradicted",
      code: "comparison",
      why,
      evidence: [evidenceOfPassage(rival.passage)],
    },
  ];
}

function kindsOf(text: string): Kind[] {
  return COMPARISONS.filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind);
}

/** The words of what a comparison compares with, at most to the end of its clause. */
function objectOf(after: string): string[] {
  const [, withJoint, bare] = OBJECT.exec(after) ?? [];
  const phrase = (withJoint ?? bare ?? "").split(OBJECT_END)[0] ?? "";
  const words = rawTerms(phrase).filter((word) => !PLAIN.has(word));
  // `similarly-sized` says something here, where `similar` alone says little.
  return [
    ...new Set(words.filter((word) => !isLight(word) || word.startsWith("siz")).map(stemOf)),
  ].slice(0, 6);
}
