import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { composePage, factLines, roomForProse } from "../src/compose.ts";
import { SummarizerError } from "../src/errors.ts";
import type { Evidence } from "../src/evidence.ts";
import { countWords, renderMarkdown } from "../src/markdown.ts";
import { linesOf, type Page, type WordRange } from "../src/page.ts";
import type { ProseLine } from "../src/prose.ts";
import { CARD, evidenceOf, PAPER, statement } from "./sample.ts";

const STATEMENTS = Array.from({ length: 30 }, (_, at) =>
  statement(`Claim ${at} ${"says a little more ".repeat(1 + (at % 6))}here.`, {
    source: at % 2 === 0 ? CARD : PAPER,
    entity: { kind: at % 2 === 0 ? "model" : "family", name: "Aria2" },
  }),
);

const EVIDENCE: Evidence = evidenceOf(
  { type: "Causal Language Models", "parameters.total": 7e9, layers: 32, license: "mit" },
  STATEMENTS,
);
const FACTS = factLines(EVIDENCE);

function prose(statements = STATEMENTS): ProseLine[] {
  return statements.map((from, at) => ({
    text: from.text,
    writer: "source",
    source: from.source,
    evidence: [from],
    statement: from,
    score: -at,
  }));
}

function wordsOf(page: Page): number {
  return countWords(renderMarkdown(page));
}

describe("composePage", () => {
  it("keeps the range, or says why it can't", () => {
    const range = fc
      .tuple(fc.nat(900), fc.nat(300))
      .map(([least, span]): WordRange => ({ least, most: least + span }));
    const some = fc.subarray(prose());
    fc.assert(
      fc.property(range, some, (wanted, lines) => {
        try {
          const page = composePage(EVIDENCE, FACTS, lines, wanted);
          expect(wordsOf(page)).toBeGreaterThanOrEqual(wanted.least);
          expect(wordsOf(page)).toBeLessThanOrEqual(wanted.most);
          expect(linesOf(page).length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof SummarizerError)) throw error;
          expect(["too-little", "range"]).toContain(error.code);
        }
      }),
    );
  });

  it("makes a page for every range that leaves room for the longest line", () => {
    const all = wordsOf(composePage(EVIDENCE, FACTS, prose(), { least: 0, most: 9_999 }));
    fc.assert(
      fc.property(fc.integer({ min: 60, max: all }), (least) => {
        const page = composePage(EVIDENCE, FACTS, prose(), { least, most: least + 60 });
        expect(wordsOf(page)).toBeGreaterThanOrEqual(least);
      }),
    );
  });

  it("says how many words the sources support when that is too little", () => {
    const few = prose(STATEMENTS.slice(0, 2));
    expect(() => composePage(EVIDENCE, FACTS, few, { least: 300, most: 500 })).toThrow(
      /the sources support a page of \d+ words, expected at least 300/,
    );
  });

  it("says which page comes nearest when no choice of lines fits", () => {
    expect(() => composePage(EVIDENCE, FACTS, prose(), { least: 0, most: 3 })).toThrow(
      expect.objectContaining({ code: "range" }),
    );
    expect(() => composePage(EVIDENCE, FACTS, prose(), { least: 200, most: 200 })).toThrow(
      /no page of 200-200 words/,
    );
  });

  it("has all facts before it has any prose", () => {
    const page = composePage(EVIDENCE, FACTS, prose(), { least: 20, most: 110 });
    const facts = [...FACTS.opening, ...FACTS.specifications, ...FACTS.usage];
    expect(linesOf(page)).toEqual(expect.arrayContaining(facts));
  });

  it("has the lines of a section in their sources' order, whatever their rank", () => {
    const range = { least: 100, most: 300 };
    const best = prose().toReversed();
    const page = composePage(EVIDENCE, FACTS, best, range);
    const claims = page.sections.find(({ heading }) => heading === "What the model card claims");
    const at = claims?.lines.map((line) => STATEMENTS.findIndex(({ text }) => text === line.text));
    expect(at?.length).toBeGreaterThan(2);
    expect(at).toEqual(at?.toSorted((a, b) => a - b));
  });

  it("links to nothing but the sources", () => {
    const [line] = prose();
    const stray = line && { ...line, source: { ...CARD, url: "https://evil.example" } };
    expect(() =>
      composePage(EVIDENCE, FACTS, stray ? [stray] : [], { least: 0, most: 500 }),
    ).toThrow("no source has the URL https://evil.example");
  });

  it("has links to all of its lines' sources", () => {
    const page = composePage(EVIDENCE, FACTS, prose(), { least: 100, most: 300 });
    const links = [...renderMarkdown(page).matchAll(/\]\(([^)]+)\)/g)].map(([, url]) => url);
    expect(new Set(links)).toEqual(new Set([CARD.url, PAPER.url]));
  });
});

it("roomForProse is what the facts leave of the range", () => {
  const range = { least: 300, most: 500 };
  const alone = wordsOf(composePage(EVIDENCE, FACTS, [], { least: 0, most: 500 }));
  expect(roomForProse(EVIDENCE, FACTS, range) + alone).toBe(480);
  expect(roomForProse(EVIDENCE, FACTS, { least: 1, most: 10 })).toBe(0);
});
