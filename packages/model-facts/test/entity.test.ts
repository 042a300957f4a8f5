import { describe, expect, it } from "vitest";
import { cardFacts, entityOf, statementsOf, subjectOf } from "../src/index.ts";
import { cardOf } from "./example.ts";

const NOBODY = { kind: "other", name: "nobody" } as const;
const urlOf = (name: string): string => `https://huggingface.co/aria/${name}`;

describe("a card that a large model shares with what was distilled from it", () => {
  const card = cardOf(
    `# Aria-R1

Aria-R1 sees cold-start data before its reinforcement learning.

The distilled models were trained on 720K samples.

We recommend the following for the Aria-R1 series models:

1. Keep the temperature at 0.6, or the output may repeat.

## Models

| Model | Base model | Params |
| --- | --- | --- |
| Aria-R1 | - | 412B |
| Aria-R1-Distill-Cairn-7B | Cairn-7B | 7.3B |
| Aria-R1-Distill-Cairn-14B | Cairn-14B | 14.6B |

- Aria-R1-Distill-Cairn-7B, Aria-R1-Distill-Cairn-14B and others are derived from Cairn.
`,
    urlOf("Aria-R1-Distill-Cairn-14B"),
  );
  const subject = subjectOf(card);
  const kindOf = (words: string): string | undefined =>
    statementsOf(card, subject).find(({ text }) => text.includes(words))?.entity.kind;

  it("tells whose each sentence is", () => {
    expect(kindOf("cold-start data")).toBe("other");
    expect(kindOf("720K samples")).toBe("family");
    expect(kindOf("Keep the temperature")).toBe("family");
    expect(kindOf("are derived from")).toBe("family");
  });

  it("takes the model's own row", () => {
    const facts = cardFacts(card, subject).map(({ attribute, value }) => [attribute, value]);
    expect(facts).toContainEqual(["parameters.total", 14.6e9]);
    expect(facts).toContainEqual(["baseModel", "Cairn-14B"]);
  });
});

describe("who a sentence speaks of", () => {
  const cardWith = (front: string, name: string): ReturnType<typeof cardOf> =>
    cardOf(`---\n${front}\n---\n\nText of the card.\n`, urlOf(name));
  /** The kind of whom a text speaks of on such a card; `nobody` where it names none. */
  const whoOf = (text: string, name: string, front = "license: mit"): string => {
    const { kind, name: found } = entityOf(text, subjectOf(cardWith(front, name)), NOBODY);
    return found === NOBODY.name ? found : kind;
  };

  it.each([
    ["The 27B model has 62 layers.", "other"],
    ["The 12B model has 48 layers, the 27B model 62.", "nobody"],
    ["The larger sibling Aria Large 3 reads 256K tokens.", "other"],
    ["Building on Aria Small 2, Aria Small 2.1 reads 128K tokens.", "family"],
    ["Aria Small 2.1 12B is fast.", "model"],
  ])("sizes and makers' other models: %s", (text, kind) => {
    expect(whoOf(text, "Aria-Small-2.1-12B-Instruct")).toBe(kind);
  });

  it.each([
    ["Cairn-7B was trained on 9 trillion tokens.", "other"],
    ["The model is a tuned version of Cairn-7B.", "nobody"],
    ["Cairn's share went up.", "nobody"],
  ])("what it was made of: %s", (text, kind) => {
    expect(whoOf(text, "Aria-7B", "base_model: [maker/Cairn-7B, maker/Fable-7B]")).toBe(kind);
  });

  it.each([
    ["v1.2 had an average of 66.05.", "other"],
    ["v1.3 had an average of 67.4.", "nobody"],
    ["What v1.2 lacked is here.", "nobody"],
  ])("releases: %s", (text, kind) => {
    expect(whoOf(text, "Aria-7B-v1.3")).toBe(kind);
  });

  it.each([
    ["The large model has 412 million parameters.", "other"],
    ["The base model has 151 million parameters.", "nobody"],
  ])("sizes in words: %s", (text, kind) => {
    expect(whoOf(text, "aria-embed-base")).toBe(kind);
  });

  it("parts a sentence by the models that it names", () => {
    const of = cardOf(
      "Aria 1 was trained on 9,000 samples; Aria 2 was trained on 80,000 samples.\n",
      urlOf("Aria-2-7B"),
    );
    const subject = subjectOf(of);
    expect(statementsOf(of, subject).map(({ entity }) => entity.kind)).toEqual(["other", "family"]);
    expect(cardFacts(of, subject)).toMatchObject([
      { attribute: "training.samples", value: 80_000 },
    ]);
  });
});
