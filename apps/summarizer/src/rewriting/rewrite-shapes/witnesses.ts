import type { RewriteShape } from "../rewrite-shape.ts";
import { inSentence, upperFirst } from "../../words.ts";
import { CLAUSE, firstWords, NO_LEAD } from "./pieces.ts";

/** `A, as the tests show`: the witness comes first. */
export const witness: RewriteShape = {
  name: "witness",
  match: new RegExp(
    `^${NO_LEAD}${CLAUSE}, (as [^,]+ (?:shows?|suggests?|reports?|found))\\.?$`,
    "i",
  ),
  opening: ([, , as = ""]) => upperFirst(firstWords(as, 3)),
  parts: ([, claim = "", as = ""]) => [`${as},`, inSentence(claim)],
  sentence: /^As .+, .+\.$/,
  pairs: [
    [
      "Aria prefers the left lane on empty roads, as a log of 90 trips shows.",
      "As a log of 90 trips shows, Aria prefers the left lane on empty roads.",
    ],
    [
      "Echoes are harder for Lumen than for its parent, as the tests in two halls suggest.",
      "As the tests in two halls suggest, echoes are harder for Lumen than for its parent.",
    ],
    [
      "The smaller map is enough for buses, as the drivers found.",
      "As the drivers found, the smaller map is enough for buses.",
    ],
  ],
};

/** `The tests show that A`: the witness goes to the end. */
export const report: RewriteShape = {
  name: "report",
  match:
    /^(?!(?:it|they|we|this|these)\b)((?:(?! that )[^,:;])+) (shows?|finds?|found|reports?|showed|reported) that (?!(?:it|its|they|their|this|these|\d\S*)\b)([^:;?!]+?)\.?$/i,
  opening: ([, , , claim = ""]) => upperFirst(firstWords(claim, 2)),
  parts: ([, who = "", verb = "", claim = ""]) => [`${claim},`, `as ${inSentence(who)} ${verb}`],
  sentence: /^.+, as .+\.$/,
  pairs: [
    [
      "Tests on two bridges show that Aria hears wind as rain.",
      "Aria hears wind as rain, as tests on two bridges show.",
    ],
    [
      "The makers of Lumen report that longer songs need no more memory.",
      "Longer songs need no more memory, as the makers of Lumen report.",
    ],
    [
      "A survey of 40 drivers found that the small map of Nimbus is enough for buses.",
      "The small map of Nimbus is enough for buses, as a survey of 40 drivers found.",
    ],
  ],
};
