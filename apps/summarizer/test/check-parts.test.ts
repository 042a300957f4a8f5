import { describe, expect, it } from "vitest";
import { checkParts, stumbleOf } from "../src/rewriting/check-parts.ts";
import { checkSentence } from "../src/rewriting/check-sentence.ts";
import { shapeOf } from "../src/rewriting/shaped-note.ts";

const PARTS = ["Because", "all keys (KV) are kept for ~30 s,", "long chats stay fast."];

describe("checkParts", () => {
  it("takes the parts word by word, and the capital that begins the sentence", () => {
    const sentence = "Because all keys (KV) are kept for ~30 s, long chats stay fast.";
    expect(checkParts(PARTS, sentence)).toBeUndefined();
    expect(
      checkParts(["long chats stay fast", "on phones."], "Long chats stay fast on phones."),
    ).toBe(undefined);
  });

  it.each([
    ["a word left out", "Because all keys (KV) are kept for ~30 s, chats stay fast."],
    ["a word changed", "Because all keys (KV) are kept for ~30 s, long chats become fast."],
    ["a preposition changed", "Because all keys (KV) are kept after ~30 s, long chats stay fast."],
    ["the joint lost", "Because all keys (KV) are kept for ~30 s long chats stay fast."],
    ["an exact number", "Because all keys (KV) are kept for 30 s, long chats stay fast."],
    ["a capital within", "Because all keys (KV) are kept for ~30 s, Long chats stay fast."],
    ["parts that change places", "Because long chats stay fast, all keys (KV) are kept for ~30 s."],
    ["more than the note", "Because all keys (KV) are kept for ~30 s, long chats stay fast today."],
  ])("tells %s", (_what, sentence) => {
    expect(checkParts(PARTS, sentence)).toBeDefined();
  });
});

describe("stumbleOf", () => {
  it("goes on behind the word that should have come", () => {
    const sentence = "Because all keys (KV) are gone.";
    expect(stumbleOf(PARTS, sentence)?.mended).toBe("Because all keys (KV) are kept");
  });

  it("writes the joint, and an end that came too early goes", () => {
    const sentence = "Because all keys (KV) are kept for ~30 s.";
    expect(stumbleOf(PARTS, sentence)?.mended).toBe(`${sentence.slice(0, -1)}, long`);
  });

  it("ends a sentence that goes on", () => {
    const sentence = "Because all keys (KV) are kept for ~30 s, long chats stay fast, as keys are.";
    expect(stumbleOf(PARTS, sentence)?.mended).toBe(
      "Because all keys (KV) are kept for ~30 s, long chats stay fast.",
    );
  });

  it("finds nothing in what is right", () => {
    expect(stumbleOf(["Long chats", "stay fast."], "Long chats stay fast.")).toBeUndefined();
  });
});

describe("checkSentence with parts", () => {
  const note = "With 4-bit weights the model needs 9 GB of memory.";
  const sentence = "The model needs 9 GB of memory with 4-bit weights.";
  const parts = shapeOf(note)?.parts;

  it("knows that numbers keep their neighbours when each word has its place", () => {
    expect(checkSentence(note, sentence, /^/, parts)).toEqual({ ok: true, kept: 1 });
    expect(checkSentence(note, sentence, /^/)).toMatchObject({ rejection: "relation" });
  });

  it("tells numbers that change places", () => {
    const swapped = "The model needs 4 GB of memory with 9-bit weights.";
    expect(checkSentence(note, swapped, /^/, parts)).toMatchObject({ rejection: "relation" });
  });
});
