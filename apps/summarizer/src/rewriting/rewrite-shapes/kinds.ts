import type { RewriteShape } from "../rewrite-shape.ts";
import { inSentence, upperFirst } from "../../words.ts";
import { firstWords } from "./pieces.ts";

const NAME = String.raw`(The model|(?!(?:This|That|It|There|Here|These)\b)(?:The )?\p{Lu}[\w.-]*(?: [\w.-]*[\p{Lu}\d][\w.-]*){0,3})`;

/** Verbs that a relative clause begins with where it says what its noun does; other words may be its subject. */
const DOES =
  "has|was|can|uses|runs|reads|writes|supports|combines|keeps|generates|produces|answers|handles|extends|includes|offers|works|takes|predicts|reaches|understands|follows|provides|scores|transcribes|thinks|outperforms";

/** `X is a Y. It does Z.` and `X is a Y that does Z.` */
export const kind: RewriteShape = {
  name: "kind",
  match: new RegExp(
    `^${NAME} is (an? (?:[^.,;:]|\\.(?=\\d)){6,}?)(?:(?:\\. It (?!is\\b)(?=(?:\\w+s|can) )| that (?=(?:${DOES}) ))([^;:?!]+)| ((?:pretrained|trained|distilled|released) [^;:?!]+))$`,
    "u",
  ),
  opening: ([, , what = ""]) => upperFirst(firstWords(what, 3)),
  parts: ([, name = "", what = "", does, done = ""]) => [
    `${what},`,
    inSentence(name),
    does ?? `was ${done}`,
  ],
  sentence: /^An? .+, .+ .+\.$/,
  pairs: [
    [
      "Aria-3 is a small encoder for birdsong. It names 400 birds and runs on a watch.",
      "A small encoder for birdsong, Aria-3 names 400 birds and runs on a watch.",
    ],
    [
      "Lumen is an open drawing model that was built from two older ones.",
      "An open drawing model, Lumen was built from two older ones.",
    ],
    [
      "Nimbus-Mini is a planner of 90 million weights for buses. It has 12 layers.",
      "A planner of 90 million weights for buses, Nimbus-Mini has 12 layers.",
    ],
  ],
};

/** `X has A. It does B.` */
export const possession: RewriteShape = {
  name: "possession",
  match: new RegExp(
    `^${NAME} has (?!.*\\b(?:not|no|never)\\b)((?:[^.;:?!]|\\.(?=\\S))+)\\. It ((?!is\\b|has\\b)(?:also )?(?:\\w+s|can) [^;:?!]+)$`,
    "u",
  ),
  opening: ([, , what = ""]) => `With ${firstWords(what, 2)}`,
  parts: ([, name = "", what = "", does = ""]) => [`With ${what},`, inSentence(name), does],
  sentence: /^With .+, .+\.$/,
  pairs: [
    [
      "Aria-3 has 12 layers and a step size of 40. It was tuned on birdsong in spring.",
      "With 12 layers and a step size of 40, Aria-3 was tuned on birdsong in spring.",
    ],
    [
      "The model has 90 million weights. It also reads maps and names streets.",
      "With 90 million weights, the model also reads maps and names streets.",
    ],
    [
      "Lumen-Mini has two lenses and a memory of 3 MB. It uses the old film format.",
      "With two lenses and a memory of 3 MB, Lumen-Mini uses the old film format.",
    ],
  ],
};

/** `X does A. It has B.` and `X does A. It was tuned for B.` */
export const background: RewriteShape = {
  name: "background",
  match: new RegExp(
    `^(${NAME.slice(1, -1)} (?:is|\\w+s) (?:[^.;:?!]|\\.(?=\\S))+)\\. It (?:has ((?!.*\\b(?:not|no)\\b)[^.;:]*?(?:\\.\\d[^.;:]*?)?)|was ((?:not )?(?:tuned|trained|built|merged|pruned|distilled) (?:[^.;:]|\\.(?=\\S))+))\\.?$`,
    "u",
  ),
  opening: ([, , has, was = ""]) =>
    upperFirst(firstWords(has === undefined ? was : `with ${has}`, 3)),
  parts: ([, claim = "", has, was = ""]) => [
    `${has === undefined ? was : `with ${has}`},`,
    inSentence(claim),
  ],
  sentence: /^[^.]+(?:\.\S[^.]*)*, .+\.$/,
  pairs: [
    [
      "Aria-3 names 400 birds by their songs. It has 12 million weights.",
      "With 12 million weights, Aria-3 names 400 birds by their songs.",
    ],
    [
      "Lumen draws maps of small towns. It was tuned on 900 sketches of bridges.",
      "Tuned on 900 sketches of bridges, Lumen draws maps of small towns.",
    ],
    [
      "Nimbus is meant for buses in old cities. It was not trained to plan flights.",
      "Not trained to plan flights, Nimbus is meant for buses in old cities.",
    ],
  ],
};

/** `Supports nine scripts`: a bullet that leaves its subject out. */
export const ability: RewriteShape = {
  name: "ability",
  match:
    /^(?:supports|offers|maintains|handles|provides|outperforms|understands|generates|produces|includes|delivers|achieves|accepts|keeps|follows|requires|enables) (?!(?:is|are|was|were|in|of|to|on|with|which)\b)[^;:?!]+$/i,
  opening: ([whole]) => `The model ${firstWords(whole, 1).toLowerCase()}`,
  parts: ([whole]) => ["The model", whole.charAt(0).toLowerCase() + whole.slice(1)],
  sentence: /^The model .+\.$/,
  pairs: [
    [
      "Supports nine scripts, including Cyrillic and Thai.",
      "The model supports nine scripts, including Cyrillic and Thai.",
    ],
    [
      "Handles noisy rooms with native echo removal and loudness control.",
      "The model handles noisy rooms with native echo removal and loudness control.",
    ],
    [
      "Outperforms older trackers on many busy streets.",
      "The model outperforms older trackers on many busy streets.",
    ],
  ],
};
