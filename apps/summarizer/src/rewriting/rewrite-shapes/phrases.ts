import type { RewriteShape } from "../rewrite-shape.ts";
import { inSentence, upperFirst } from "../../words.ts";
import {
  CLAUSE,
  firstWords,
  LAST_CLAUSE,
  NO_LEAD,
  NO_RELATIVE,
  NOT_SPLIT,
  unended,
} from "./pieces.ts";

const LEADS =
  "On|In|With|Without|At|For|Beyond|During|After|Before|Under|Over|Among|Below|Above|Between|By|From|Despite";

/** What a sentence can begin with: a pronoun would point at nothing. */
const SUBJECT = String.raw`(?:the|people|raters|users|readers|retrieval|throughput|recall|quality|accuracy|perplexity)\b(?! (?:it|they|the|\d\S*)\b)`;

/** A phrase without a verb or a second subject, and no half of one. */
const PHRASE = String.raw`(?:(?:the|an?|one|our) )?(?:(?!(?:the|it|they|is|are|was|were|has|have|that|which|this|these|people|add|use|set)\b)(?:[\w@.%'-]|,(?=\d))+(?: |(?=, ))){1,8}?(?<!\b(?:of|with|in|on|for|to|and|or|an?|than|over|by|beyond|from|at|between|below|above|under|without|during|after|before|into) ?)`;

/** `In X, A` or `In X the model …`: the phrase goes to the end. */
export const setting: RewriteShape = {
  name: "setting",
  match: new RegExp(
    `^((?:${LEADS}) ${PHRASE})(?:(?<!^With .*), (?=(?:the|an?|each|all|[A-Z][\\w.-]*)\\b)|(?<= )(?=${SUBJECT}))(?!(?:[^,]|,\\d)*\\b(?:when|if|because|that|which|who|where|unless|until|whatever|as|than)\\b|.*\\band (?:\\w+s|the)\\b|.* in \\d+% of)${CLAUSE}(, (?:which|at a|far|given) [^;:?!]+)?\\.?$`,
  ),
  opening: ([, , claim = ""]) => upperFirst(firstWords(claim, 2)),
  parts: ([, phrase = "", claim = "", tail = ""]) => [
    claim,
    `${phrase.charAt(0).toLowerCase()}${phrase.slice(1).trim()}${tail}`,
  ],
  sentence: /^.+ .+\.$/,
  pairs: [
    [
      "With two cameras the model finds 96% of the doors.",
      "The model finds 96% of the doors with two cameras.",
    ],
    [
      "On quiet streets, Aria hears bells from 40 metres away.",
      "Aria hears bells from 40 metres away on quiet streets.",
    ],
    [
      "In tests with 90 drivers people rated the spoken hints higher.",
      "People rated the spoken hints higher in tests with 90 drivers.",
    ],
    [
      "Without a map the planner returns the shortest known route.",
      "The planner returns the shortest known route without a map.",
    ],
  ],
};

/** What a claim holds for, or when it was so, goes to the front. */
export const extent: RewriteShape = {
  name: "extent",
  match: new RegExp(
    `^${NO_LEAD}${NO_RELATIVE}(?!.*\\b(?:not|no|never|it|its)\\b|.*\\band \\w+(?:s|ed)\\b)${CLAUSE} ((?:in|for|on) (?:\\d[\\d.]*%|most|some|a (?:third|quarter|half)) of (?:the )?\\w+|in most \\w+|(?:in|before|during|after) (?:[\\w-]+[ -])?(?:training|tuning|pretraining|quantization|pruning|inference)|even (?:for|in|with|on|at) [^,]+|(?:at|during) inference|in runs of \\w+ \\w+|(?:on|with) (?:an?|one|the|two|\\d+) (?:[\\w-]+ ){0,2}(?:GPUs?|CPU|phone|laptop|file)|on [\\w, -]+ prompts)\\.?$`,
    "i",
  ),
  opening: ([, , where = ""]) => `${upperFirst(unended(where))},`,
  parts: ([, claim = "", where = ""]) => [`${unended(where)},`, inSentence(claim)],
  sentence: /^(?:In|For|On|Before|During|After|At|With|Even) .+, .+\.$/,
  pairs: [
    [
      "Aria names the right bird within three guesses in 81% of the calls.",
      "In 81% of the calls, Aria names the right bird within three guesses.",
    ],
    [
      "Clips that listeners had flagged were cut out before training.",
      "Before training, clips that listeners had flagged were cut out.",
    ],
    [
      "The planner misreads one-way signs in most villages.",
      "In most villages, the planner misreads one-way signs.",
    ],
  ],
};

