import { describe, expect, it } from "vitest";
import { StartedOverError } from "../src/engine/engine.ts";
import { type Prose, selectStatements, writeProse } from "../src/prose.ts";
import type { Ranked } from "../src/rank.ts";
import { fakeEngine, PAPER, statement } from "./sample.ts";

/** Notes of the shape `means`, and the sentence that each should become. */
const TOPICS = [
  "caching keys",
  "merging heads",
  "pruning layers",
  "sharing slots",
  "sorting pages",
];
const NOTES = TOPICS.map(
  (topic, at) => `Aria2 lowers cost number ${at} of its answers by ${topic}.`,
);
const SENTENCES = TOPICS.map(
  (topic, at) => `By ${topic}, Aria2 lowers cost number ${at} of its answers.`,
);

function ranked(texts: readonly string[], changes: Parameters<typeof statement>[1] = {}): Ranked[] {
  return texts.map((text, at) => ({ statement: statement(text, changes), score: 10 - at }));
}

/** Words each of NOTES as it should be. */
function wellTrained(prompt: string): string {
  const at = NOTES.findIndex((note) => prompt.includes(`Note: ${note}\nSentence: By`));
  const [, verb = ""] = /By (\w+)$/.exec(prompt) ?? [];
  return (SENTENCES[at] ?? "").slice(`By ${verb}`.length);
}

async function prose(
  chosen: readonly Ranked[],
  options: Parameters<typeof writeProse>[1],
): Promise<Prose> {
  const writing = writeProse(chosen, options);
  for (;;) {
    const { done, value } = await writing.next();
    if (done === true) return value;
  }
}

describe("selectStatements", () => {
  it("takes a claim once, however often it is told", () => {
    const told = [
      "Aria2 reads long contracts fast.",
      "Aria2 reads long contracts very fast indeed.",
    ];
    expect(selectStatements(ranked(told)).map((item) => item.statement.text)).toEqual([told[0]]);
  });
});

describe("writeProse", () => {
  it("lets no source crowd out the others, and leaves none out", async () => {
    const card = ranked(Array.from({ length: 9 }, (_, at) => `Claim${at} words${at} alone${at}.`));
    const paper = ranked(["A paper's finding about something else."], { source: PAPER });
    const { lines } = await prose([...card, ...paper], { seed: 0, room: 500 });
    expect(lines).toHaveLength(10);
    expect(lines.slice(0, 6).some(({ source }) => source === PAPER)).toBe(true);
  });

  it("lets the model word what has a shape, with its statement as the evidence", async () => {
    const engine = fakeEngine(wellTrained);
    const { lines, rewritten } = await prose(ranked(NOTES), { engine, seed: 0, room: 500 });
    expect(lines.map(({ text }) => text)).toEqual(SENTENCES);
    expect(lines.every(({ writer }) => writer === "model")).toBe(true);
    expect(lines[0]?.evidence).toEqual([lines[0]?.statement]);
    expect(rewritten).toHaveLength(NOTES.length);
    expect(engine.requests).toHaveLength(NOTES.length);
  });

  it("keeps the source's words where the sources object to the sentence", async () => {
    const engine = fakeEngine(wellTrained);
    const objection = ({ text }: { text: string }): string | undefined =>
      text === SENTENCES[1] ? "the source has 7" : undefined;
    const options = { engine, seed: 0, room: 500, objection };
    const { lines, rewritten } = await prose(ranked(NOTES), options);
    expect(lines.map(({ text }) => text)).toContain(NOTES[1]);
    expect(lines.map(({ text }) => text)).not.toContain(SENTENCES[1]);
    expect(lines.filter(({ writer }) => writer === "model")).toHaveLength(NOTES.length - 1);
    expect(rewritten[1]?.rewrite.attempts).toEqual([
      { sentence: SENTENCES[1], verdict: "thrown-away", reason: "audit: the source has 7" },
    ]);
  });

  it("words all notes again when the engine starts over", async () => {
    const engine = fakeEngine(wellTrained);
    let asked = 0;
    const complete: typeof engine.complete = (request) => {
      asked += 1;
      if (asked === 3) return Promise.reject(new StartedOverError());
      return engine.complete(request);
    };
    const once = { ...engine, complete };
    const { lines } = await prose(ranked(NOTES), { engine: once, seed: 0, room: 500 });
    expect(lines.map(({ text }) => text)).toEqual(SENTENCES);
    expect(asked).toBe(3 + NOTES.length);
  });

  it("keeps the source's words where the model fails, and puts those lines later", async () => {
    const engine = fakeEngine((prompt) =>
      prompt.includes(NOTES[0] ?? "") ? " magic, Aria2 rules." : wellTrained(prompt),
    );
    const { lines } = await prose(ranked(NOTES.slice(0, 2)), { engine, seed: 0, room: 500 });
    expect(lines.map(({ writer, text }) => [writer, text])).toEqual([
      ["model", SENTENCES[1]],
      ["source", NOTES[0]],
    ]);
  });

  it("asks the model for nothing that a page has no room for", async () => {
    const engine = fakeEngine(wellTrained);
    const { lines } = await prose(ranked(NOTES), { engine, seed: 0, room: 10 });
    expect(lines).toHaveLength(NOTES.length);
    expect(engine.requests).toHaveLength(2);
  });

  it("words notes of one shape after each other, whatever their rank", async () => {
    const other = "All Aria2 weights are open, helping study and reuse.";
    const engine = fakeEngine(() => " nothing");
    const [first = "", second = ""] = NOTES;
    await prose(ranked([first, other, second]), { engine, seed: 0, room: 500 });
    const asked = engine.requests.map(({ prompt }) =>
      [first, other, second].findIndex((note) => prompt.includes(note)),
    );
    expect([...new Set(asked)]).toEqual([0, 2, 1]);
  });

  it("stops between two notes when it is aborted", async () => {
    const controller = new AbortController();
    const engine = fakeEngine((prompt) => {
      controller.abort();
      return wellTrained(prompt);
    });
    const { signal } = controller;
    await expect(prose(ranked(NOTES), { engine, seed: 0, room: 500, signal })).rejects.toThrow(
      /abort/i,
    );
    expect(engine.requests).toHaveLength(1);
  });

  it("names the thing that a line is about where its text does not", async () => {
    const entity = { kind: "other", name: "YaRN" } as const;
    const text = "The method stretches positions with little data.";
    const [item] = ranked([text], { source: PAPER, entity });
    const { lines } = await prose(item ? [item] : [], { seed: 0, room: 500 });
    expect(lines).toMatchObject([{ label: "YaRN", text, writer: "source" }]);
  });
});
