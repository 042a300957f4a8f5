import { describe, expect, it } from "vitest";
import { checkSentence } from "../src/check-sentence.ts";
import { REWRITE_SHAPES } from "../src/rewrite-shapes.ts";
import { rewritePrompt, shapeOf } from "../src/shaped-note.ts";

const pairs = REWRITE_SHAPES.flatMap((shape) =>
  shape.pairs.map(([note, sentence]) => ({ shape, note, sentence, name: shape.name })),
);

describe("the pairs of the rewrite shapes", () => {
  it.each(pairs)("$name: “$note” has that shape, and stands as it is", ({ shape, note }) => {
    expect(shapeOf(note)).toMatchObject({ shape: { name: shape.name }, note });
  });

  it.each(pairs)("$name: “$sentence” passes the checks", ({ shape, note, sentence }) => {
    expect(checkSentence(note, sentence, shape.sentence)).toMatchObject({ ok: true, kept: 1 });
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

  it.each(["was through ", "is a, ", "by doing ", "a ", "Trained was on , "])(
    "answers at once to 100,000 characters of %j",
    (piece) => {
      expect(shapeOf(`A ${piece.repeat(100_000 / piece.length)}`)).toBeUndefined();
      expect(shapeOf(`A ${piece.repeat(Math.floor(990 / piece.length))},:`)).toBeUndefined();
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
