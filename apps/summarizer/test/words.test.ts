import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contentWords,
  inSentence,
  isNamed,
  lowerFirst,
  sharesStem,
  splitLabel,
  withoutParentheses,
  words,
} from "../src/words.ts";

describe("sharesStem", () => {
  it.each([
    "excel excels excelled excelling",
    "enable enables enabled enabling",
    "reach reaches reaching",
    "process processes processed processing",
    "study studies studying",
    "apply applied applying",
    "ability abilities",
    "surpass surpasses surpassing",
    "speed speeds",
    "need needs needed",
    "improve improves improvement improving",
    "optimal optimally",
    "train trained training",
    "release releases released",
    "mode modes",
    "model models",
    "class classes",
  ])("takes forms of one word for the same: %s", (line) => {
    const forms = line.split(" ");
    for (const a of forms)
      for (const b of forms) expect([a, b, sharesStem(a, b)]).toEqual([a, b, true]);
  });

  it.each([
    "form format",
    "mode model",
    "mode modern",
    "large larger",
    "dense density",
    "read ready",
    "state static",
    "thing think",
    "general generate",
    "train rain",
    "base basis",
    "cat cats", // too short to cut anything off
    "qwen2 qwen3",
    "128k 128",
  ])("keeps words apart: %s", (line) => {
    const [a = "", b = ""] = line.split(" ");
    expect(sharesStem(a, b)).toBe(false);
    expect(sharesStem(b, a)).toBe(false);
  });
});

describe("words", () => {
  it("keep their inner marks and lose those around", () => {
    expect(
      words("(Qwen2.5-VL), “presence_penalty” of 1.5; 100+ and 10% — and/or Qwen3's."),
    ).toEqual([
      "Qwen2.5-VL",
      "presence_penalty",
      "of",
      "1.5",
      "100+",
      "and",
      "10%",
      "and/or",
      "Qwen3's",
    ]);
  });

  it("that carry content are lower-case, in their parts", () => {
    expect(contentWords("The Open-Source model's (SFT/DPO) weights are here")).toEqual([
      "open",
      "source",
      "model",
      "sft",
      "dpo",
      "weights",
    ]);
  });

  it("are names by a digit or an inner capital", () => {
    const named = ["YaRN", "RAG", "128K", "Qwen3", "vLLM", "1.5"];
    expect(named.filter(isNamed)).toEqual(named);
    expect(["Model", "reasoning", "", "OF"].filter(isNamed)).toEqual([]);
  });

  it("keep a name's capital when a sentence goes on with them", () => {
    expect(lowerFirst("Careful alignment")).toBe("careful alignment");
    expect(lowerFirst("YaRN scaling")).toBe("YaRN scaling");
  });
});

describe("splitLabel", () => {
  it("takes a short title before a colon", () => {
    expect(splitLabel("No Thinking Content in History: In chats, leave it out.")).toEqual({
      label: "No Thinking Content in History",
      body: "In chats, leave it out.",
    });
  });

  it.each([
    "The tuning process features a careful 3-stage plan: Warm start, votes, and merging.",
    "Use these settings: temperature 0.6.",
    "It supports many runtimes.",
  ])("finds none in %j", (text) => {
    expect(splitLabel(text)).toEqual({ label: undefined, body: text });
  });
});

it("withoutParentheses leaves the rest as it was", () => {
  expect(withoutParentheses("modes (fast) and (slow) ones")).toBe("modes and ones");
});

it.each([" ", "(", "a", "a_", "1.", "(x", "A "])(
  "100,000 characters of %j are read at once",
  (piece) => {
    const text = piece.repeat(100_000 / piece.length);
    withoutParentheses(text);
    splitLabel(text);
    expect(contentWords(text).length).toBeLessThanOrEqual(words(text).length);
  },
);

it("any text has its words in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) =>
      words(text).every((word) => text.includes(word)),
    ),
  );
});

describe("inSentence", () => {
  it.each([
    ["The model is small", "the model is small"],
    ["Long documents are cut", "long documents are cut"],
    ["Quantization hurts", "quantization hurts"],
    ["Answers are short", "answers are short"],
    ["Aria is small", "Aria is small"],
    ["Finnish is weak", "Finnish is weak"],
    ["Hermes is small", "Hermes is small"],
    ["YaRN keeps its factor", "YaRN keeps its factor"],
    ["Small 3.2 is new", "Small 3.2 is new"],
  ])("goes on with %j as %j", (text, within) => {
    expect(inSentence(text)).toBe(within);
  });
});
