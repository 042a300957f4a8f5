import type { RewriteShape } from "../rewrite-shape.ts";
import { inSentence, upperFirst } from "../../words.ts";
import { agreeing, firstWords } from "./pieces.ts";

/** A subject and an object in one clause; `and` before the verb would part the subject from it. */
const PLAIN = String.raw`(?!.*(?:\b(?:not|no|never|[Ii]t|[Tt]hey|its|they|their|which|we|I|who)\b|[:;—]|[.!?]\s|, \w+(?:ing|ly)\b|, (?:and|but|so|which|who|while|where|as|because|since)\b))`;

/** `X uses Y`: Y comes first. */
export const usage: RewriteShape = {
  name: "usage",
  match: new RegExp(
    `^${PLAIN}((?:(?! that | and )[^,])+?) ((?<=s )(?:use|employ|adopt)|uses|used|employs|employed|adopts|adopted|allows|excludes|supports|requires) (?![~\\d])((?:(?! (?:to|for) ).)+?)( for .+?)?\\.?$`,
  ),
  opening: ([, , , what = ""]) => upperFirst(firstWords(what, 2)),
  parts: ([, who = "", verb = "", what = "", aim = ""]) => [
    what,
    `${agreeing(what, /ed$/i.test(verb))} ${participle(verb)}`,
    `${/(?:ing|tion)\b/.test(who) ? "in" : "by"} ${inSentence(who)}${aim}`,
  ],
  sentence: /^.+ (?:is|are|was|were) \w+ed (?:by|in) .+\.$/,
  pairs: [
    ["Aria-3 uses round pads and a soft clock.", "Round pads and a soft clock are used by Aria-3."],
    [
      "The small planners employ a street index of 40,000 names.",
      "A street index of 40,000 names is employed by the small planners.",
    ],
    [
      "Nimbus adopted older tricks including shared slots.",
      "Older tricks including shared slots were adopted by Nimbus.",
    ],
  ],
};

/** `X lowers Y`: Y comes first. */
export const effect: RewriteShape = {
  name: "effect",
  match: new RegExp(
    `^${PLAIN}((?:(?! that | and )[^,])+?) (lowers?|raises?|reduces?|improves?|increases?|doubles?|halves?|saves?|shortens?|limits?|replaces?|lowered|raised|reduced|improved|doubled|halved|saved) ((?:the|a|an|about) (?:(?! (?:by|from|to|on|in|for) ).)+?)\\.?$`,
    "i",
  ),
  opening: ([, , , what = ""]) => upperFirst(firstWords(what, 3)),
  parts: ([, who = "", verb = "", what = ""]) => [
    what,
    `${agreeing(what, /ed$/i.test(verb))} ${participle(verb)}`,
    `by ${inSentence(who)}`,
  ],
  sentence: /^.+ (?:is|are|was|were) \w+ed by .+\.$/,
  pairs: [
    [
      "The rain on the lens lowers the sharpness of each frame.",
      "The sharpness of each frame is lowered by the rain on the lens.",
    ],
    [
      "Sharing one map for two buses saves about a fifth of the fuel.",
      "About a fifth of the fuel is saved by sharing one map for two buses.",
    ],
    [
      "Longer ropes reduced the number of falls.",
      "The number of falls was reduced by longer ropes.",
    ],
  ],
};

/** `Use an X that …`. */
/** `X can produce Y`. */
export const faculty: RewriteShape = {
  name: "faculty",
  match: new RegExp(
    `^(?!.* (?:when|if|unless|to) )${PLAIN}((?:the model|\\p{Lu}[\\w.-]+)) (can|may|might|must|should) (produce|generate|invent|insert|process|handle|return|transcribe|repeat|contain|follow|support|answer|read|need) ((?:[^,.]|, (?=\\w+(?:,| or | and ))|\\.(?=\\d))+?)\\.?$`,
    "iu",
  ),
  opening: ([, , , , what = ""]) => upperFirst(firstWords(what, 2)),
  parts: ([, who = "", modal = "", verb = "", what = ""]) => [
    what,
    `${modal} be ${verb.endsWith("read") ? verb : participle(verb)}`,
    `by ${inSentence(who)}`,
  ],
  sentence: /^.+ (?:can|may|might|must|should) be \w+ by .+\.$/,
  pairs: [
    [
      "The model can insert streets that are closed, new or private.",
      "Streets that are closed, new or private can be inserted by the model.",
    ],
    [
      "Aria-3 may repeat the last word of a song.",
      "The last word of a song may be repeated by Aria-3.",
    ],
    [
      "Lumen can handle sketches of 40 bridges and roads.",
      "Sketches of 40 bridges and roads can be handled by Lumen.",
    ],
  ],
};

/** `We recommend using X`. */
export const advice: RewriteShape = {
  name: "advice",
  match: /^we recommend (using [^,:;]+?)\.?$/i,
  opening: ([, what = ""]) => upperFirst(firstWords(what, 2)),
  parts: ([, what = ""]) => [what, "is recommended"],
  sentence: /^Using .+ is recommended\.$/,
  pairs: [
    ["We recommend using Aria with two cameras.", "Using Aria with two cameras is recommended."],
    [
      "We recommend using the small map for buses at night.",
      "Using the small map for buses at night is recommended.",
    ],
    [
      "We recommend using a microphone near the door.",
      "Using a microphone near the door is recommended.",
    ],
  ],
};

export const order: RewriteShape = {
  name: "order",
  match: /^use (an? [^,:;]+?)\.?$/i,
  opening: ([, what = ""]) => upperFirst(firstWords(what, 3)),
  parts: ([, what = ""]) => [what, "is recommended"],
  sentence: /^An? .+ is recommended\.$/,
  pairs: [
    [
      "Use a lens that keeps straight lines straight.",
      "A lens that keeps straight lines straight is recommended.",
    ],
    [
      "Use an index of Lumen that knows street names.",
      "An index of Lumen that knows street names is recommended.",
    ],
    [
      "Use a short greeting in the language of the caller.",
      "A short greeting in the language of the caller is recommended.",
    ],
  ],
};

function participle(verb: string): string {
  const base = verb.toLowerCase().replace(/s$/, "").replace(/e?d$/, "");
  return `${base.replace(/e$/, "")}ed`;
}
