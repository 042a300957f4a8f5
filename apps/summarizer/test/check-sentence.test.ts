import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSentence, type Rejection } from "../src/rewriting/check-sentence.ts";

/** No form of a shape: the checks stand alone. */
const ANY_FORM = /^/;

const HEADS = "The decoder has 94 layers with 64 query heads and 4 KV heads in each of them.";
const LANGUAGES = "Support of 119 languages with strong capabilities for translation and dialogue.";
const MODES =
  "Enhanced reasoning capabilities, surpassing previous QwQ (in thinking mode) and Qwen2.5 instruct models (in non-thinking mode) on mathematics and code.";
const TOOLS =
  "Expertise in agent capabilities, enabling integration with external tools in both modes and achieving leading performance among open-source models.";
const PARITY =
  "Qwen3-MoE base models match dense base models while using only 10% of the active parameters.";
const GREEDY = "DO NOT use greedy decoding, as it can lead to degradation and endless repetitions.";
const SWITCH =
  "Support of seamless switching between chat mode (for dialogue) and code mode (for programs) within single model, ensuring optimal performance everywhere.";
const BUDGET =
  "Qwen3 enables users to allocate computational resources by introducing a thinking budget mechanism.";
const SIZE = "Qwen3 models were trained on an enormous ~36 trillion tokens, double Qwen2.5's 18T.";

