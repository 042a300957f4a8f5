import { describe, expect, it } from "vitest";
import { rewriteNote } from "../src/rewriting/rewrite.ts";
import { type ShapedNote, shapeOf } from "../src/rewriting/shaped-note.ts";
import { fakeEngine } from "./sample.ts";

function shaped(text: string): ShapedNote {
  const found = shapeOf(text);
  if (found === undefined) throw new Error(`expected a shape: ${text}`);
  return found;
}

const NOTE = shaped("Aria2 lowers the memory use of many users by caching all keys.");
const GOOD = " all keys, Aria2 lowers the memory use of many users.";

describe("rewriteNote", () => {
  it("takes a good sentence at once", async () => {
    const engine = fakeEngine(() => GOOD);
    const { sentence, attempts } = await rewriteNote(engine, NOTE, { seed: 0 });
    expect(sentence).toBe(`By caching${GOOD}`);
    expect(attempts).toEqual([{ sentence: `By caching${GOOD}`, verdict: "kept" }]);
    expect(engine.requests).toMatchObject([{ temperature: 0 }]);
  });

  it("tries again, and keeps what was wrong with the others", async () => {
    const engine = fakeEngine((_, call) => (call < 3 ? ` magic ${call}` : GOOD));
    const { sentence, attempts } = await rewriteNote(engine, NOTE, { seed: 0 });
    expect(sentence).toBe(`By caching${GOOD}`);
    expect(attempts.map(({ verdict }) => verdict)).toEqual(["thrown-away", "thrown-away", "kept"]);
    expect(attempts[0]?.reason).toMatch(/^form: /);
  });

  it("takes the sentence that keeps the most", async () => {
    const less = " keys, Aria2 lowers the memory use of users.";
    const note = shaped("Aria2 lowers the memory use of busy users by caching recent keys.");
    const least = " keys, Aria2 lowers the memory use of busy users.";
    const engine = fakeEngine((_, call) => (call === 2 ? least : less));
    const { sentence } = await rewriteNote(engine, note, { seed: 0 });
    expect(sentence).toBe(`By caching${least}`);
  });

  it("gives up a prompt whose samples only repeat themselves", async () => {
    const engine = fakeEngine(() => " magic.");
    const { sentence, attempts } = await rewriteNote(engine, NOTE, { seed: 0 });
    expect(sentence).toBeUndefined();
    expect(attempts.length).toBeLessThanOrEqual(4);
    expect(engine.requests.filter(({ temperature }) => temperature > 0.6)).toEqual([]);
  });

  it("tells a copy from a slip", async () => {
    const things =
      "tables, figures, forms, maps, letters, drafts, novels, poems, plays, songs, lists, menus, bills, codes, logs, films, photos, paintings, posters, signs, cards, stamps, coins, flags, masks, tools, toys, and games, which helps readers.";
    const engine = fakeEngine(() => ` ${things}`);
    const { sentence, attempts } = await rewriteNote(engine, shaped(`Support of ${things}`), {
      seed: 0,
    });
    expect(sentence).toBeUndefined();
    expect(new Set(attempts.map(({ verdict }) => verdict))).toEqual(new Set(["copy"]));
  });

  it("leaves out pairs where the engine has no room for all", async () => {
    const room = (prompt: string): boolean => (prompt.match(/^Note: /gm)?.length ?? 0) <= 2;
    const engine = fakeEngine(() => GOOD, room);
    expect((await rewriteNote(engine, NOTE, { seed: 0 })).sentence).toBe(`By caching${GOOD}`);
    expect(engine.requests[0]?.prompt.match(/^Note: /gm)).toHaveLength(2);
  });

  it("asks nothing of an engine that has no room for a pair", async () => {
    const engine = fakeEngine(
      () => GOOD,
      () => false,
    );
    expect(await rewriteNote(engine, NOTE, { seed: 0 })).toEqual({
      sentence: undefined,
      attempts: [],
    });
    expect(engine.requests).toEqual([]);
  });

  describe("where every word has its place", () => {
    const moved = shaped("Streaming is off, since the decoder of Aria needs all frames.");
    const end = " needs all frames, streaming is off.";

    it("takes a stray sentence up again behind the word that it should have had", async () => {
      const engine = fakeEngine((_, call) => (call === 0 ? " is slow." : ` Aria${end}`));
      const { sentence, attempts } = await rewriteNote(engine, moved, { seed: 0 });
      expect(engine.requests.map(({ prompt }) => prompt.split("Sentence: ").at(-1))).toEqual([
        "Because the decoder",
        "Because the decoder of",
      ]);
      expect(attempts.map(({ verdict }) => verdict)).toEqual(["thrown-away", "kept"]);
      expect(sentence).toBe("Because the decoder of Aria needs all frames, streaming is off.");
    });

    it("gives a note up after a few slips", async () => {
      const engine = fakeEngine(() => " zebra");
      expect((await rewriteNote(engine, moved, { seed: 0 })).sentence).toBeUndefined();
      expect(engine.requests).toHaveLength(5);
    });

    it("puts what stood before the note before the sentence", async () => {
      const led = shaped(
        "One index serves all. Streaming is off, since the decoder of Aria needs all frames.",
      );
      const engine = fakeEngine(() => ` of Aria${end}`);
      expect((await rewriteNote(engine, led, { seed: 0 })).sentence).toBe(
        "One index serves all. Because the decoder of Aria needs all frames, streaming is off.",
      );
    });
  });

  it("stops when it is aborted", async () => {
    const engine = fakeEngine(() => GOOD);
    const signal = AbortSignal.abort();
    await expect(rewriteNote(engine, NOTE, { seed: 0, signal })).rejects.toThrow(/abort/i);
  });
});
