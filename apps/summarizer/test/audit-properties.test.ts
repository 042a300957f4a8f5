import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  audit,
  BLOG_URL,
  CARD_URL,
  PAPER_URL,
  REPORT_URL,
  RIGHT,
  RUNTIME_URL,
  verdictOf,
} from "./audit-sample.ts";

const URLS = [CARD_URL, BLOG_URL, REPORT_URL, PAPER_URL, RUNTIME_URL];

const WRONG = new Set(["contradicted", "other-entity", "unsupported"]);

describe("mutations of what is right", () => {
  it("catches a swapped number", () => {
    const numbered = RIGHT.filter((sentence) => /(?<![\w.-])\d/.test(sentence));
    fc.assert(
      fc.property(
        fc.constantFrom(...numbered),
        fc.integer({ min: 1_001, max: 9_999 }),
        (sentence, number) => {
          const mutated = sentence.replace(/(?<![\w.-])\d[\d,.]*(?=[\s%BK]|$)/, String(number));
          fc.pre(mutated !== sentence);
          expect(WRONG).toContain(verdictOf(mutated).verdict);
        },
      ),
    );
  });

  it.each([
    ["It has 48 layers.", "It does not have 48 layers."],
    [
      "Heron2-3B rivals Heron1-30B in mathematics.",
      "Heron2-3B never rivals Heron1-30B in mathematics.",
    ],
    [
      "Knowledge of the largest model is distilled into smaller ones.",
      "Knowledge of the largest model is not distilled into smaller ones.",
    ],
    [
      "Agents call tools through the Open Tool Protocol.",
      "Agents cannot call tools through the Open Tool Protocol.",
    ],
    ["Do not use greedy decoding.", "Do use greedy decoding."],
  ])("catches a negation put in or left out: %s", (right, wrong) => {
    expect(verdictOf(right).verdict).toBe("supported");
    expect(verdictOf(wrong).verdict).toBe("contradicted");
  });

  it("catches a fact given to a sibling", () => {
    const own = ["48 layers", "96 experts", "40 query heads", "51B parameters without embeddings"];
    const siblings = ["Heron2-3B", "Heron2-52B-A6B-Long-0911", "Heron2-7B"];
    fc.assert(
      fc.property(fc.constantFrom(...own), fc.constantFrom(...siblings), (fact, sibling) => {
        expect(verdictOf(`The model has ${fact}.`).verdict).toBe("supported");
        expect(WRONG).toContain(verdictOf(`${sibling} has ${fact}.`).verdict);
      }),
    );
  });

  it("catches a link to any document that does not say it", () => {
    const linked = [
      ["It has 48 layers", CARD_URL],
      ["It was trained on 21 trillion tokens", BLOG_URL],
      ["It grew from 21 to 84 languages", REPORT_URL],
      ["LongRoPE needs 8x fewer training steps", PAPER_URL],
      ["tern.run offers speculative decoding", RUNTIME_URL],
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...linked),
        fc.constantFrom(...URLS),
        ([sentence, right], url) => {
          const { verdict } = verdictOf(`${sentence} ([source](${url})).`);
          expect(verdict).toBe(url === right ? "supported" : "wrong-source");
        },
      ),
    );
  });
});

describe("any text at all", () => {
  it("is audited, every claim on a line that it has", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "# ",
        "- ",
        "**",
        "`",
        "[a](",
        ")",
        "](http://x.y)",
        "<think>",
        "|",
        "---\n",
        "\n",
        "(",
        "1.",
        "128K ",
      ),
      fc.string({ maxLength: 20, unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const markdown = pieces.join("");
        const lines = markdown.split(/\r\n?|\n/).length;
        for (const { line } of audit(markdown).claims) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }),
    );
  });

  it("gives the same audit every time", () => {
    const markdown = RIGHT.map((sentence) => `- ${sentence}`).join("\n");
    expect(audit(markdown)).toEqual(audit(markdown));
  });
});