/** `A, with B kept` and `A, using B`: the participle clause goes to the front. */
export const manner: RewriteShape = {
  name: "manner",
  match: new RegExp(
    `^(?!use |for )${NO_RELATIVE}${CLAUSE}, (with (?:no )?[^,]+ (?:kept|listed|written|removed|replaced|added|left|alone|merged|attached|frozen)(?: [^,]+)?|using [^,]+|instead of [^,]+)\\.?$`,
    "i",
  ),
  opening: ([, , how = ""]) => upperFirst(firstWords(how, 3)),
  parts: ([, claim = "", how = ""]) => [`${unended(how)},`, inSentence(claim)],
  sentence: /^(?:With|Using|Instead of) .+, .+\.$/,
  pairs: [
    [
      "Invoices are returned as CSV, with empty rows removed.",
      "With empty rows removed, invoices are returned as CSV.",
    ],
    [
      "Lumen was distilled in two rounds, using Aria-9B as the teacher.",
      "Using Aria-9B as the teacher, Lumen was distilled in two rounds.",
    ],
    [
      "Songs are split at each verse, with the title written into the first part.",
      "With the title written into the first part, songs are split at each verse.",
    ],
  ],
};

const NO_AIM = String.raw`(?<!\b(?:able|used|designed|meant|intended|needs?|needed|tuned|trained|expected|likely|ways?|how|tends?|tr(?:y|ies)|fails?|helps?|asked|free|required|possible|hard|easy|it|them|model|users?|people|made|given|due|compared|similar|up|close|according|in|order|as|enough|too \w+))`;

/** `A to avoid B`, or `A so that B can be done`: the aim goes to the front. */
export const aim: RewriteShape = {
  name: "aim",
  match: new RegExp(
    `^${NO_LEAD}(?!use |set |give )(?!.*\\b(?:not|no|never|only|which|that|who|can|should)\\b.* (?:to|so that) )${CLAUSE}${NO_AIM},? (to (?:align|reduce|avoid|improve|balance|lower|save|increase|prevent|limit|preserve) (?:(?! and \\w+s ).)+|so that (?=.* can )[^,]+?)\\.?$`,
    "i",
  ),
  opening: ([, , end = ""]) => upperFirst(firstWords(end, 3)),
  parts: ([, claim = "", end = ""]) => [`${unended(end)},`, inSentence(claim)],
  sentence: /^(?:To|So that) .+, .+\.$/,
  pairs: [
    [
      "Two maps are printed for every town so that old routes can be compared.",
      "So that old routes can be compared, two maps are printed for every town.",
    ],
    [
      "Lumen drops dark frames to save memory on small phones.",
      "To save memory on small phones, Lumen drops dark frames.",
    ],
    [
      "The planners share one clock and one map to avoid late buses.",
      "To avoid late buses, the planners share one clock and one map.",
    ],
  ],
};

/** `When A, B`: the clause goes to the end. */
export const afterthought: RewriteShape = {
  name: "afterthought",
  match: new RegExp(
    `^(when|if|while|unless|although|though|after|before|once) ${NOT_SPLIT}${CLAUSE}, (?!(?:it|its|they|their|this|then|you|use|set|llama|vllm)\\b)(?!.*\\b(?:not|no|never|cannot|that|which|who)\\b)${LAST_CLAUSE}$`,
    "i",
  ),
  opening: ([, , , claim = ""]) => upperFirst(firstWords(claim, 2)),
  parts: ([, joint = "", clause = "", claim = ""]) => [
    unended(claim),
    `${joint.toLowerCase()} ${clause}`,
  ],
  sentence: /^.+ (?:when|if|while|unless|although|though|after|before|once) .+\.$/,
  pairs: [
    [
      "When the lamp is off, Lumen reads the shelf by its outline.",
      "Lumen reads the shelf by its outline when the lamp is off.",
    ],
    [
      "If a song has two singers, the tracker follows the louder voice.",
      "The tracker follows the louder voice if a song has two singers.",
    ],
    [
      "After the scan ends, Aria writes one file for each room.",
      "Aria writes one file for each room after the scan ends.",
    ],
  ],
};
