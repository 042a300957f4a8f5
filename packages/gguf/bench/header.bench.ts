import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf } from "@ggufkit/fixtures";
import { gguf } from "@huggingface/gguf";
import { afterAll, bench, describe } from "vitest";

import { bytesSource, readGguf } from "../src/index.ts";
import { readGgufFile } from "../src/node.ts";

// Gemma's vocabulary, the largest common one, and about as many tensors as the largest models have.
const TOKENS = 262_144;
const TENSORS = 1200;

const tokens = Array.from({ length: TOKENS }, (_, index) => `token ${index}`);
const file = buildGguf({
  kv: [
    ["general.architecture", "string", "llama"],
    ["tokenizer.ggml.tokens", "string[]", tokens],
    ["tokenizer.ggml.merges", "string[]", tokens.map((_, index) => `t ${index}`)],
  ],
  tensors: Array.from({ length: TENSORS }, (_, index) => ({
    name: `blk.${index}.attn_output.weight`,
    shape: [32],
    type: "F32",
  })),
});
const directory = mkdtempSync(join(tmpdir(), "ggufkit-bench-"));
const path = join(directory, "header.gguf");
writeFileSync(path, file);
afterAll(() => rmSync(directory, { recursive: true }));

describe(`a header of ${(file.length / 1e6).toFixed(1)} MB`, () => {
  bench("@ggufkit/gguf, in memory", async () => {
    await readGguf(bytesSource(file));
  });
  bench("@ggufkit/gguf, from a file", async () => {
    await readGgufFile(path);
  });
  bench(
    "@huggingface/gguf, from a file",
    async () => {
      await gguf(path, { allowLocalFile: true });
    },
    { iterations: 3, warmupIterations: 0, time: 0, warmupTime: 0 },
  );
});
