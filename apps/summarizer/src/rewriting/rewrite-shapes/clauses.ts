import type { RewriteShape } from "../rewrite-shape.ts";
import { inSentence, upperFirst } from "../../words.ts";
import {
  CLAUSE,
  firstWords,
  LAST_CLAUSE,
  NO_LEAD,
  NO_REPORT,
  NOT_SPLIT,
  unended,
} from "./pieces.ts";

/** A negation or a quantifier of the main clause may reach into an unmarked clause behind it. */
const NO_SCOPE = String.raw`(?!.*\b(?:not|no|never|only|and|or|that|which|who|says?|know|tell|asked)\b.* (?:because|since|when|if|unless|once|after|until|even)\b)`;

/** What tells a clause with a verb from a date or a phrase. */
const HAS_VERB = String.raw`(?=(?:they|these|those|we) |.*\b(?:is|are|was|were|has|have|had|can|cannot|may|does|do|did|makes?|\w{3,}(?:s|ed))\b)`;

/** Two new words don't make a sentence of its own out of a longer note. */
const SHORT = String.raw`(?=(?:\S+ ){0,18}\S+$)`;

/** A pronoun goes before its noun only where that is sure to be the subject. */
const CLEAR = String.raw`(?!(?:some|others|one)\b)(?!(?:it|its|they|their)\b(?<!^(?:the model\b.*|it\b.*|(?:(?! that | which | who ).)*\b(?:is|are|was|were|be)\b(?:(?! that | which | who ).)*)))`;

export const reason: RewriteShape = {
  name: "reason",
  match: new RegExp(
    `^(?!we recommend|do not)${NO_REPORT}${NO_LEAD}(?:${CLAUSE}, (?:because|since|as)|${NO_SCOPE}${CLAUSE} (?:because|since)) (?!of\\b|well\\b|it can )${CLEAR}${HAS_VERB}(?!.*\\b(?:shows?|reports?|do|does)\\.?$)${LAST_CLAUSE}$`,
    "i",
  ),
  opening: ([, , , why = ""]) => `Because ${firstWords(why, 2)}`,
  parts: ([, marked, bare, why = ""]) => [
    "Because",
    `${unended(why)},`,
    inSentence(marked ?? bare ?? ""),
  ],
  sentence: /^Because .+, .+\.$/,
  pairs: [
    [
      "Streaming is switched off, since the decoder needs the whole recording.",
      "Because the decoder needs the whole recording, streaming is switched off.",
    ],
    [
      "Lumen is weakest in Welsh since only 2% of its pages are Welsh.",
      "Because only 2% of its pages are Welsh, Lumen is weakest in Welsh.",
    ],
    [
      "The cache should stay in 16 bits, as smaller types blur long tables.",
      "Because smaller types blur long tables, the cache should stay in 16 bits.",
    ],
  ],
};

/** `A, so B`, which `so that` may not mean: the cause goes to the end, unless a pronoun of the effect needs it before. */
export const outcome: RewriteShape = {
  name: "outcome",
  match: new RegExp(
    `^(?!(?:use|give|set|keep|choose|make|add)\\b|.* without .*, so)${NO_REPORT}${CLAUSE}, so (?!(?:that|are|is|do|does|did|as|turn|use|set|keep|choose|\\d\\S*)\\b)(?!\\w*(?:ty|een|two|three|four|five|six|seven|eight|nine|ten) (?:is|are)\\b)(?!.*\\b(?:could|would|it|they|them|(?<!of )(?:its|their)|this|these|both|one|such|there)\\b)${HAS_VERB}${LAST_CLAUSE}$`,
    "i",
  ),
  opening: ([, , effect = ""]) => upperFirst(firstWords(effect, 2)),
  parts: ([, cause = "", effect = ""]) => [`${unended(effect)},`, "because", inSentence(cause)],
  sentence: /^.+, because .+\.$/,
  pairs: [
    [
      "The encoder sees one frame at a time, so delays stay below 80 ms.",
      "Delays stay below 80 ms, because the encoder sees one frame at a time.",
    ],
    [
      "Aria was never shown tables, so a page with many columns needs another reader.",
      "A page with many columns needs another reader, because Aria was never shown tables.",
    ],
    [
      "All voices share one codebook, so no voice adds more than 3 MB.",
      "No voice adds more than 3 MB, because all voices share one codebook.",
    ],
  ],
};

