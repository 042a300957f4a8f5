import { lowerFirst, splitLabel, upperFirst, withoutParentheses, words } from "./words.ts";

/**
 * A shape that notes of model cards and papers have, and how such a note becomes a sentence of
 * another shape. Very small models are no use when asked to rewrite; shown a few pairs of the same
 * two shapes and given the first words, they finish the sentence well, and a wrong try is easy to
 * tell by its words.
 */
export interface RewriteShape {
  readonly name: string;
  /** Tells that a note has this shape; `note` and `opening` are made from its groups. */
  readonly match: RegExp;
  /** The note as the pairs have it, where the source's words need trimming. */
  readonly note?: (match: RegExpExecArray) => string;
  /** The first words of the sentence. */
  readonly opening: (match: RegExpExecArray) => string;
  /** The form that the finished sentence must have; anything else is a slip of the model. */
  readonly sentence: RegExp;
  /** Invented notes and sentences about invented models: nothing in them can be true of a real one. */
  readonly pairs: readonly (readonly [note: string, sentence: string])[];
}

/** Cards write "significantly enhancement in its …"; no sentence can begin with that. */
const ENHANCEMENT = /\benhancements? (?:in|of) (?:its )?/i;

/** The first shape that matches is taken. */
export const REWRITE_SHAPES: readonly RewriteShape[] = [
  {
    name: "prohibition",
    match: /^do not .+, (?:as|because|since) it /i,
    opening: () => "Because it",
    sentence: /^Because it .+, .+ should not be \w+\.$/,
    pairs: [
      [
        "DO NOT use beam search, as it can lead to dull text and slow answers.",
        "Because it can lead to dull text and slow answers, beam search should not be used.",
      ],
      [
        "DO NOT use a very large batch, as it can lead to memory errors and long waits.",
        "Because it can lead to memory errors and long waits, a very large batch should not be used.",
      ],
      [
        "Do not use lossy caching, as it can hide failures and mislead readers.",
        "Because it can hide failures and mislead readers, lossy caching should not be used.",
      ],
    ],
  },
  {
    name: "recommendation",
    match: /^we recommend ((?:setting|using) .+ to (?!\d)\w+ .+)$/i,
    opening: () => "To",
    sentence: /^To .+, an? .+ is recommended .+\.$/,
    pairs: [
      [
        "We recommend setting `page_size` to 64 for small machines to avoid slow answers.",
        "To avoid slow answers, a `page_size` of 64 is recommended for small machines.",
      ],
      [
        "We recommend using a short system prompt for chat models to save memory.",
        "To save memory, a short system prompt is recommended for chat models.",
      ],
      [
        "We recommend setting `decay_rate` to 0.25 for trained adapters to reduce sudden jumps.",
        "To reduce sudden jumps, a `decay_rate` of 0.25 is recommended for trained adapters.",
      ],
    ],
  },
  {
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
  },
  {
    name: "strength",
    match:
      /^(?!(?:the|an?|this|it|its) )((?:[a-z]+ly )?[a-z]+ [^,:]{5,60}), (?:excelling|enabling|surpassing|covering|achieving|allowing|outperforming|reaching) .+$/i,
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
        "Notably enhanced speech recognition, surpassing previous Aria (in quiet rooms) and Nimbus2 base models (in noisy rooms) on accents, music, and live captions.",
        "With notably enhanced speech recognition, the model surpasses previous Aria (in quiet rooms) and Nimbus2 base models (in noisy rooms) on accents, music, and live captions.",
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
  },
  {
    name: "aspect",
    match: /^an? (\w+ (?:aspect|idea|step)) is (leveraging|using|combining) .+, \w+ing /i,
    opening: ([, , verb = ""]) => upperFirst(verb),
    sentence: /^\w+ing .+ is an? \w+ \w+ that \w+s .+\.$/,
    pairs: [
      [
        "A new step is using Aria2-VL for text reading from scans and Aria2 models for spam removal, raising both corpus size and value.",
        "Using Aria2-VL for text reading from scans and Aria2 models for spam removal is a new step that raises both corpus size and value.",
      ],
      [
        "A clever idea is combining Nimbus-Ear for speech detection in films and Nimbus models for caption checks, lifting both clip count and accuracy.",
        "Combining Nimbus-Ear for speech detection in films and Nimbus models for caption checks is a clever idea that lifts both clip count and accuracy.",
      ],
      [
        "A fresh aspect is leveraging Lumen-Doc for table finding in reports and Lumen models for label repair, improving both data range and trust.",
        "Leveraging Lumen-Doc for table finding in reports and Lumen models for label repair is a fresh aspect that improves both data range and trust.",
      ],
    ],
  },
  {
    name: "means",
    match: /^[^,:]+ by (?:\w+ly )?\w+ing [^,:]+$/i,
    opening: () => "By",
    sentence: /^By (?:\w+ly )?\w+ing [^,]+, .+\.$/,
    pairs: [
      [
        "Aria-2 lowers the memory use of long inputs by storing keys in eight bits.",
        "By storing keys in eight bits, Aria-2 lowers the memory use of long inputs.",
      ],
      [
        "The authors reach strong results in small Lumen models by carefully filtering noise from their recordings.",
        "By carefully filtering noise from their recordings, the authors reach strong results in small Lumen models.",
      ],
      [
        "Nimbus lets readers freely choose the length of each answer by adding a length control.",
        "By adding a length control, Nimbus lets readers freely choose the length of each answer.",
      ],
      [
        "The group gets fast replies in tiny Aria models by quietly sharing a prefix across requests.",
        "By quietly sharing a prefix across requests, the group gets fast replies in tiny Aria models.",
      ],
    ],
  },
  {
    name: "parity",
    match: /^([^,:]+ while (?:using|needing|requiring) (?:only|just)? ?[^,:—]+)/i,
    note: ([, rest]) => `${rest}.`,
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
  },
  {
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
  },
  {
    name: "origin",
    match: /^.+ (?:was|were) trained on .+, (sourced|taken|drawn|gathered|collected) from .+$/i,
    opening: ([, verb = ""]) => `${upperFirst(verb)} from`,
    sentence: /^\w+ from .+, .+ were used to train .+\.$/,
    pairs: [
      [
        "Aria2 models were trained on an immense ~2 trillion tokens, triple Aria1's 0.7T, taken from a broad mix of book and forum-like pages.",
        "Taken from a broad mix of book and forum-like pages, an immense ~2 trillion tokens, triple Aria1's 0.7T, were used to train Aria2 models.",
      ],
      [
        "Nimbus encoders were trained on an ample ~90 million clips, twice Nimbus0's 45M, drawn from a rich set of radio and lecture-like recordings.",
        "Drawn from a rich set of radio and lecture-like recordings, an ample ~90 million clips, twice Nimbus0's 45M, were used to train Nimbus encoders.",
      ],
      [
        "Lumen models were trained on an average ~600 billion words, half LumenX's 1.2T, gathered from a careful mix of news and law-like texts.",
        "Gathered from a careful mix of news and law-like texts, an average ~600 billion words, half LumenX's 1.2T, were used to train Lumen models.",
      ],
    ],
  },
  {
    name: "method",
    match: /^(.+ (?:was|were) .+ through .+?)(?:—|, )((?:enabling|allowing) .+)$/i,
    note: ([, what, effect]) => `${what}, ${effect}`,
    opening: () => "Through",
    sentence: /^Through [^,]+, .+ (?:was|were) .+, which \w+s .+\.$/,
    pairs: [
      [
        "Legal and medical data were widely extended through careful translation using dedicated Aria-Law and Aria-Med models, enabling good answers and safe drafts even in rare languages.",
        "Through careful translation using dedicated Aria-Law and Aria-Med models, legal and medical data were widely extended, which enables good answers and safe drafts even in rare languages.",
      ],
      [
        "Speech and music data were fully cleaned through noise removal using special Nimbus-Wave filters, enabling clear output and steady voices even on cheap phones.",
        "Through noise removal using special Nimbus-Wave filters, speech and music data were fully cleaned, which enables clear output and steady voices even on cheap phones.",
      ],
      [
        "Chart and table reading was greatly improved through repeated drills using older Lumen-1 models, enabling sound results even in small sizes.",
        "Through repeated drills using older Lumen-1 models, chart and table reading was greatly improved, which enables sound results even in small sizes.",
      ],
    ],
  },
  {
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
  },
  {
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
  },
  {
    name: "stages",
    match:
      /^the ([^,:]+ (?:process|procedure|pipeline|recipe)) (?:features|has|uses) an? ([^:]+): (.+)$/i,
    opening: ([, , plan = ""]) => `${/^[aeio]/i.test(plan) ? "An" : "A"} ${plan}`,
    sentence: /^An? .+ is used in the [^:]+: .+\.$/,
    pairs: [
      [
        "The tuning process features a careful 3-stage plan: Supervised warm start (SWS), DPO with human votes, and merging of chat/tool skills.",
        "A careful 3-stage plan is used in the tuning process: supervised warm start (SWS), DPO with human votes, and merging of chat/tool skills.",
      ],
      [
        "The release process features a public 5-stage review: Long draft notes (LDN), QA with outside experts, audit of short/long answers, translation checks, and final vote.",
        "A public 5-stage review is used in the release process: long draft notes (LDN), QA with outside experts, audit of short/long answers, translation checks, and final vote.",
      ],
      [
        "The cleaning process features a fast 2-stage filter: Removal of copies (hash) and scoring with a small classifier.",
        "A fast 2-stage filter is used in the cleaning process: removal of copies (hash) and scoring with a small classifier.",
      ],
    ],
  },
  {
    name: "introduction",
    match: /^(\w[\w.-]*) introduces a method to .+ compared to .+\.$/i,
    opening: ([, name = ""]) => `The method introduced by ${name}`,
    sentence: /^The method introduced by \S+ \w+s .+\.$/,
    pairs: [
      [
        "FoldNet introduces a method to shrink the key store of speech models (using shared slots, SLS) with far less code and tuning compared to earlier tricks.",
        "The method introduced by FoldNet shrinks the key store of speech models (using shared slots, SLS) with far less code and tuning compared to earlier tricks.",
      ],
      [
        "Glide introduces a method to widen the search range of vision models (using sliding crops) with much less memory and time compared to prior work.",
        "The method introduced by Glide widens the search range of vision models (using sliding crops) with much less memory and time compared to prior work.",
      ],
      [
        "TinyStep introduces a method to speed the training loop of graph models (using delayed sums, DS) with notably less power and noise compared to older plans.",
        "The method introduced by TinyStep speeds the training loop of graph models (using delayed sums, DS) with notably less power and noise compared to older plans.",
      ],
    ],
  },
];

