import type { RewriteShape } from "../rewrite-shape.ts";
import { lowerFirst, withoutParentheses } from "../../words.ts";

/** Cards write "significantly enhancement in its …"; no sentence can begin with that. */
const ENHANCEMENT = /\benhancements? (?:in|of) (?:its )?/i;

export const support: RewriteShape = {
  name: "support",
  match: /^(?:uniquely )?support (?:of|for) (.+)$/i,
  note: ([, rest]) => `Support of ${rest}`,
  opening: () => "The model supports",
  sentence: /^The model supports .+(?: and has |, which \w+s ).+\.$/,
  pairs: [
    [
      "Support of 40+ file formats and encodings with strong capabilities for table reading and chart analysis.",
      "The model supports 40+ file formats and encodings and has strong capabilities for table reading and chart analysis.",
    ],
    [
      "Support of easy changes between fast mode (for short replies, lists, and names) and careful mode (for hard, many-step puzzles) within single model, ensuring good answers in every setting.",
      "The model supports easy changes between fast mode (for short replies, lists, and names) and careful mode (for hard, many-step puzzles) within a single model, which ensures good answers in every setting.",
    ],
    [
      "Support of 12 accents and voices with solid abilities for live captions and dubbing.",
      "The model supports 12 accents and voices and has solid abilities for live captions and dubbing.",
    ],
    [
      "Support of smooth moves between day mode (for bright, open rooms) and night mode (for dim, quiet places) within single model, keeping the best contrast in many rooms.",
      "The model supports smooth moves between day mode (for bright, open rooms) and night mode (for dim, quiet places) within a single model, which keeps the best contrast in many rooms.",
    ],
  ],
};

export const strength: RewriteShape = {
  name: "strength",
  match:
    /^(?!(?:the|an?|this|it|its) )((?:[a-z]+ly )?[a-z]+ [^,:]{5,60}), (?:excelling|enabling|covering|achieving|allowing|reaching|refusing) .+$/i,
  note: ([whole]) => whole.replace(ENHANCEMENT, "enhanced "),
  opening: ([, what = ""]) =>
    `With ${lowerFirst(what.replace(ENHANCEMENT, "enhanced "))}, the model`,
  sentence: /^With [^,]+, the model \w+s .+\.$/,
  pairs: [
    [
      "Careful safety alignment, refusing harmful requests and staying polite, to give a calmer and safer experience.",
      "With careful safety alignment, the model refuses harmful requests and stays polite, to give a calmer and safer experience.",
    ],
    [
      "Expertise in long documents, enabling exact retrieval from books in both search and chat modes and reaching leading accuracy among small models in legal tasks.",
      "With expertise in long documents, the model enables exact retrieval from books in both search and chat modes and reaches leading accuracy among small models in legal tasks.",
    ],
    [
      "Mastery of tool chains, enabling safe use of shells in both local and remote sessions and achieving top scores among public models in repair tasks.",
      "With mastery of tool chains, the model enables safe use of shells in both local and remote sessions and achieves top scores among public models in repair tasks.",
    ],
    [
      "Superior translation skill, excelling in rare scripts, poetry, and news, to offer a richer and more faithful result.",
      "With superior translation skill, the model excels in rare scripts, poetry, and news, to offer a richer and more faithful result.",
    ],
  ],
};

export const comparison: RewriteShape = {
  name: "comparison",
  match:
    /^(?!(?:the|an?|this|it|its) )((?:[a-z]+ly )?[a-z]+ [^,:]{5,60}), (?:surpassing|outperforming) .+$/i,
  note: ([whole]) => whole.replace(ENHANCEMENT, "enhanced "),
  opening: ([, what = ""]) =>
    `With ${lowerFirst(what.replace(ENHANCEMENT, "enhanced "))}, the model`,
  sentence: /^With [^,]+, the model (?:surpasses|outperforms) .+\.$/,
  pairs: [
    [
      "Notably enhanced speech recognition, surpassing previous Aria (in quiet rooms) and Nimbus2 base models (in noisy rooms) on accents, music, and live captions.",
      "With notably enhanced speech recognition, the model surpasses previous Aria (in quiet rooms) and Nimbus2 base models (in noisy rooms) on accents, music, and live captions.",
    ],
    [
      "Strongly improved layout reading, outperforming earlier Lumen (on clean scans) and Aria1.5 tiny models (on worn scans) in tables, forms, and footnotes.",
      "With strongly improved layout reading, the model outperforms earlier Lumen (on clean scans) and Aria1.5 tiny models (on worn scans) in tables, forms, and footnotes.",
    ],
    [
      "Greatly enhanced map skills, surpassing previous Nimbus (in city mode) and Lumen3 chat models (in open-country mode) on routes, distances, and street names.",
      "With greatly enhanced map skills, the model surpasses previous Nimbus (in city mode) and Lumen3 chat models (in open-country mode) on routes, distances, and street names.",
    ],
  ],
};