export const consequence: RewriteShape = {
  name: "consequence",
  match: new RegExp(
    `^${SHORT}(?!(?:use|give|set|keep|choose|make|add)\\b|.* without .*, so)${NO_REPORT}${CLAUSE}, so (?!(?:that|are|is|do|does|did|as)\\b)(?!.*\\b(?:could|would)\\b|.*\\bthem\\.?$)${HAS_VERB}${LAST_CLAUSE}$`,
    "i",
  ),
  opening: ([, cause = ""]) => `Because ${inSentence(firstWords(cause, 2))}`,
  parts: ([, cause = "", effect = ""]) => ["Because", `${inSentence(cause)},`, effect],
  sentence: /^Because .+, .+\.$/,
  pairs: [
    [
      "The encoder sees one frame at a time, so it answers within 80 ms.",
      "Because the encoder sees one frame at a time, it answers within 80 ms.",
    ],
    [
      "Aria was never shown tables, so their cells are read in any order.",
      "Because Aria was never shown tables, their cells are read in any order.",
    ],
    [
      "All voices share one codebook, so it holds 3 MB.",
      "Because all voices share one codebook, it holds 3 MB.",
    ],
  ],
};

export const concession: RewriteShape = {
  name: "concession",
  match: new RegExp(
    `^${SHORT}(?!.*\\bnot (?:only|just)\\b)${NO_REPORT}${NO_LEAD}${CLAUSE}, (?:but|yet) (?=(?:it|its|they|their|the|this|these|an?|most|some|many|each|\\w+ \\w+ (?:is|are|was|were))\\b)${HAS_VERB}${LAST_CLAUSE}$`,
    "i",
  ),
  opening: ([, given = ""]) => `Although ${inSentence(firstWords(given, 2))}`,
  parts: ([, given = "", claim = ""]) => ["Although", `${inSentence(given)},`, claim],
  sentence: /^Although .+, .+\.$/,
  pairs: [
    [
      "Lumen draws clean lines on large sheets, but it takes longer than its parent.",
      "Although Lumen draws clean lines on large sheets, it takes longer than its parent.",
    ],
    [
      "The small files load in two seconds, yet they keep 95% of the accuracy.",
      "Although the small files load in two seconds, they keep 95% of the accuracy.",
    ],
    [
      "Nimbus was tuned on radio alone, but the captions for films are good.",
      "Although Nimbus was tuned on radio alone, the captions for films are good.",
    ],
  ],
};

export const condition: RewriteShape = {
  name: "condition",
  match: new RegExp(
    `^${NO_REPORT}${NO_LEAD}(?:${CLAUSE}, (while|whereas|although|though|even though|even if|even when|unless|when|if)|${NO_SCOPE}${CLAUSE} (when|if|unless|once)) ${CLEAR}(?!(?:in|needed|possible|used|given|so|asked|less|more|not|only)\\b)${HAS_VERB}(?!.*\\b(?:it|them)\\.?$)${LAST_CLAUSE}$`,
    "i",
  ),
  opening: (match) => `${upperFirst(jointOf(match))} ${firstWords(match[5] ?? "", 2)}`,
  parts: (match) => [
    jointOf(match),
    `${unended(match[5] ?? "")},`,
    inSentence(match[1] ?? match[3] ?? ""),
  ],
  sentence: /^(?:While|Whereas|Although|Though|Even|Unless|When|If|Once) .+, .+\.$/,
  pairs: [
    [
      "Aria asks for a second photo when the first one is too dark to read.",
      "When the first one is too dark to read, Aria asks for a second photo.",
    ],
    [
      "Keys were stored in four bits during tuning, while the values stayed in eight.",
      "While the values stayed in eight, keys were stored in four bits during tuning.",
    ],
    [
      "The reader skips footnotes if a page has more than three columns.",
      "If a page has more than three columns, the reader skips footnotes.",
    ],
  ],
};

export const finding: RewriteShape = {
  name: "finding",
  match: new RegExp(`^(?:because|since) ${NOT_SPLIT}${CLAUSE}, (?!so\\b)${LAST_CLAUSE}$`, "i"),
  opening: ([, cause = ""]) => upperFirst(firstWords(cause, 2)),
  parts: ([, cause = "", effect = ""]) => [`${cause},`, "so", effect],
  sentence: /^.+, so .+\.$/,
  pairs: [
    [
      "Because the index lies in one file, Aria needs no server.",
      "The index lies in one file, so Aria needs no server.",
    ],
    [
      "Since all frames are kept, long films fill the memory of a phone.",
      "All frames are kept, so long films fill the memory of a phone.",
    ],
    [
      "Because Lumen reads pixels, the text of a scan is not copied.",
      "Lumen reads pixels, so the text of a scan is not copied.",
    ],
  ],
};

function jointOf([, , marked, , bare]: RegExpExecArray): string {
  return (marked ?? bare ?? "").toLowerCase();
}
