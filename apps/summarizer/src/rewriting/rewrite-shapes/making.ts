import type { RewriteShape } from "../rewrite-shape.ts";
import { inSentence, lowerFirst, upperFirst } from "../../words.ts";
import { agreeing, firstWords, MADE, NOT_SPLIT } from "./pieces.ts";

/** What a counted thing ends with, so that the rest of its sentence may follow the verb. */
const HEAD = String.raw`(?!.* and \w+ed\b)((?:~|over |about |more than )?\d(?:[^,:;]|,\d|, (?=\w+(?: \w+)?(?:,| and )))*?)(,? (?:of which|in which|a third of which|half of which|each|followed by|such as|including|half of them|in \d[\d.]*|in \w+ phases) [^:;]+)?`;

/** `X was trained on 2T tokens of …`. */
export const corpus: RewriteShape = {
  name: "corpus",
  match: new RegExp(
    `^((?:(?! was | were | is | are | that | which )[^,:;])+) (?:was|were) (${MADE}) on ${HEAD}\\.?$`,
    "i",
  ),
  opening: ([, name = "", made = ""]) => `To ${verbOf(made)} ${inSentence(name)},`,
  parts: ([, name = "", made = "", data = "", more = ""]) => [
    `To ${verbOf(made)}`,
    `${inSentence(name)},`,
    data,
    `were used${more}`,
  ],
  sentence: /^To .+, .+ were used.*\.$/,
  pairs: [
    [
      "The Aria encoders were trained on 90 million clips of birds and rain.",
      "To train the Aria encoders, 90 million clips of birds and rain were used.",
    ],
    [
      "Nimbus-4 was tuned on 12,000 letters, of which 20% are complaints.",
      "To tune Nimbus-4, 12,000 letters were used, of which 20% are complaints.",
    ],
    [
      "Lumen was pretrained on 3T pixels, followed by 400 hours of film.",
      "To pretrain Lumen, 3T pixels were used, followed by 400 hours of film.",
    ],
  ],
};

/** `Training used 300 books in which …`. */
export const material: RewriteShape = {
  name: "material",
  match: new RegExp(
    `^((?:[\\w-]+ ){0,3}(?:training|tuning|fine-tuning|finetuning|distillation|pretraining|post-training|optimization|alignment)) used (?!.*, (?:a|of) )${HEAD}\\.?$`,
    "i",
  ),
  opening: ([, step = ""]) => `For ${lowerFirst(step)},`,
  parts: ([, step = "", data = "", more = ""]) => [
    "For",
    `${lowerFirst(step)},`,
    data,
    `were used${more}`,
  ],
  sentence: /^For .+, .+ were used.*\.$/,
  pairs: [
    [
      "Voice tuning used 700 radio plays that were read by 30 actors.",
      "For voice tuning, 700 radio plays that were read by 30 actors were used.",
    ],
    [
      "Training used 5 million sketches, half of them drawn by children.",
      "For training, 5 million sketches were used, half of them drawn by children.",
    ],
    [
      "Late alignment used 2,500 maps with street names removed.",
      "For late alignment, 2,500 maps with street names removed were used.",
    ],
  ],
};

/** `X was sorted with Y`, of verbs that one does with a means: it comes first. */
export const instrument: RewriteShape = {
  name: "instrument",
  match: new RegExp(
    `^(?!(?:it|they)\\b|.*\\b(?:not|no|never|so)\\b)${NOT_SPLIT}((?:(?! was | were | is | are | that | which )[^,:;.])+) (was|were|is|are) (deduplicated|filtered|cleaned|softened|mined|set|sorted|scored|labell?ed|measured|checked|normali[sz]ed|compressed|quanti[sz]ed|evaluated|tuned|aligned) with ([^:;]+?)\\.?$`,
    "i",
  ),
  opening: ([, what = "", , done = ""]) => `To ${verbOf(done)} ${inSentence(what)},`,
  parts: ([, what = "", be = "", done = "", means = ""]) => [
    `To ${verbOf(done)} ${inSentence(what)},`,
    `${means} ${agreeing(means, be.startsWith("w"))} used`,
  ],
  sentence: /^To \w+ .+, .+ (?:was|were|is|are) used\.$/,
  pairs: [
    [
      "The voices were cleaned with a filter from two older studios.",
      "To clean the voices, a filter from two older studios was used.",
    ],
    [
      "Sketches were sorted with marks of three teachers and a clerk.",
      "To sort sketches, marks of three teachers and a clerk were used.",
    ],
    [
      "The volume is set with a dial that two knobs share.",
      "To set the volume, a dial that two knobs share is used.",
    ],
  ],
};

/** `X was trained on a mix of …`. */
export const mixture: RewriteShape = {
  name: "mixture",
  match: new RegExp(
    `^((?:(?! was | were | is | are | that | which )[^,:;])+) (?:was|were) (${MADE}) on (an? (?:(?! that | which )[^:;])+?)\\.?$`,
    "i",
  ),
  opening: ([, , , data = ""]) => upperFirst(firstWords(data, 3)),
  parts: ([, name = "", made = "", data = ""]) => [
    data,
    `was used to ${verbOf(made)} ${inSentence(name)}`,
  ],
  sentence: /^An? .+ was used to .+\.$/,
  pairs: [
    [
      "Aria was trained on a Danish mix of songs, letters and maps.",
      "A Danish mix of songs, letters and maps was used to train Aria.",
    ],
    [
      "The small planners were tuned on a set of nine cities.",
      "A set of nine cities was used to tune the small planners.",
    ],
    [
      "Lumen-2 was pretrained on an archive of old posters, stamps and coins.",
      "An archive of old posters, stamps and coins was used to pretrain Lumen-2.",
    ],
  ],
};

/** `Training had three stages: A, B and C`. */
export const phases: RewriteShape = {
  name: "phases",
  match:
    /^([\w-]*(?:training|tuning|alignment)) (has|had) (two|three|four|five) (stages|steps|phases|rounds): ([^:;]+)$/i,
  opening: ([, , , count = "", what = ""]) => `The ${count} ${what} of`,
  parts: ([, step = "", has = "", count = "", what = "", list = ""]) => [
    `The ${count} ${what} of ${inSentence(step)} ${/had/i.test(has) ? "were" : "are"} ${list}`,
  ],
  sentence: /^The \w+ \w+ of \S+ (?:are|were) .+\.$/,
  pairs: [
    [
      "Training has two stages: a warm start on 900 songs, and a round of votes by drivers.",
      "The two stages of training are a warm start on 900 songs, and a round of votes by drivers.",
    ],
    [
      "Fine-tuning had three steps: a filter on letters, a merge of two maps, and a test.",
      "The three steps of fine-tuning were a filter on letters, a merge of two maps, and a test.",
    ],
    [
      "Post-training has four phases: drills with rules, drills with people, a pause, and a last merge.",
      "The four phases of post-training are drills with rules, drills with people, a pause, and a last merge.",
    ],
  ],
};

/** `tuned` → `tune`, `sorted` → `sort`, `set` → `set`. */
function verbOf(made: string): string {
  const base = made.toLowerCase().replace(/ed$/, "");
  if (base.endsWith("ll")) return base.slice(0, -1);
  return /(?:tun|min|scor|asur|cat|[iy][sz]|uat)$/.test(base) ? `${base}e` : base;
}
