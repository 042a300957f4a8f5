import { describe, expect, it } from "vitest";
import { entityOf, type Statement, statementsOf, subjectOf } from "../src/index.ts";
import { sentencesOf } from "../src/sentence.ts";
import { cardOf, exampleDocument } from "./example.ts";

describe("statementsOf", async () => {
  const subject = subjectOf(await exampleDocument("card.md"));
  const of = async (path: string): Promise<Statement[]> =>
    statementsOf(await exampleDocument(path), subject);
  const [card, blog, repository, llamaCpp, yarn] = await Promise.all([
    of("card.md"),
    of("research/qwen3-blog.md"),
    of("research/qwen3-repository.md"),
    of("research/llama.cpp-repository.md"),
    of("research/yarn-paper.md"),
  ]);
  const entity = (
    statements: readonly Statement[],
    words: string,
  ): Statement["entity"] | undefined => statements.find(({ text }) => text.includes(words))?.entity;

  it("tells whom a sentence speaks of", () => {
    expect(subject).toMatchObject({
      name: "Qwen3-235B-A22B-GGUF",
      model: "Qwen3-235B-A22B",
      family: "Qwen3",
    });
    expect(entity(card, "DO NOT use greedy")).toEqual({ kind: "model", name: "Qwen3-235B-A22B" });
    expect(entity(blog, "36 trillion tokens")).toEqual({ kind: "family", name: "Qwen3" });
    expect(entity(blog, "rivals the much larger")).toEqual({ kind: "other", name: "Qwen3-4B" });
    expect(entity(llamaCpp, "Speculative decoding")).toMatchObject({ name: "llama.cpp" });
    expect(entity(yarn, "10x fewer training tokens")).toEqual({ kind: "other", name: "YaRN" });
  });

  it("leaves a sibling's context with the sibling, and every recap out", () => {
    const long = repository.filter(({ text }) => /256K/.test(text));
    expect(long.length).toBeGreaterThan(0);
    for (const statement of long)
      expect(statement.entity).toEqual({ kind: "other", name: "Qwen3-235B-A22B-Instruct-2507" });
    const all = [...card, ...blog, ...repository, ...llamaCpp, ...yarn];
    expect(
      all.filter(({ text }) => /^(In summary|Here (is|are)|These details)/.test(text)),
    ).toEqual([]);
  });

  it("says where each stands", () => {
    const greedy = card.find(({ text }) => text.startsWith("DO NOT use greedy"));
    expect(greedy).toMatchObject({ kind: "bullet", line: 122 });
    expect(greedy?.headings.at(-2)).toBe("Best Practices");
  });

  it("takes time linear in the text", () => {
    const words = Array.from({ length: 20_000 }, (_, at) => `wordA${at}`).join(" ");
    expect(statementsOf(cardOf(`# Aria2\n\n${words}.\n`), subject)).toHaveLength(1);
    const sentences = "It has 7 of them, e.g. Five. ".repeat(30_000);
    expect(statementsOf(cardOf(`# Aria2\n\n${sentences}\n`), subject)).toHaveLength(30_000);
    const unbroken = "Qwen3.".repeat(30_000);
    expect(statementsOf(cardOf(`# Aria2\n\n${unbroken}\n`), subject)).toHaveLength(1);
  });
});

describe("entityOf", () => {
  const subject = { name: "Aria2-7B-GGUF", model: "Aria2-7B", family: "Aria2" };
  const nobody = { kind: "other", name: "nobody" } as const;

  it.each([
    ["Aria2-7B reads contracts.", { kind: "model", name: "Aria2-7B" }],
    ["Aria2-7B-GGUF is small.", { kind: "model", name: "Aria2-7B" }],
    ["Aria2 models are small.", { kind: "family", name: "Aria2" }],
    ["Aria2-70B is large.", { kind: "other", name: "Aria2-70B" }],
    ["Aria2 70B is large.", { kind: "other", name: "Aria2 70B" }],
    ["Aria2-7B-Instruct-2507 chats.", { kind: "other", name: "Aria2-7B-Instruct-2507" }],
    ["Aria1 was smaller.", { kind: "other", name: "Aria1" }],
    ["Aria2 is better than Aria1.", { kind: "family", name: "Aria2" }],
    ["It is a small model.", nobody],
  ])("%s", (text, expected) => {
    expect(entityOf(text, subject, nobody)).toEqual(expected);
  });
});

describe("a series' name that is a checkpoint's, too", () => {
  const card = cardOf(
    `# Basalt-2-Air

| Benchmark | Basalt-2-Air | Basalt-2 |
| --- | --- | --- |
| BrowseComp | 21.3 | 26.4 |
`,
    "https://huggingface.co/basalt/Basalt-2-Air",
  );
  const own = { kind: "model", name: "Basalt-2-Air" } as const;
  const namesake = { kind: "other", name: "Basalt-2" };
  const series = { kind: "family", name: "Basalt-2" };

  it.each([
    ["Basalt-2 has 92 layers.", namesake],
    ["Basalt-2", namesake],
    ["Basalt-2 unifies reasoning and coding.", series],
    ["The Basalt-2 series has 3 sizes.", series],
    ["Basalt-2-Air has 46 layers, as many as half of Basalt-2.", own],
  ])("%s", (text, expected) => {
    expect(entityOf(text, subjectOf(card), own)).toEqual(expected);
  });

  it("is the series' alone where no table tells them apart", () => {
    const plain = cardOf("It is small.", "https://huggingface.co/basalt/Basalt-2-Air");
    expect(entityOf("Basalt-2 has 92 layers.", subjectOf(plain), own)).toEqual(series);
  });
});

it.each([
  ["One. Two! Three?", ["One.", "Two!", "Three?"]],
  [
    "It has 0.6B weights, e.g. Qwen2.5 has. It runs.",
    ["It has 0.6B weights, e.g. Qwen2.5 has.", "It runs."],
  ],
  ["Apache 2.0. Written by J. Doe et al. in C.", ["Apache 2.0.", "Written by J. Doe et al. in C."]],
  ["Take option b. Then v1.5 of llama.cpp.", ["Take option b.", "Then v1.5 of llama.cpp."]],
  [
    "Everybody (rightly!!) complained. vLLM runs it.",
    ["Everybody (rightly!!) complained.", "vLLM runs it."],
  ],
  ["", []],
])("sentencesOf(%j)", (text, sentences) => {
  expect(sentencesOf(text)).toEqual(sentences);
});
