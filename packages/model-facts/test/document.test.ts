import { describe, expect, it } from "vitest";
import { type Block, DocumentError, MAX_DOCUMENT_CHARACTERS, parseDocument } from "../src/index.ts";
import { cardOf, exampleDocument, URL_OF_CARD } from "./example.ts";

function errorOf(text: string, url?: string): DocumentError {
  try {
    parseDocument(text, { name: "card.md", role: "card", url });
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  throw new Error("expected a DocumentError");
}

function blocksOf(markdown: string): Pick<Block, "kind" | "text" | "line">[] {
  return cardOf(markdown).blocks.map(({ kind, text, line }) => ({ kind, text, line }));
}

describe("parseDocument", () => {
  it("reads front matter, title, headings and lines of a real card", async () => {
    const { source, title, frontMatter, blocks } = await exampleDocument("card.md");
    expect(source.url).toBe("https://huggingface.co/Qwen/Qwen3-235B-A22B-GGUF");
    expect(title).toBe("Qwen3-235B-A22B-GGUF");
    expect(frontMatter).toMatchObject({ license: "apache-2.0", pipeline_tag: "text-generation" });
    expect(blocks).toContainEqual({
      kind: "bullet",
      text: "Number of Layers: 94",
      headings: ["Qwen3-235B-A22B-GGUF", "Model Overview"],
      line: 32,
    });
  });

  it("leaves out HTML, images, link targets and rules", () => {
    const markdown =
      "# Aria2\n\n<p>hidden</p>\n\nSee **our** [blog](https://x.org) ![logo](a.png).<!-- no -->\n\n---\n";
    expect(blocksOf(markdown)).toEqual([{ kind: "paragraph", text: "See our blog .", line: 5 }]);
  });

  it("tells bullets, quotes, code and nested items apart, each on its line", () => {
    const markdown = "- one\n  - two\n\n> [!NOTE]\n> three\n\n```sh\nfour\n```\n";
    expect(blocksOf(markdown)).toEqual([
      { kind: "bullet", text: "one", line: 1 },
      { kind: "bullet", text: "two", line: 2 },
      { kind: "quote", text: "three", line: 4 },
      { kind: "code", text: "four", line: 7 },
    ]);
  });

  it("takes an ordered item that ends in a colon for the heading of the bullets after it", () => {
    const { blocks } = cardOf("1. Data:\n- from books\n\n2. Method:\n   - by hand\n\nAfter all.\n");
    expect(blocks.map(({ text, headings }) => [text, ...headings])).toEqual([
      ["from books", "Data"],
      ["by hand", "Method"],
      ["After all."],
    ]);
  });

  it("parts lines that begin with a bold label, and reads tables of properties only", () => {
    const markdown =
      "**Layers:** 32\n**Heads:** 8\n\n| Parameter | Value |\n| - | - |\n| Experts | 64 |\n\n| Model | MMLU |\n| - | - |\n| Aria1 | 50 |\n";
    expect(blocksOf(markdown)).toEqual([
      { kind: "paragraph", text: "Layers: 32", line: 1 },
      { kind: "paragraph", text: "Heads: 8", line: 2 },
      { kind: "row", text: "Experts: 64", line: 6 },
    ]);
  });

  it("leaves out pictures among letters, and references whose place is elsewhere", () => {
    const [block] = blocksOf("- 🚀 The [MATH][math] score is *high* ✂️ and so on.\n");
    expect(block?.text).toBe("The MATH score is high and so on.");
  });

  it.each([
    ["**Intended use** The model reads contracts.", "Intended use: The model reads contracts."],
    ["**Aria2-7B** Reads contracts.", "Aria2-7B Reads contracts."],
    ["**Aria** is a model.", "Aria is a model."],
    ["**Training took a cumulative of** 39 hours.", "Training took a cumulative of 39 hours."],
    ["The **Aria Lab** Team made it.", "The Aria Lab Team made it."],
  ])("gives a bold label that runs into its text a colon: %s", (markdown, text) => {
    expect(blocksOf(`${markdown}\n`)).toMatchObject([{ text }]);
  });

  it("reads a byte order mark and CRLF like any other file", () => {
    const text = `\uFEFF---\r\nsource: ${URL_OF_CARD}\r\n---\r\n# Aria2\r\n\r\nText.\r\n`;
    const { title, blocks } = parseDocument(text, { name: "card.md", role: "card" });
    expect(title).toBe("Aria2");
    expect(blocks).toMatchObject([{ text: "Text.", line: 6 }]);
  });

  it.each([
    ["", "empty"],
    [" \n\t\n", "empty"],
    [`---\nsource: ${URL_OF_CARD}\n---\n`, "empty"],
    ["<div>only markup</div>\n", "empty"],
    ["text\0text", "binary"],
    ["x".repeat(MAX_DOCUMENT_CHARACTERS + 1), "too-large"],
    ["---\na: [\n---\ntext", "bad-front-matter"],
    [`---\na: &a [x]\nb: [${"*a,".repeat(1_000)}]\n---\ntext`, "bad-front-matter"],
    ["no source is named here", "no-source"],
    ["---\nsource: javascript:alert(1)\n---\ntext", "bad-source"],
    ["---\nsource: https://x.org/a)b\n---\ntext", "bad-source"],
    ['---\nsource: "https://x.org/ a"\n---\ntext', "bad-source"],
  ])("refuses %.40j as %s, naming the file", (text, code) => {
    const error = errorOf(text);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^card\.md: /);
  });

  it.each([
    ["emphasis", "*a_ ".repeat(50_000)],
    ["brackets", "[".repeat(200_000)],
    ["quotes", ">".repeat(200_000)],
    ["lists", Array.from({ length: 400 }, (_, depth) => `${" ".repeat(depth * 2)}- a`).join("\n")],
    ["items on one line", "1. ".repeat(50_000)],
    ["quotes in items", "> - ".repeat(50_000)],
    ["long runs", `${"*".repeat(5_000)}a${"*".repeat(5_000)}`],
    ["code", Array.from({ length: 700 }, (_, run) => "`".repeat(run)).join("a")],
  ])("refuses %s made to be slow, naming the line", (_what, markdown) => {
    const error = errorOf(`Text.\n\n${markdown}`, URL_OF_CARD);
    expect(error.code).toBe("too-complex");
    expect(error.message).toMatch(/line \d+/);
  });

  it("reads long lines and long lists", () => {
    const list = Array.from({ length: 5_000 }, (_, at) => `- **item** ${at} with [a link](x)\n`);
    expect(cardOf(list.join("")).blocks).toHaveLength(5_000);
    expect(cardOf("word ".repeat(100_000)).blocks).toHaveLength(1);
  });

  it("reads many small blocks in time linear in their number", () => {
    expect(cardOf("> a\n\n".repeat(10_000)).blocks).toHaveLength(10_000);
    expect(cardOf(`${"a\n-\n".repeat(10_000)}\nText.`).blocks).toHaveLength(1);
  });

  it.each([
    ["code", `\`\`\`python\n${"x_a[0] = y_b[`k`] * z\n".repeat(300)}\`\`\`\n`, 1],
    ["HTML", `<table>\n${"<tr><td>*a*</td></tr>\n".repeat(500)}</table>\n`, 0],
    ["a comment", `<!--\n${"[a] *b* _c_\n\n".repeat(500)}-->\n`, 0],
    ["a table", `| a | b |\n| - | - |\n${"| **1** | [x](y) |\n".repeat(600)}`, 0],
  ])("reads %s that is full of marks, which mean nothing there", (_what, markdown, blocks) => {
    const read = cardOf(`Before.\n\n${markdown}\nAfter.\n`).blocks;
    expect(read).toHaveLength(blocks + 2);
    const { length } = markdown.split("\n");
    expect(read.at(-1)).toMatchObject({ kind: "paragraph", text: "After.", line: 3 + length });
  });

  it("reads a long document like a short one: lines, headings, topics, code in items", () => {
    const section =
      "## Use\n\n1. Data:\n   - from\n     books\n\n     ```sh\n     run\n     ```\n\nText\nhere.\n\n";
    const { blocks } = cardOf(section.repeat(100));
    const expected = Array.from({ length: 100 }, (_, at) => [
      { kind: "bullet", text: "from books", headings: ["Use", "Data"], line: at * 13 + 4 },
      { kind: "code", text: "run", headings: ["Use", "Data"], line: at * 13 + 7 },
      { kind: "paragraph", text: "Text here.", headings: ["Use"], line: at * 13 + 11 },
    ]);
    expect(blocks).toEqual(expected.flat());
  });

  it("ends code where its fence does, and a fence that is not closed at the end", () => {
    const markdown = "Run:\n```sh\na\n\n~~~\n# b\n```\nThen:\n~~~~\n~~~\n```\nc";
    expect(blocksOf(markdown)).toEqual([
      { kind: "paragraph", text: "Run:", line: 1 },
      { kind: "code", text: "a\n\n~~~\n# b", line: 2 },
      { kind: "paragraph", text: "Then:", line: 8 },
      { kind: "code", text: "~~~\n```\nc", line: 9 },
    ]);
  });
});