/** A note as a shape's pairs have it, and the words that its sentence begins with. */
export interface ShapedNote {
  readonly shape: RewriteShape;
  readonly note: string;
  readonly opening: string;
}

/** The shape that fits a note, or undefined: then its own words are the best there is. */
export function shapeOf(text: string): ShapedNote | undefined {
  const { body } = splitLabel(text);
  for (const shape of REWRITE_SHAPES) {
    const match = shape.match.exec(body);
    if (match === null) continue;
    const note = shape.note?.(match) ?? body;
    return { shape, note: note.endsWith(".") ? note : `${note}.`, opening: shape.opening(match) };
  }
  return undefined;
}

/**
 * What the model reads before it writes: the pairs, the note, and the first words. With
 * `nearest-last` the pair that shares the most words with the note comes last, where a small model
 * follows it most closely: that helps some notes and misleads others.
 */
export function rewritePrompt(shaped: ShapedNote, order: "given" | "nearest-last"): string {
  const { shape, note, opening } = shaped;
  const own = new Set(words(note.toLowerCase()));
  const shared = (text: string): number =>
    words(text.toLowerCase()).filter((word) => own.has(word)).length;
  const pairs =
    order === "given" ? shape.pairs : shape.pairs.toSorted(([a], [b]) => shared(a) - shared(b));
  const examples = pairs.map(([example, sentence]) => `Note: ${example}\nSentence: ${sentence}\n`);
  return `${examples.join("\n")}\nNote: ${note}\nSentence: ${opening}`;
}