/** Slips that small models made with real notes, or could. */
const SLIPS: readonly (readonly [
  what: string,
  note: string,
  sentence: string,
  rejection: Rejection,
])[] = [
  [
    "a wrong attribute for a number",
    "Number of Attention Heads (GQA): 64 for Q and 4 for KV.",
    "Each attention head was set to 64 for Q and 4 for KV.",
    "invention",
  ],
  [
    "numbers that change places",
    HEADS,
    "With 64 layers, the decoder has 94 query heads and 4 KV heads in each of them.",
    "relation",
  ],
  [
    "numbers that change owners",
    "Aria reads 3 formats in a single pass and Lumen writes 5 formats in a second pass.",
    "In a single pass, Aria reads 5 formats and in a second pass, Lumen writes 3 formats.",
    "relation",
  ],
  [
    "a number lost",
    HEADS,
    "With 94 layers, the decoder has query heads and 4 KV heads in each of them.",
    "numbers",
  ],
  [
    "a plus sign lost",
    "Support of 100+ languages with strong capabilities for translation and dialogue.",
    "The model supports 100 languages and has strong capabilities for translation and dialogue.",
    "names",
  ],
  [
    "a unit changed",
    SIZE,
    "An enormous ~36 trillion tokens, double Qwen2.5's 18B, were used to train Qwen3 models.",
    "names",
  ],
  [
    "“more than” added",
    LANGUAGES,
    "The model supports more than 119 languages and has strong capabilities for translation and dialogue.",
    "qualifier",
  ],
  [
    "“up to” added",
    LANGUAGES,
    "The model supports up to 119 languages and has strong capabilities for translation and dialogue.",
    "qualifier",
  ],
  [
    "“at least” added",
    LANGUAGES,
    "The model supports at least 119 languages and has strong capabilities for translation and dialogue.",
    "qualifier",
  ],
  [
    "“only” lost",
    PARITY,
    "Using 10% of the active parameters, Qwen3-MoE base models match dense base models.",
    "qualifier",
  ],
  [
    "“can” lost",
    GREEDY,
    "Because it leads to degradation and endless repetitions, greedy decoding should not be used.",
    "qualifier",
  ],
  [
    "“~” lost",
    SIZE,
    "An enormous 36 trillion tokens, double Qwen2.5's 18T, were used to train Qwen3 models.",
    "qualifier",
  ],
  [
    "a negation dropped",
    GREEDY,
    "Because it can lead to degradation and endless repetitions, greedy decoding should be used.",
    "negation",
  ],
  [
    "“non-” dropped",
    MODES,
    "With enhanced reasoning capabilities, the model surpasses previous QwQ (in thinking mode) and Qwen2.5 instruct models (in thinking mode) on mathematics and code.",
    "negation",
  ],
  [
    "a negation added",
    LANGUAGES,
    "The model supports 119 languages without strong capabilities for translation and dialogue.",
    "negation",
  ],
  [
    "a negation moved",
    "The release does not include training data but includes evaluation scripts and logs.",
    "The release includes training data but does not include evaluation scripts and logs.",
    "relation",
  ],
  [
    "an aside given to the other model",
    MODES,
    "With enhanced reasoning capabilities, the model surpasses Qwen2.5 instruct models (in thinking mode) and previous QwQ (in non-thinking mode) on mathematics and code.",
    "relation",
  ],
  [
    "asides that change places",
    MODES,
    "With enhanced reasoning capabilities, the model surpasses previous QwQ (in non-thinking mode) and Qwen2.5 instruct models (in thinking mode) on mathematics and code.",
    "relation",
  ],
  [
    "an aside after a part of its name",
    MODES,
    "With enhanced reasoning capabilities, the model surpasses previous QwQ (in thinking mode) and Qwen2.5 (in non-thinking mode) on mathematics and code.",
    "relation",
  ],
  [
    "an aside let out of its parentheses into new ones",
    SWITCH,
    "The model supports seamless switching between chat mode and code mode (for dialogue) and programs within a single model, which ensures optimal performance everywhere.",
    "relation",
  ],
  [
    "an adjective invented",
    LANGUAGES,
    "The model supports 119 diverse languages and has strong capabilities for translation and dialogue.",
    "invention",
  ],
  [
    "a verb invented",
    TOOLS,
    "With expertise in agent capabilities, the model excels in integration with external tools in both modes and achieves leading performance among open-source models.",
    "invention",
  ],
  [
    "a name invented",
    LANGUAGES,
    "The model supports 119 languages and has strong NLP capabilities for translation and dialogue.",
    "names",
  ],
  [
    "a name lost",
    "Extended tests of vLLM and SGLang show fast answers in long chats with many users.",
    "In long chats with many users, extended tests of SGLang show fast answers.",
    "names",
  ],
  [
    "half of the note lost",
    TOOLS,
    "With expertise in agent capabilities, the model enables integration with tools.",
    "omission",
  ],
  ["a copy", LANGUAGES, LANGUAGES, "copy"],
  [
    "a copy but for one word",
    "Careful tests of many long documents show that the small decoder keeps most facts in every language.",
    "Careful tests of many long documents show that a small decoder keeps most facts in every language.",
    "copy",
  ],
  [
    "no end",
    LANGUAGES,
    "The model supports 119 languages and has strong capabilities for translation and",
    "shape",
  ],
  [
    "a relative clause cut off",
    "Aria is a small table that was trained on nine old languages.",
    "Nine old languages was trained on Aria is a small table that.",
    "grammar",
  ],
  [
    "an end in the middle of a clause",
    LANGUAGES,
    "The model supports 119 languages, dialogue and has strong capabilities for translation and.",
    "grammar",
  ],
  [
    "two sentences",
    LANGUAGES,
    "The model supports 119 languages. It has strong capabilities for translation and dialogue.",
    "shape",
  ],
  [
    "two sentences, the second without a capital",
    LANGUAGES,
    "The model supports 119 languages. it has strong capabilities for translation and dialogue.",
    "shape",
  ],
  [
    "parallel verbs half converted",
    TOOLS,
    "With expertise in agent capabilities, the model enables integration with external tools in both modes and achieving leading performance among open-source models.",
    "grammar",
  ],
  [
    "“a enormous”",
    SIZE,
    "A enormous ~36 trillion tokens, double Qwen2.5's 18T, were used to train Qwen3 models.",
    "grammar",
  ],
  [
    "“within single model”",
    SWITCH,
    "The model supports seamless switching between chat mode (for dialogue) and code mode (for programs) within single model, which ensures optimal performance everywhere.",
    "grammar",
  ],
  [
    "an article lost",
    BUDGET,
    "By introducing thinking budget, Qwen3 enables users to allocate computational resources.",
    "grammar",
  ],
  [
    "a word again and again",
    LANGUAGES,
    "The model supports 119 languages and has strong capabilities for translation and dialogue and translation.",
    "repetition",
  ],
  [
    "markup",
    LANGUAGES,
    "The model supports **119 languages** and has strong capabilities for translation and dialogue.",
    "shape",
  ],
  [
    "a link",
    LANGUAGES,
    "The model supports 119 languages (https://translation.dialogue) and has strong capabilities.",
    "shape",
  ],
  [
    "an open parenthesis",
    SWITCH,
    "The model supports seamless switching between chat mode (for dialogue and code mode (for programs) within a single model, which ensures optimal performance everywhere.",
    "shape",
  ],
  [
    "words in any order",
    "Careful alignment of long answers makes tutors patient, editors exact, and reviewers of legal drafts fast.",
    "Patient editors of drafts, exact tutors, and fast answers make careful reviewers long for legal alignment.",
    "relation",
  ],
];

