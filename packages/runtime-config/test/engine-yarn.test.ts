import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildQwen3Model } from "@ggufkit/fixtures";
import { bytesSource, readGguf } from "@ggufkit/gguf";
import { getLlama, type Llama, LlamaLogLevel } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { modelFacts, nodeLlamaCppOptions, planRun, type RunPlan } from "../src/index.ts";

const lines: string[] = [];
let directory: string;
let path: string;
let llama: Llama;
let plan: (context: number) => RunPlan;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-yarn-"));
  path = join(directory, "model.gguf");
  const bytes = buildQwen3Model({ contextLength: 40_960, name: "Qwen3 0.6B" });
  await writeFile(path, bytes);
  const facts = modelFacts(await readGguf(bytesSource(bytes)));
  plan = (context) => planRun(facts, { context }, { cores: 2 });
  llama = await getLlama({
    build: "never",
    gpu: false,
    logLevel: LlamaLogLevel.debug,
    logger: (_level, message) => lines.push(message),
  });
});
afterAll(async () => {
  await llama.dispose();
  await rm(directory, { recursive: true });
});

/** What the engine says of a model that was loaded and given a context as planned. */
async function logOf({ loadModel, createContext }: ReturnType<typeof nodeLlamaCppOptions>) {
  lines.length = 0;
  const model = await llama.loadModel({ modelPath: path, ...loadModel });
  await model.createContext(createContext);
  await model.dispose();
  const log = lines.join("\n");
  const value = (name: string): string | undefined =>
    new RegExp(`${name}\\s*= (\\S+)`).exec(log)?.[1];
  return {
    scaling: value("rope scaling"),
    // Of the context as it runs, not of the model as the file has it.
    scale: value("llama_context: freq_scale"),
    original: value("n_ctx_orig_yarn"),
    context: value("llama_context: n_ctx"),
  };
}

describe("YaRN for node-llama-cpp, in the real engine", () => {
  it.each([
    [131_072, "0.25"],
    [65_536, "0.5"],
    [100_000, "0.307692"],
  ])("for %i tokens scales by %s, from 32,768 tokens on", async (context, scale) => {
    const log = await logOf(nodeLlamaCppOptions(plan(context)));
    expect(log).toMatchObject({ scaling: "yarn", scale, original: "32768" });
    // llama.cpp rounds a context up to 256 cells.
    expect(Number(log.context)).toBe(Math.ceil(context / 256) * 256);
  });

  it("is left out within the file's own context", async () => {
    const log = await logOf(nodeLlamaCppOptions(plan(32_768)));
    expect(log).toMatchObject({ scaling: "linear", scale: "1", context: "32768" });
  });
});
