import { parseDocument, statementsOf, subjectOf } from "@ggufkit/model-facts";
import { describe, expect, it } from "vitest";
import { joinStatements } from "../src/join-statements.ts";

function joined(markdown: string): string[] {
  const url = "https://huggingface.co/Aria/Aria2-7B";
  const card = parseDocument(`# Aria2-7B\n\n${markdown}`, { name: "card.md", role: "card", url });
  return joinStatements(statementsOf(card, subjectOf(card))).map(({ text }) => text);
}

describe("joinStatements", () => {
  it("adds a sentence together with those that lean on it", () => {
    const [one, two] = ["A merge of three models was made.", "It was then tuned on letters."];
    expect(joined(`${one} ${two}`)).toEqual([one, two, `${one} ${two}`]);
  });

  it("adds sentences that are too short alone", () => {
    const [one, two] = ["Embeddings are not tied.", "Weights are kept in bfloat16 throughout."];
    expect(joined(`${one} ${two}`)).toEqual([one, two, `${one} ${two}`]);
  });

  it.each([
    [
      "sentences that stand alone",
      "The first sentence can stand here alone. Readers need no more than the second.",
    ],
    ["other blocks", "A merge of three models was made.\n\nIt was then tuned on letters."],
    ["siblings", "Aria2-70B has eighty layers in all. It needs eight large GPUs."],
    [
      "what would be too long",
      `A merge of ${"very many ".repeat(25)}models was made. It was tuned on letters.`,
    ],
  ])("leaves %s alone", (_what, markdown) => {
    expect(joined(markdown).every((text) => !/[.] \w/.test(text))).toBe(true);
  });

  it("says what `it` is, where the model is what the sentence before is about", () => {
    const said = "It maps sentences to vectors of 768 dimensions, for search and for clustering.";
    const named = said.replace(/^It/, "The model");
    expect(joined(said)).toContain(named);
    expect(joined(`This model was tuned on laws. ${said}`)).toContain(named);
    expect(joined(`The router picks experts. ${said}`)).not.toContain(named);
  });

  it("adds no sentence on a program to one on the model", () => {
    const [one, two] = ["We recommend vLLM for it.", "vLLM pages the cache in blocks."];
    expect(joined(`${one} ${two}`)).not.toContain(`${one} ${two}`);
  });
});