/** What a careful writer makes of the same notes. */
const GOOD: readonly (readonly [note: string, sentence: string])[] = [
  [
    LANGUAGES,
    "The model supports 119 languages and has strong capabilities for translation and dialogue.",
  ],
  [
    MODES,
    "With enhanced reasoning capabilities, the model surpasses previous QwQ (in thinking mode) and Qwen2.5 instruct models (in non-thinking mode) on mathematics and code.",
  ],
  [
    TOOLS,
    "With expertise in agent capabilities, the model enables integration with external tools in both modes and achieves leading performance among open-source models.",
  ],
  [
    BUDGET,
    "By introducing a thinking budget mechanism, Qwen3 enables users to allocate computational resources.",
  ],
  [
    PARITY,
    "Using only 10% of the active parameters, Qwen3-MoE base models match dense base models.",
  ],
  [
    GREEDY,
    "Because it can lead to degradation and endless repetitions, greedy decoding should not be used.",
  ],
  [
    SWITCH,
    "The model supports seamless switching between chat mode (for dialogue) and code mode (for programs) within a single model, which ensures optimal performance everywhere.",
  ],
  [SIZE, "An enormous ~36 trillion tokens, double Qwen2.5's 18T, were used to train Qwen3 models."],
  [
    "Qwen3 enables users to allocate computational resources per inference by introducing a “thinking budget” mechanism.",
    "By introducing a “thinking budget” mechanism, Qwen3 enables users to allocate computational resources per inference.",
  ],
];

describe("checkSentence", () => {
  it.each(SLIPS)("rejects %s", (_what, note, sentence, rejection) => {
    expect(checkSentence(note, sentence, ANY_FORM)).toMatchObject({ ok: false, rejection });
  });

  it("lets a plural do without the note's article", () => {
    const sentence =
      "By introducing thinking budgets, Qwen3 enables users to allocate computational resources.";
    expect(checkSentence(BUDGET, sentence, ANY_FORM)).toMatchObject({ ok: true });
  });

  it.each(GOOD)("%s → %s", (note, sentence) => {
    expect(checkSentence(note, sentence, ANY_FORM)).toMatchObject({ ok: true, kept: 1 });
  });

  it("rejects a true sentence in another form than its shape's", () => {
    const [note, sentence] = GOOD[0] ?? ["", ""];
    expect(checkSentence(note, sentence, /^With /)).toMatchObject({ ok: false, rejection: "form" });
  });

  it("says what is wrong", () => {
    const sentence = "The model supports 12 languages and has strong capabilities for dialogue.";
    const check = checkSentence(LANGUAGES, sentence, ANY_FORM);
    expect(check).toEqual({ ok: false, rejection: "numbers", detail: "expected 119, got 12" });
  });

  it("lets no changed number pass", () => {
    const good = fc.constantFrom(...GOOD.filter(([note]) => /\d/.test(note)));
    const change = fc.record({ at: fc.nat(20), by: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(good, change, ([note, sentence], { at, by }) => {
        const places = [...sentence.matchAll(/\d/g)];
        const place = places[at % places.length];
        if (place === undefined) throw new Error("expected a digit");
        const digit = (Number(place[0]) + by) % 10;
        const changed = `${sentence.slice(0, place.index)}${digit}${sentence.slice(place.index + 1)}`;
        expect(checkSentence(note, changed, ANY_FORM).ok).toBe(false);
      }),
    );
  });

  it("lets no word be put into a sentence that its note does not have", () => {
    const word = fc.stringMatching(/^[a-z]{5,12}$/).map((letters) => `zq${letters}`);
    fc.assert(
      fc.property(fc.constantFrom(...GOOD), word, fc.nat(30), ([note, sentence], added, at) => {
        const parts = sentence.split(" ");
        parts.splice(1 + (at % (parts.length - 1)), 0, added);
        expect(checkSentence(note, parts.join(" "), ANY_FORM).ok).toBe(false);
      }),
    );
  });

  it("never takes a note for its own sentence", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.lorem({ mode: "sentences" }),
      fc.constantFrom(...GOOD.flat()),
    );
    fc.assert(fc.property(text, (note) => !checkSentence(note, note, ANY_FORM).ok));
  });

  it("answers whatever the two texts are", () => {
    const text = fc.string({ unit: "binary", maxLength: 400 });
    fc.assert(
      fc.property(text, text, (note, sentence) => {
        expect(checkSentence(note, sentence, ANY_FORM)).toHaveProperty("ok");
      }),
    );
  });

  it.each(["a", " ", "(", "1,", "and ", "not ", ". ", "A (b) ", "was trained on , "])(
    "answers at once to 100,000 characters of %j",
    (piece) => {
      const text = `A${piece.repeat(100_000 / piece.length)}.`;
      expect(checkSentence(text, text, /^.+, .+ which \w+s .+\.$/).ok).toBe(false);
      expect(checkSentence(LANGUAGES, text, ANY_FORM).ok).toBe(false);
    },
  );
});
