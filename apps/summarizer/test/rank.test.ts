import { factSheet, parseDocument, statementsOf, subjectOf } from "@ggufkit/model-facts";
import { describe, expect, it } from "vitest";
import { overlap, rankStatements } from "../src/rank.ts";
import { PAPER, sheetOf, statement, SUBJECT } from "./sample.ts";

const SHEET = sheetOf({ "context.native": 32_768, "context.extended": 131_072 });

function ranked(...texts: string[]): string[] {
  const statements = texts.map((text) => statement(text));
  return rankStatements(statements, SHEET, SUBJECT, new Set()).map((item) => item.statement.text);
}

const PLAIN = "The model answers questions about long documents in many languages.";

describe("rankStatements", () => {
  it.each([
    "The model has a context of 256K and keeps it in every mode.",
    "It now offers 1M tokens of context for the longest of all documents.",
    "The model was validated with a context length of 262,144 tokens by its authors.",
    "The model was validated with a context length of 262144 tokens by its authors.",
  ])("leaves out a context that is not the model's: %s", (text) => {
    expect(ranked(PLAIN, text)).toEqual([PLAIN]);
  });

  it.each([
    "The model handles a context of 32,768 tokens and, with YaRN, of 131,072 tokens.",
    "The model was validated with a context length of 128K by its own authors.",
    "The series was trained on 36 trillion tokens, which is twice as many as before.",
  ])("keeps the model's own: %s", (text) => {
    expect(ranked(text)).toEqual([text]);
  });

  it("leaves out what speaks of a sibling checkpoint", () => {
    const card = parseDocument(
      "# Aria2-7B-GGUF\n\nAria2-7B-Instruct-2507 supports images and audio in a single prompt.",
      { name: "card.md", role: "card", url: "https://huggingface.co/Aria/Aria2-7B-GGUF" },
    );
    const subject = subjectOf(card);
    const statements = statementsOf(card, subject);
    expect(statements).toHaveLength(1);
    expect(rankStatements(statements, SHEET, subject, new Set())).toEqual([]);
  });

  it.each([
    "However, the answers become longer in this mode than in the other.",
    "This makes the model useful for agents and for long conversations.",
    "The settings described below give the best results in most cases.",
    "Please cite our paper if you find the model useful in your work.",
    "Is the model able to answer questions about very long documents?",
    "The model can be downloaded from https://evil.example for testing today.",
    "Too short.",
    `${"very ".repeat(50)}long.`,
    `One ${"x".repeat(700)} word is long, too.`,
    "The model answers questions about long documents in many",
  ])("leaves out what a bullet can't stand on: %s", (text) => {
    expect(ranked(text)).toEqual([]);
  });

  it("leaves out what the lines of facts say already", () => {
    expect(rankStatements([statement(PLAIN)], SHEET, SUBJECT, new Set([PLAIN]))).toEqual([]);
  });

  it("leaves out a list that the lines of facts have from elsewhere", () => {
    const list = "Languages: English, German, French, Italian, Portuguese, Hindi and Thai.";
    const languages = list.slice("Languages: ".length, -1).split(/, | and /);
    const card = { role: "card", title: "card" } as const;
    const fact = { attribute: "languages", value: languages, entity: "Aria2-7B" } as const;
    const sheet = factSheet([
      { ...fact, source: card, where: { key: "language", text: "language: en, de" } },
      { ...fact, source: card, where: { line: 9, text: list } },
    ]);
    const used = new Set(["language: en, de"]);
    expect(rankStatements([statement(list)], sheet, SUBJECT, used)).toEqual([]);
    const more = `${list} It was tuned by hand on legal letters, tax forms and court files.`;
    expect(rankStatements([statement(more)], sheet, SUBJECT, used)).toHaveLength(1);
  });

  it("puts praise, repository life and side matter last", () => {
    const hype =
      "The model answers groundbreaking questions about remarkable documents, incredibly.";
    const life = "The repository has many contributors and stars for long documents and languages.";
    expect(ranked(hype, life, PLAIN)[0]).toBe(PLAIN);
    const cited = statement(PLAIN, { headings: ["Citation"] });
    const other = statement("The model answers letters about short documents in few dialects.");
    const [first] = rankStatements([cited, other], SHEET, SUBJECT, new Set());
    expect(first?.statement).toBe(other);
  });

  it("puts the model before its series, and the series before other things", () => {
    const about = (kind: "model" | "family" | "other"): ReturnType<typeof statement> =>
      statement(PLAIN, { entity: { kind, name: "x" }, source: PAPER });
    const order = [about("other"), about("family"), about("model")];
    const kinds = rankStatements(order, SHEET, SUBJECT, new Set()).map(
      ({ statement: { entity } }) => entity.kind,
    );
    expect(kinds).toEqual(["model", "family", "other"]);
  });
});

