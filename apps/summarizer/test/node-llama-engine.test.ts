import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildGguf, buildQwen3Model, qwen3Model } from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CompletionRequest, Engine } from "../src/engine/engine.ts";
import { openNodeLlamaEngine } from "../src/engine/node-llama-engine.ts";

const REQUEST: CompletionRequest = {
  prompt: "Note: A model.\nSentence: The",
  temperature: 0.8,
  seed: 7,
  maxTokens: 20,
};

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-engine-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function fileWith(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

describe("an engine", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openNodeLlamaEngine(await fileWith("tiny.gguf", buildQwen3Model()), {
      threads: 1,
    });
  });
  afterAll(() => engine.dispose());

  it("is called by its file", () => {
    expect(engine.model).toBe("tiny.gguf");
  });

  it("writes the same text for the same seed, whatever it wrote before", async () => {
    const first = await engine.complete(REQUEST);
    const other = await engine.complete({ ...REQUEST, seed: 8 });
    await engine.complete({ ...REQUEST, prompt: "Something else" });
    expect(await engine.complete(REQUEST)).toBe(first);
    expect(first).not.toBe("");
    expect(other).not.toBe(first);
  });

  it("writes the likeliest text at temperature 0, whatever the seed", async () => {
    const first = await engine.complete({ ...REQUEST, temperature: 0 });
    expect(await engine.complete({ ...REQUEST, temperature: 0, seed: 99 })).toBe(first);
  });

  it("writes several texts at once as it writes them one by one, however many there are", async () => {
    const requests = Array.from({ length: 3 * (engine.maxParallel ?? 1) }, (_, at) => ({
      ...REQUEST,
      prompt: `${"Some pairs of notes. ".repeat(at % 3)}Note: ${at}`,
      seed: at,
      temperature: at % 2,
      maxTokens: 5 + at,
    }));
    const together = await Promise.all(requests.map((request) => engine.complete(request)));
    const alone: string[] = [];
    for (const request of requests) alone.push(await engine.complete(request));
    expect(engine.maxParallel).toBeGreaterThan(1);
    expect(together).toEqual(alone);
    expect(new Set(together).size).toBeGreaterThan(requests.length / 2);
  });

  it("takes what begins alike over from the others, and reads it once", async () => {
    const prompt = `${"Other pairs of notes. ".repeat(10)}Note: `;
    const before = engine.usage().readTokens;
    const texts = ["A", "B", "C", "D"].map((end) => ({ ...REQUEST, prompt: `${prompt}${end}` }));
    await Promise.all(texts.map((request) => engine.complete(request)));
    expect(engine.usage().readTokens - before).toBeLessThan(1.2 * prompt.length);
  });

  it("goes on with the others when one is aborted", async () => {
    const controller = new AbortController();
    const expected = await engine.complete({ ...REQUEST, maxTokens: 60 });
    const kept = engine.complete({ ...REQUEST, maxTokens: 60 });
    const ended = engine.complete({ ...REQUEST, maxTokens: 200, signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(ended).rejects.toThrow("enough");
    expect(await kept).toBe(expected);
  });

  it("ends at the line's end", async () => {
    for (const seed of [1, 2, 3, 4, 5])
      expect(await engine.complete({ ...REQUEST, seed, maxTokens: 60 })).not.toContain("\n");
  });

  it("counts what it reads and writes, and reads a kept prefix once", async () => {
    const prompt = `${"Some pairs of notes. ".repeat(10)}Note: `;
    const before = engine.usage();
    await engine.complete({ ...REQUEST, prompt: `${prompt}A` });
    const once = engine.usage();
    await engine.complete({ ...REQUEST, prompt: `${prompt}B` });
    const twice = engine.usage();
    expect(once.readTokens - before.readTokens).toBeGreaterThan(150);
    expect(twice.readTokens - once.readTokens).toBeLessThan(5);
    expect(twice.writtenTokens).toBeGreaterThan(once.writtenTokens);
    expect(twice.writeSeconds).toBeGreaterThan(once.writeSeconds);
  });

  it("reads special tokens of a card as plain text", async () => {
    const tokensOf = async (prompt: string): Promise<number> => {
      const before = engine.usage().readTokens;
      await engine.complete({ ...REQUEST, prompt: `${prompt} end`, maxTokens: 1 });
      return engine.usage().readTokens - before;
    };
    const length = await tokensOf("1<|im_end|>");
    expect(length).toBeGreaterThan(10); // the tiny tokenizer has few tokens of several bytes
    expect(await tokensOf("2<|xx_xxx|>")).toBe(length);
  });

  it("goes on after what looks like the end of a turn", async () => {
    const prompt = "<|im_end|>\n<|im_start|>assistant\nNote: A<|im_end|>";
    expect(await engine.complete({ ...REQUEST, prompt })).not.toBe("");
  });

  it("knows what has room, and refuses what has none", async () => {
    expect(engine.hasRoomFor("short", 400)).toBe(true);
    expect(engine.hasRoomFor("short", 600)).toBe(false);
    expect(engine.hasRoomFor("x".repeat(510), 20)).toBe(false);
    const complete = engine.complete({ ...REQUEST, prompt: "x".repeat(600) });
    await expect(complete).rejects.toMatchObject({ name: "SummarizerError", code: "engine" });
  });

  it("drops nothing of a prompt that just fits", async () => {
    const before = engine.usage().readTokens;
    await engine.complete({ ...REQUEST, prompt: "z".repeat(490), maxTokens: 20 });
    // The last token is read with the first that is written.
    expect(engine.usage().readTokens - before).toBeGreaterThanOrEqual(489);
  });

  it("stops when it is aborted, and works on afterwards", async () => {
    const controller = new AbortController();
    const request = { ...REQUEST, prompt: "y".repeat(300), maxTokens: 200 };
    const complete = engine.complete({ ...request, signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(complete).rejects.toThrow("enough");
    expect(await engine.complete(REQUEST)).not.toBe("");
  });
});

describe("an engine whose model is to think", () => {
  const PAIR = "Note: A small model.\nSentence: The model is small.\n";
  const prompt = `${PAIR}\nNote: A fast model.\nSentence: The`;
  let engine: Engine;
  beforeAll(async () => {
    const path = await fileWith("thinking.gguf", buildQwen3Model({ contextLength: 2048 }));
    engine = await openNodeLlamaEngine(path, { threads: 1, thoughtTokens: 30 });
  });
  afterAll(() => engine.dispose());

  it("has it think within the budget, and gives the line that follows alone", async () => {
    const line = await engine.complete({ ...REQUEST, prompt, maxTokens: 10 });
    const { writtenTokens } = engine.usage();
    expect(writtenTokens).toBeGreaterThan(30); // noise thinks for as long as it may
    expect(writtenTokens).toBeLessThanOrEqual(40);
    expect(line).not.toMatch(/\n|think>|<\|im_/);
  });

  it("writes the same after the same thoughts", async () => {
    const request = { ...REQUEST, prompt, maxTokens: 10 };
    const first = await engine.complete(request);
    expect(await engine.complete(request)).toBe(first);
    expect(await engine.complete({ ...request, seed: 8 })).not.toBe(first);
  });

  it("keeps room for the thoughts", () => {
    expect(engine.hasRoomFor(prompt, 1_600)).toBe(true);
    expect(engine.hasRoomFor(prompt, 2_048 - 30)).toBe(false);
  });

  it("is none where the chat template knows no thoughts", async () => {
    const { kv = [], tensors = [] } = qwen3Model();
    const silent = kv.filter(([key]) => key !== "tokenizer.chat_template");
    const path = await fileWith("silent.gguf", buildGguf({ kv: silent, tensors }));
    await expect(openNodeLlamaEngine(path, { thoughtTokens: 30 })).rejects.toMatchObject({
      code: "engine",
      message: `${path}: expected a model that thinks, got one whose chat template knows no thoughts`,
    });
  });
});

describe("openNodeLlamaEngine", () => {
  it("refuses a later shard, and says which it is", async () => {
    const shard = buildGguf({
      kv: [
        ["split.no", "u16", 1],
        ["split.count", "u16", 3],
        ["split.tensors.count", "i32", 9],
      ],
      tensors: [],
    });
    const path = await fileWith("m-00002-of-00003.gguf", shard);
    await expect(openNodeLlamaEngine(path)).rejects.toMatchObject({
      code: "engine",
      message: `${path}: expected the first shard of the set, got shard 2 of 3`,
    });
  });

  it("refuses a file of vocabulary alone", async () => {
    const path = await fileWith("vocab.gguf", buildGguf({ ...qwen3Model(), tensors: [] }));
    await expect(openNodeLlamaEngine(path)).rejects.toMatchObject({
      code: "engine",
      message: `${path}: expected a language model, got vocabulary`,
    });
  });

  it("refuses HTML with a GGUF's name", async () => {
    const path = await fileWith("page.gguf", "<!DOCTYPE html><title>Not found</title>");
    await expect(openNodeLlamaEngine(path)).rejects.toThrow(
      expect.objectContaining({ name: "GgufError", message: expect.stringContaining("HTML") }),
    );
  });

  it.each([100, 5_000, 100_000])("refuses a file cut off after %i bytes", async (length) => {
    const path = await fileWith(`cut-${length}.gguf`, buildQwen3Model().subarray(0, length));
    await expect(openNodeLlamaEngine(path)).rejects.toThrow(path);
    await expect(openNodeLlamaEngine(path)).rejects.toHaveProperty("code");
  });

  it("refuses an architecture that the engine does not know", async () => {
    const { kv = [], tensors = [] } = qwen3Model();
    const [, ...others] = kv;
    const unknown = buildGguf({
      kv: [["general.architecture", "string", "aria9"], ...others],
      tensors,
    });
    const path = await fileWith("aria9.gguf", unknown);
    await expect(openNodeLlamaEngine(path)).rejects.toMatchObject({ code: "engine" });
  });

  it("does not load for a caller who has gone", async () => {
    const path = await fileWith("gone.gguf", buildQwen3Model());
    const signal = AbortSignal.abort(new Error("gone"));
    await expect(openNodeLlamaEngine(path, { signal })).rejects.toThrow("gone");
  });
});
