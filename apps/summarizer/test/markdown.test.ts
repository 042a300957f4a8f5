import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countWords, escapeMarkdown, renderMarkdown } from "../src/markdown.ts";
import type { Line } from "../src/page.ts";
import { CARD, PAPER } from "./sample.ts";

function line(text: string, changes: Partial<Line> = {}): Line {
  return { text, writer: "source", source: CARD, evidence: [], ...changes };
}

/** What is left of a Markdown text without code spans and backslash escapes: its markup, if any. */
function bare(markdown: string): string {
  return markdown.replace(/\\[!-/:-@[-`{-~]|`[^`]*`/g, " ");
}

describe("escapeMarkdown", () => {
  it.each([
    ["[text](https://evil.example/x)", "\\[text\\](`evil.example/x)`"],
    ["<img src=x onerror=alert(1)>", "\\<img src=x onerror=alert(1)\\>"],
    ["**bold** and `code`", "\\*\\*bold\\*\\* and \\`code\\`"],
    ["__init__ and presence_penalty", "\\_\\_init\\_\\_ and `presence_penalty`"],
    ["see www.evil.example or me@evil.example", "see `www.evil.example` or `me@evil.example`"],
    ["hhttps://ttps://evil.example", "h`ttps://evil.example`"],
    ["# A heading", "\\# A heading"],
    ["- a list", "\\- a list"],
    ["1. a list", "1\\. a list"],
    ["1.5 stays", "1.5 stays"],
    ["~36 trillion tokens of ~90", "~36 trillion tokens of ~90"],
    ["~struck~ and ~~~ fences", "~struck\\~ and ~\\~\\~ fences"],
    ["R&D &lt;script&gt;", "R&D \\&lt;script\\&gt;"],
    ["two\nlines\r\nand a\ttab", "two lines and a tab"],
    ["\u001b[31mred\u001b[0m \u202Eevil", "red evil"],
    ["| a | table |", "\\| a \\| table \\|"],
  ])("%j → %j", (text, markdown) => {
    expect(escapeMarkdown(text)).toBe(markdown);
  });

  it("leaves nothing that Markdown could read as markup", () => {
    const pieces =
      "[ ] ( ) < > * _ __ ` ~ # - + &lt; \\ | ! https:// http:// ftp:// www. @ . a b1 1. x_y".split(
        " ",
      );
    const marks = fc.constantFrom(...pieces, " ", "\n");
    const text = fc.oneof(
      fc.array(marks, { maxLength: 30 }).map((parts) => parts.join("")),
      fc.string(),
    );
    fc.assert(
      fc.property(text, (source) => {
        const markdown = escapeMarkdown(source);
        expect(markdown).not.toMatch(/[\n\r]/);
        const left = bare(markdown);
        expect(left).not.toMatch(/[[\]<>*_`|\\]/); // links, HTML, emphasis, code, tables
        expect(left).not.toMatch(/(?:https?|ftp):\/\/\w|www\.\w|\w@\w+\.\w/i); // links without marks
        expect(left).not.toMatch(/&#?\w+;|\S~/);
        expect(markdown).not.toMatch(/^(?:#{1,6}|[-+*]|\d{1,9}[.)])(?:\s|$)|^(?:---|~~~|```)/);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["a", "_", "a_", "a@", "www.", "&a", "https://", " ", "~", "1."])(
    "escapes 100,000 characters of %j at once",
    (piece) => {
      const text = piece.repeat(100_000 / piece.length);
      expect(escapeMarkdown(text).length).toBeLessThanOrEqual(2 * text.length + 2);
    },
  );
});

describe("renderMarkdown", () => {
  it("names one source once below the heading, several after each line", () => {
    const page = {
      title: "Aria2",
      opening: [line("Aria2 is a model.")],
      sections: [
        { heading: "Alike", lines: [line("One."), line("Two.", { label: "Label" })] },
        { heading: "Mixed", lines: [line("One!"), line("Two", { source: PAPER })] },
      ],
    };
    const url = CARD.url ?? "";
    expect(renderMarkdown(page)).toBe(`# Aria2

Aria2 is a model ([model card](${url})).

## Alike

Source: [model card](${url})

- One.
- **Label**: Two.

## Mixed

- One ([model card](${url}))!
- Two ([arXiv:2601.00001](https://arxiv.org/abs/2601.00001))
`);
  });

  it("escapes what a title or a source's name brings along", () => {
    const source = { ...CARD, title: "a](https://evil.example) b" };
    const page = { title: "<b>x</b>", opening: [line("Text.", { source })], sections: [] };
    const markdown = renderMarkdown(page);
    expect(markdown).toContain("# \\<b\\>x\\</b\\>\n");
    expect(bare(markdown).match(/\]\(/g)).toHaveLength(1);
  });
});

it("countWords counts as wc -w does", () => {
  expect(countWords("")).toBe(0);
  expect(countWords("  # A heading\n\n- two words\t**x**: ")).toBe(7);
});