it("overlap is the share of the smaller set", () => {
  const share = (a: string, b: string): number =>
    overlap(new Set(a.split(" ")), new Set(b.split(" ")));
  expect(share("layers heads", "layers heads experts")).toBe(1);
  expect(share("layers heads", "layers experts vocabulary")).toBe(0.5);
  expect(overlap(new Set(), new Set(["layers"]))).toBe(0);
});

it("leaves out what a card warns of, and puts items without a verb last", () => {
  const texts = [
    "Creation of artworks for design and other artistic processes.",
    "Aria2 reads contracts of any length with one pass.",
  ];
  const statements = [
    ...texts.map((text) => statement(text)),
    statement("Generating harmful pictures of people in distress.", {
      headings: ["Misuse and Malicious Use"],
    }),
  ];
  const chosen = rankStatements(statements, SHEET, SUBJECT, new Set());
  expect(chosen.map((item) => item.statement.text)).toEqual(texts.toReversed());
});

describe("what is not about the model", () => {
  it.each([
    "vLLM pages the KV cache as an operating system pages memory for its programs.",
    "TRL is a library for post-training, and wraps a trainer for each of the methods.",
    "Weiqi overlaps communication with attention, and writes checkpoints in the background.",
    "Labeling Method: Hybrid of automated, human and synthetic methods for each of the sets.",
    "The first table is about base models and was measured with one backend alone.",
    "Firms with special needs can turn to our commercial line on its own platform.",
  ])("is left out: %s", (text) => {
    const introduced = statement(
      "Training ran for a month with our own framework Weiqi on many machines.",
    );
    const left = rankStatements([introduced, statement(text)], SHEET, SUBJECT, new Set());
    expect(left.map((item) => item.statement)).toEqual([introduced]);
  });

  it("gives way to what the model is made of and can't do", () => {
    const plain = statement("The model was named on a walk by the sea in the spring of that year.");
    const made = statement(
      "The model alternates five sliding-window layers with one of global attention.",
    );
    const limit = statement(
      "The model takes sarcasm at its word in most of the languages that it knows.",
      {
        headings: ["Limitations"],
      },
    );
    const chatty = statement(
      "The model is bad at math lol, and nobody knows why that should be so.",
    );
    const order = rankStatements([chatty, plain, made, limit], SHEET, SUBJECT, new Set());
    expect(order.map((item) => item.statement)).toEqual([limit, made, plain, chatty]);
  });

  it.each([
    ["an advert", "Join our Discord server to get early access to all the new models."],
    ["thanks", "Huge thanks to all the patrons who made the training of this model possible."],
    ["an order", "You must always include this link when you write about the model."],
  ])("%s takes its whole block with it", (_what, text) => {
    const block = [statement(text, { line: 7 }), statement(PLAIN, { line: 7 })];
    const other = statement("The model answers letters about short documents in few dialects.");
    const left = rankStatements([...block, other], SHEET, SUBJECT, new Set());
    expect(left.map((item) => item.statement)).toEqual([other]);
  });

  it("a sentence that a more trusted place contradicts is left out", () => {
    const wrong =
      "The model has 355 billion total parameters and answers questions about documents.";
    const trusted = SHEET.facts[0];
    if (trusted === undefined) throw new RangeError("expected a fact");
    const other = { ...trusted, where: { line: 3, text: wrong } };
    const contradictions = [{ attribute: trusted.attribute, trusted, other }];
    const sheet = { ...SHEET, contradictions };
    expect(rankStatements([statement(wrong)], sheet, SUBJECT, new Set())).toEqual([]);
  });

  it("the largest model that a series is called by is another model", () => {
    const subject = { name: "Basalt-2-Air", model: "Basalt-2-Air", family: "Basalt-2" };
    const family = { entity: { kind: "family", name: "Basalt-2" } } as const;
    const text = "Basalt-2 has many more layers and experts than any other model.";
    expect(rankStatements([statement(text, family)], SHEET, subject, new Set())).toEqual([]);
  });
});

it("a sentence of which lines of facts say only a part keeps its place, a lower one", () => {
  const used =
    "The model is a merge of three parents with long memories and plays many characters.";
  const order = rankStatements(
    [statement(used), statement(PLAIN)],
    SHEET,
    SUBJECT,
    new Set([used]),
  );
  expect(order.map((item) => item.statement.text)).toEqual([PLAIN, used]);
});

it("bullets need no full stop", () => {
  const text = "Function calling: Offers native function calling and output as JSON";
  const bullet = statement(text, { kind: "bullet" });
  expect(rankStatements([bullet], SHEET, SUBJECT, new Set())).toHaveLength(1);
  expect(ranked(text)).toEqual([]);
});
