import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildQwen3Model } from "@ggufkit/fixtures";
import { getLlama, type LlamaContext, type LlamaModel, LlamaLogLevel } from "node-llama-cpp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { StartedOverError } from "../src/engine/engine.ts";
import type { Written } from "../src/engine/slot.ts";
import { openSlots } from "../src/engine/slots.ts";

let directory = "";
let model: LlamaModel;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-slots-"));
  const modelPath = join(directory, "tiny.gguf");
  await writeFile(modelPath, buildQwen3Model());
  const llama = await getLlama({ build: "never", gpu: false, logLevel: LlamaLogLevel.disabled });
  model = await llama.loadModel({ modelPath });
});
afterAll(async () => {
  await model.dispose();
  await rm(directory, { recursive: true });
});

/** The texts of four requests, and the threads of each context that was opened for them. */
async function write(plan: {
  readonly threads: number;
  readonly pace: number;
  readonly patience?: number;
}): Promise<{ texts: string[]; threads: number[] }> {
  const threads: number[] = [];
  const open = (count: number): Promise<LlamaContext> => {
    threads.push(count);
    return model.createContext({ contextSize: 256, sequences: 3, threads: count });
  };
  const slots = await openSlots({ ...plan, open });
  const writeAll = (): Promise<Written[]> =>
    Promise.all(
      [1, 2, 3, 4].map((seed) =>
        slots.write({
          tokens: model.tokenize(`Note ${seed}: a model`, false),
          temperature: 0.7,
          seed,
          maxTokens: 12,
          stop: "\n",
        }),
      ),
    );
  const written = await writeAll().catch((error: unknown) => {
    if (error instanceof StartedOverError) return writeAll();
    throw error;
  });
  await slots.dispose();
  return { texts: written.map(({ text }) => text), threads };
}

it("keeps its threads while they keep up", async () => {
  const { threads } = await write({ threads: 2, pace: 60 });
  expect(threads).toEqual([2]);
});

it("starts over with one thread where several take longer", async () => {
  const calm = await write({ threads: 1, pace: 0 });
  const busy = await write({ threads: 2, pace: 0, patience: 0 });
  expect(busy.threads).toEqual([2, 1]);
  expect(busy.texts).toEqual(calm.texts);
  expect(new Set(calm.texts).size).toBe(4);
});
