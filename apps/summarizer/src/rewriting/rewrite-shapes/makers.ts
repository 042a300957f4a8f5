import type { RewriteShape } from "../rewrite-shape.ts";
import { inSentence, upperFirst } from "../../words.ts";
import { agreeing, firstWords, MADE } from "./pieces.ts";

/** `Some Lab trained the model on …`. */
export const maker: RewriteShape = {
  name: "maker",
  match: new RegExp(
    `^(\\p{Lu}[\\w-]*(?: \\p{Lu}[\\w-]*){0,3}) (${MADE}|released|built|developed) (the model|\\p{Lu}[\\w.-]+) ([^,;:]+?)\\.?$`,
    "u",
  ),
  opening: ([, , made = "", what = ""]) => `${upperFirst(what)} was ${made} by`,
  parts: ([, who = "", made = "", what = "", how = ""]) => [what, "was", made, "by", who, how],
  sentence: /^.+ was \S+ by .+\.$/,
  pairs: [
    [
      "Birch Labs trained the model on 12 GPUs in nine days.",
      "The model was trained by Birch Labs on 12 GPUs in nine days.",
    ],
    [
      "Aria Institute released Lumen-2 with all logs of the run.",
      "Lumen-2 was released by Aria Institute with all logs of the run.",
    ],
    [
      "Nimbus Works built the model from two older encoders.",
      "The model was built by Nimbus Works from two older encoders.",
    ],
  ],
};

/** `We set the batch to 32`: what was done, whoever did it. */
export const deed: RewriteShape = {
  name: "deed",
  match:
    /^(?:((?:during|in|for|before|after) [^,]+), )?we (set|conducted|used|trained|applied|adopted|performed|evaluated|measured|removed|released|built|tuned) ((?:(?! (?:to|with|on|in|for|by|from|that) )[^,;:\d])+?)((?: (?:to|with|on|in|for|by|from) [^,;:]+?)?)\.?$/i,
  opening: ([, , , what = ""]) => upperFirst(firstWords(what, 2)),
  parts: ([, when = "", verb = "", what = "", how = ""]) => [
    `${what} ${agreeing(what, true)} ${verb}${how}`,
    inSentence(when),
  ],
  sentence: /^.+ (?:was|were) .+\.$/,
  pairs: [
    [
      "During tuning, we set the step size to 0.02.",
      "The step size was set to 0.02 during tuning.",
    ],
    [
      "We conducted blind testing with guides from four parks.",
      "Blind testing was conducted with guides from four parks.",
    ],
    [
      "For the last round, we removed the lowest layers.",
      "The lowest layers were removed for the last round.",
    ],
  ],
};