export const suitability: RewriteShape = {
  name: "suitability",
  match: /^[^:]+ (?:is|are) [^:]+, making [A-Z][\w.-]* .+$/,
  note: ([whole]) => withoutParentheses(whole),
  opening: () => "Because",
  sentence: /^Because .+, .+ is .+\.$/,
  pairs: [
    [
      "Search features are mature and include wide support for reading private archives/mailboxes, making Aria useful for lawyers, libraries, and news desks.",
      "Because search features are mature and include wide support for reading private archives/mailboxes, Aria is useful for lawyers, libraries, and news desks.",
    ],
    [
      "The audio stack is small and includes a fast path for phones, making Nimbus suitable for calls and offline notes.",
      "Because the audio stack is small and includes a fast path for phones, Nimbus is suitable for calls and offline notes.",
    ],
    [
      "Vision skills are broad and include fine reading of forms, making Lumen handy for banks, clinics, and courts.",
      "Because vision skills are broad and include fine reading of forms, Lumen is handy for banks, clinics, and courts.",
    ],
  ],
};

export const benefit: RewriteShape = {
  name: "benefit",
  match:
    /^((?:all|both|the) [^,:]+?) (?:is|are) [^,:]+, (?:facilitating|supporting|helping|easing|enabling) .+$/i,
  opening: ([, what = ""]) => `Because ${lowerFirst(what)}`,
  sentence: /^Because .+ (?:is|are) .+, (?:they|it) .+\.$/,
  pairs: [
    [
      "All Aria-2 models are published freely under MIT, helping open science, audits, and teaching in both small and state-space (SSM) LLM designs at quite low cost.",
      "Because all Aria-2 models are published freely under MIT, they help open science, audits, and teaching in both small and state-space (SSM) LLM designs at quite low cost.",
    ],
    [
      "The Nimbus weights are shared openly under BSD-3, easing classroom use, reviews, and local changes.",
      "Because the Nimbus weights are shared openly under BSD-3, they ease classroom use, reviews, and local changes.",
    ],
    [
      "Both Lumen encoders are offered openly under MIT, supporting shared tests, study, and reuse of parts.",
      "Because both Lumen encoders are offered openly under MIT, they support shared tests, study, and reuse of parts.",
    ],
  ],
};

export const provision: RewriteShape = {
  name: "provision",
  match: /^[^,:]+ allows (?:an? )?[^,:]+, (?:offering|giving|providing) .+$/i,
  opening: () => "Through",
  sentence: /^Through .+, an? .+ is possible, which \w+s .+\.$/,
  pairs: [
    [
      "“Effort level” control allows steady balance between waiting time and answer depth, giving flexible service via settings.",
      "Through “effort level” control, a steady balance between waiting time and answer depth is possible, which gives flexible service via settings.",
    ],
    [
      "“Page memory” reuse allows quick exchange between old notes and new questions, offering smooth research via search.",
      "Through “page memory” reuse, a quick exchange between old notes and new questions is possible, which offers smooth research via search.",
    ],
    [
      "“Voice profile” storage allows simple transfer between home devices and shared screens, providing familiar replies via speech.",
      "Through “voice profile” storage, a simple transfer between home devices and shared screens is possible, which provides familiar replies via speech.",
    ],
  ],
};

export const parity: RewriteShape = {
  name: "parity",
  match: /^([^,:]+ while (?:using|needing|requiring) (?:only|just)? ?[^,:—]+)/i,
  note: ([, rest = ""]) => rest,
  opening: () => "Using",
  sentence: /^Using [^,]+, [^,]+\.$/,
  pairs: [
    [
      "Aria-2 small models match the earlier large models while using only 30% of the memory.",
      "Using only 30% of the memory, Aria-2 small models match the earlier large models.",
    ],
    [
      "Nimbus encoders keep the accuracy of full attention while using just 4 of the 16 heads.",
      "Using just 4 of the 16 heads, Nimbus encoders keep the accuracy of full attention.",
    ],
    [
      "Lumen base checkpoints equal prior recurrent checkpoints while using only half of the training data.",
      "Using only half of the training data, Lumen base checkpoints equal prior recurrent checkpoints.",
    ],
  ],
};
