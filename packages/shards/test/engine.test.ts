import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildQwen3Model } from "@ggufkit/fixtures";
import { getLlama, LlamaLogLevel, type Llama } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mergeFiles, splitFile } from "../src/node.ts";
import { collect, tempDir } from "./merge-world.ts";

let llama: Llama;
beforeAll(async () => {
  llama = await getLlama({ build: "never", gpu: false, logLevel: LlamaLogLevel.disabled });
});
afterAll(() => llama.dispose());

/** The tokens that a model goes on with; for a set the path is its first shard's. */
async function tokensOf(path: string): Promise<number[]> {
  const model = await llama.loadModel({ modelPath: path });
  try {
    const context = await model.createContext({ contextSize: 64, threads: 2 });
    const tokens: number[] = [];
    const prompt = model.tokenize("the other thing");
    for await (const token of context.getSequence().evaluate(prompt, { temperature: 0 }))
      if (tokens.push(token) === 8) break;
    return tokens;
  } finally {
    await model.dispose();
  }
}

describe("the engine", () => {
  it.each([undefined, { count: 8, used: 2 }])(
    "generates alike from a Qwen3 (experts: %o), from its shards, and from these merged",
    async (experts) => {
      const directory = await tempDir();
      const whole = join(directory, "whole.gguf");
      await writeFile(whole, buildQwen3Model({ experts }));
      const expected = await tokensOf(whole);
      expect(expected).toHaveLength(8);
      for (const noTensorFirstSplit of [false, true]) {
        const prefix = join(directory, `split-${noTensorFirstSplit}`);
        const limit = { maxBytes: 100_000 };
        const { result } = await collect(splitFile(whole, prefix, limit, { noTensorFirstSplit }));
        const [first = ""] = result.files;
        expect(result.files.length).toBeGreaterThan(2);
        expect(await tokensOf(first)).toEqual(expected);
        for (const compat of [undefined, "llama.cpp"] as const) {
          const merged = join(directory, `merged-${noTensorFirstSplit}-${compat}.gguf`);
          await collect(mergeFiles(first, merged, { compat }));
          expect(await tokensOf(merged)).toEqual(expected);
        }
      }
    },
  );
});
