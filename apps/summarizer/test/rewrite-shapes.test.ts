import { describe, expect, it } from "vitest";
import { checkSentence } from "../src/rewriting/check-sentence.ts";
import { REWRITE_SHAPES } from "../src/rewriting/rewrite-shapes.ts";
import { rewritePrompt, shapeOf } from "../src/rewriting/shaped-note.ts";

const pairs = REWRITE_SHAPES.flatMap((shape) =>
  shape.pairs.map(([note, sentence]) => ({ shape, note, sentence, name: shape.name })),
);

describe("the pairs of the rewrite shapes", () => {
  it.each(pairs)("$name: “$note” has that shape, and stands as it is", ({ shape, note }) => {
    expect(shapeOf(note)).toMatchObject({ shape: { name: shape.name }, note });
  });

  it.each(pairs)("$name: “$sentence” passes the checks", ({ shape, note, sentence }) => {
    const check = checkSentence(note, sentence, shape.sentence, shapeOf(note)?.parts);
    expect(check).toMatchObject({ ok: true, kept: 1 });
  });

  it.each(pairs)("$name: “$sentence” begins as the note's would", ({ note, sentence }) => {
    expect(sentence.startsWith(`${shapeOf(note)?.opening} `)).toBe(true);
  });

  it("are enough to show a shape, and none is there twice", () => {
    for (const shape of REWRITE_SHAPES) expect(shape.pairs.length).toBeGreaterThanOrEqual(3);
    expect(new Set(pairs.map(({ note }) => note)).size).toBe(pairs.length);
    expect(new Set(REWRITE_SHAPES.map(({ name }) => name)).size).toBe(REWRITE_SHAPES.length);
  });
});

describe("shapeOf", () => {
  it("trims what no sentence can begin with", () => {
    const text =
      "Significantly enhancement in its reasoning capabilities, surpassing previous QwQ on mathematics.";
    expect(shapeOf(text)).toMatchObject({
      note: "Significantly enhanced reasoning capabilities, surpassing previous QwQ on mathematics.",
      opening: "With significantly enhanced reasoning capabilities, the model",
    });
  });

  it("leaves the label out, which a sentence does not need", () => {
    const text = "Best Practices: Do not use greedy decoding, as it can lead to repetitions.";
    expect(shapeOf(text)?.note).toBe("Do not use greedy decoding, as it can lead to repetitions.");
  });

  it("keeps a name's capital in the opening", () => {
    expect(shapeOf("All MoE weights are open, helping study and reuse.")?.opening).toBe(
      "Because all MoE weights",
    );
    expect(
      shapeOf("The whole process features an advanced 4-stage pipeline: A, B, C.")?.opening,
    ).toBe("An advanced 4-stage pipeline");
  });

  it.each(["", "Hello.", "The weather is fine today and will be so tomorrow."])(
    "finds none in %j",
    (text) => {
      expect(shapeOf(text)).toBeUndefined();
    },
  );

  it.each([
    "was through ",
    "is a, ",
    "by doing ",
    "a ",
    "Trained was on , ",
    "so is ",
    "as it has, ",
    "uses a for ",
    "with 2 the ",
    "was tuned on 2, ",
  ])("answers at once to 100,000 characters of %j", (piece) => {
    expect(shapeOf(`A ${piece.repeat(100_000 / piece.length)}`)).toBeUndefined();
    expect(shapeOf(`A ${piece.repeat(Math.floor(990 / piece.length))},:`)).toBeUndefined();
  });
});

/** Notes whose clauses may not move: what the sentence would say is not what the note says. */
const FIXED: readonly (readonly [why: string, note: string])[] = [
  ["a reason within a report", "The makers of Aria say that long runs fail, since keys are lost."],
  ["a negated reason", "Aria was not chosen because it is small."],
  ["a reason for half of a sentence", "Aria is small and was chosen because phones are slow."],
  ["a condition of a relative clause", "Aria drops words that are rare when memory is short."],
  ["a condition with only", "Aria answers only when it is asked in Danish."],
  ["a pronoun that would point ahead", "Noise hurts the pages of Aria, as their scans are thin."],
  ["a reason with a second clause", "Aria is fast, because it is small, and it is free."],
  ["a contrast of parts", "Aria reaches the quality of Lumen on songs, but not on films."],
  ["what holds beside so", "The data shows mostly Danish scenes, and so do the photos."],
  ["a phrase that two clauses share", "On phones the model reads songs and writes maps in Danish."],
  ["a phrase without its subject", "On maps it lifts the score of the first pass."],
  ["data and a second step", "Aria was tuned on 900 songs and aligned with votes of drivers."],
  [
    "what a relative clause was trained on",
    "The tokenizer is a small table that was trained on a sample of nine languages.",
  ],
  [
    "when a relative clause was so",
    "Aria picks roads with a bias that is adjusted during training.",
  ],
  ["where a relative clause holds", "With two maps the model finds roads that older maps lack."],
  ["when a relative clause is so", "If a road is closed, Aria names roads that are open."],
  ["a relative clause with a subject", "Aria is a small planner that drivers like on long roads."],
  ["what is no means", "Scores are published with all logs of the run."],
];

describe("shapeOf leaves alone", () => {
  it.each(FIXED)("%s: %s", (_why, note) => {
    expect(shapeOf(note)).toBeUndefined();
  });
});

describe("shapeOf of several sentences", () => {
  it("finds a shape for the last one, after those that stay", () => {
    const note = "One index serves all. Streaming is off, since the decoder needs all of it.";
    expect(shapeOf(note)).toMatchObject({
      lead: "One index serves all.",
      note: "Streaming is off, since the decoder needs all of it.",
      parts: ["Because", "the decoder needs all of it,", "streaming is off"],
    });
  });

  it("never parts a sentence at a number's point", () => {
    expect(shapeOf("Aria takes 0.5 GB on one phone.")?.lead).toBeUndefined();
  });
});

describe("shapeOf", () => {
  it.each(["1,", "1, a ", "2 in 2 ", "A-", "a.b "])(
    "answers at once to a phrase of many %j",
    (piece) => {
      const start = performance.now();
      shapeOf(`In a ${piece.repeat(990 / piece.length)}!?:`);
      expect(performance.now() - start).toBeLessThan(2_000);
    },
  );
});

describe("rewritePrompt", () => {
  const shaped = shapeOf("Aria-7 lowers the cost of long inputs by sharing keys.");
  if (shaped === undefined) throw new Error("expected a shape");

  it("ends where the model takes over", () => {
    expect(rewritePrompt(shaped, "given")).toMatch(
      /\nNote: Aria-7 lowers the cost of long inputs by sharing keys\.\nSentence: By sharing$/,
    );
  });

  it("can put the pair that is most like the note last", () => {
    const last = rewritePrompt(shaped, "nearest-last").split("\n\n").at(-2);
    expect(last).toContain("Aria-2 lowers the memory use of long inputs");
    expect(rewritePrompt(shaped, "given").split("\n\n").at(-2)).not.toBe(last);
  });

  it("keeps the last pairs where there is no room for all", () => {
    const all = rewritePrompt(shaped, "nearest-last");
    const two = rewritePrompt(shaped, "nearest-last", 2);
    expect(two.match(/^Note: /gm)).toHaveLength(3);
    expect(all.endsWith(two)).toBe(true);
  });
});
