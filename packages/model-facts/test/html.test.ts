import { describe, expect, it } from "vitest";
import { cardOf } from "./example.ts";

describe("HTML in a card", () => {
  it("gives its sentences, headings and tables, with their lines", () => {
    const markdown =
      '<h2 align="center">Training</h2>\n\n<ul>\n<li>Layers were removed one at a time and the rest was <b>trained</b> again.</li>\n</ul>\n\n<table>\n<tr><th>Property</th><th>Value</th></tr>\n<tr><td>Layers</td><td>26</td></tr>\n</table>\n';
    const { blocks, tables } = cardOf(markdown);
    expect(blocks).toEqual([
      {
        kind: "bullet",
        text: "Layers were removed one at a time and the rest was trained again.",
        headings: ["Training"],
        line: 4,
      },
      { kind: "row", text: "Layers: 26", headings: ["Training"], line: 9 },
    ]);
    expect(tables).toHaveLength(1);
  });

  it("has cells in all rows and columns that they reach over", () => {
    const rows = [
      "<tr><th></th><th>Params</th><th>Context</th><th>Cutoff</th></tr>",
      '<tr><td rowspan="2">Aria</td><td>1B</td><td rowspan=3>32K</td><td>May</td></tr>',
      "<tr><td>7B</td><td>June</td></tr>",
      '<tr><td colspan="2">all</td><td>July</td></tr>',
      '<tr><td colspan="4">Notes</td></tr>',
    ];
    const [table] = cardOf(`<table>\n${rows.join("\n")}\n</table>\n\nText.\n`).tables;
    expect(table?.rows.map(({ cells }) => cells)).toEqual([
      ["Aria", "1B", "32K", "May"],
      ["Aria", "7B", "32K", "June"],
      ["all", "all", "32K", "July"],
      ["Notes"],
    ]);
  });

  it("shows no comments, scripts, styles and bars of links", () => {
    const hidden =
      "<!-- The model scores 99.9 on the private set and nobody may know of it. -->\n\n<script>document.write('This is no text that anybody should ever read.');</script>\n\n<p><a href='x'>Website and blog of the makers</a> | <a href='y'>Demo of the model on the web</a> | Paper.</p>\n\nText.\n";
    expect(cardOf(hidden).blocks.map(({ text }) => text)).toEqual(["Text."]);
  });

  it("reads entities, and a break as a space", () => {
    const text = "With 8&nbsp;GB the file runs<br>at 14 tokens a second &amp; more.";
    expect(cardOf(`<p>${text}</p>\n`).blocks[0]?.text).toBe(
      "With 8 GB the file runs at 14 tokens a second & more.",
    );
  });

  it.each([
    ["tags that never end", `<p>${"<a ".repeat(100_000)}\n\nText.`],
    ["comments that never end", `<p>${"<!--".repeat(100_000)}\n\nText.`],
    ["one long text", `<p>${"word\n".repeat(100_000)}</p>\n\nText.`],
    ["an endless table", `<table>${"<tr><td>a</td><td>b</td></tr>\n".repeat(20_000)}\n\nText.`],
    ["a row without an end", `<table><tr>${"<td>a".repeat(100_000)}\n\nText.`],
    [
      "cells that reach over everything",
      `<table>${'<tr><td rowspan="999" colspan="999">a</td></tr>\n'.repeat(20_000)}\n\nText.`,
    ],
    ["nested blocks", `${"<div>".repeat(100_000)}\n\nText.`],
    ["bidi marks", `<p>${"\u202E\u2066".repeat(100_000)}</p>\n\nText.`],
  ])("takes %s in its stride", (_what, markdown) => {
    const start = performance.now();
    expect(cardOf(markdown).blocks.at(-1)?.text).toMatch(/Text\.$/);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
