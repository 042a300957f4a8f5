import { availableParallelism } from "node:os";

import { getLlama, LlamaCompletion, LlamaLogLevel } from "node-llama-cpp";

import { median } from "../../../bench/measure.mjs";
import { openNodeLlamaEngine } from "../dist/engine/node-llama-engine.js";
import { rewritePrompt, shapeOf } from "../dist/rewriting/shaped-note.js";
import { llamaPrograms } from "./llama-programs.mjs";
import { defaultModel } from "./model.mjs";

const ROUNDS = 3;
/** As long as a sentence. */
const WRITTEN = 40;
/** What a page asks for at once, three times over. */
const TEXTS = 24;
const LEAST_SHARE = 0.9;
const NOTE =
  "Support of 100+ languages and dialects with strong capabilities for multilingual instruction following and translation.";
/**
 * Tokens a second.
 * @typedef {object} Rates
 * @property {number} read
 * @property {number} written
 */

/**
 * Reading a prompt of ours and writing sentences: our engine beside bare node-llama-cpp at its best
 * over threads and parallel sequences, in turns, and beside llama.cpp's own programs where they are.
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function writing() {
  const path = await defaultModel();
  const llama = await getLlama({ build: "never", gpu: false, logLevel: LlamaLogLevel.disabled });
  const model = await llama.loadModel({ modelPath: path });
  const prompt = promptOfPage();
  /** @type {Record<string, () => Promise<Rates>>} */
  const works = { ggufkit: () => ours(path, prompt) };
  const threads = [...new Set([1, availableParallelism()])];
  for (const count of threads)
    for (const sequences of [1, 4, 8])
      works[`node-llama-cpp, ${count} threads, ${sequences} sequences`] = () =>
        bare(model, prompt, count, sequences);
  /** @type {Record<string, Rates[]>} */
  const taken = {};
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, work] of Object.entries(works)) (taken[name] ??= []).push(await work());
  const length = model.tokenize(prompt, false).length;
  await model.dispose();
  return scenarioOf(taken, llamaPrograms(path, length, WRITTEN), length);
}

/** Pairs, a note, and the first words of its sentence. */
function promptOfPage() {
  const shaped = shapeOf(NOTE);
  if (shaped === undefined) throw new Error("the note has lost its shape");
  return rewritePrompt(shaped, "given");
}

/**
 * @param {string} path
 * @param {string} prompt
 * @returns {Promise<Rates>}
 */
async function ours(path, prompt) {
  const engine = await openNodeLlamaEngine(path);
  try {
    const request = { prompt, temperature: 0.6, seed: 0, maxTokens: 1 };
    await engine.complete(request);
    const first = engine.usage();
    const texts = Array.from({ length: TEXTS }, (_, seed) => ({
      ...request,
      seed,
      maxTokens: WRITTEN,
    }));
    await Promise.all(texts.map((text) => engine.complete(text)));
    const all = engine.usage();
    return {
      read: first.readTokens / first.readSeconds,
      written: (all.writtenTokens - first.writtenTokens) / (all.writeSeconds - first.writeSeconds),
    };
  } finally {
    await engine.dispose();
  }
}

/**
 * As the library's documents have it: a completion in each sequence, all at once.
 * @param {import("node-llama-cpp").LlamaModel} model
 * @param {string} prompt
 * @param {number} threads
 * @param {number} sequences
 * @returns {Promise<Rates>}
 */
async function bare(model, prompt, threads, sequences) {
  const context = await model.createContext({ contextSize: 2048, threads, sequences });
  try {
    const all = Array.from({ length: sequences }, () => context.getSequence());
    const tokens = model.tokenize(prompt, false);
    const [first] = all;
    const start = performance.now();
    await first?.evaluateWithoutGeneratingNewTokens(tokens.slice(0, -1));
    const read = (tokens.length - 1) / secondsSince(start);
    for (const other of all.slice(1))
      await other.evaluateWithoutGeneratingNewTokens(tokens.slice(0, -1));
    const begin = performance.now();
    await Promise.all(
      all.map((contextSequence, seed) =>
        new LlamaCompletion({ contextSequence }).generateCompletion(tokens, {
          temperature: 0.6,
          seed,
          topP: 0.95,
          maxTokens: WRITTEN,
          repeatPenalty: false,
          contextShiftSize: WRITTEN,
        }),
      ),
    );
    const made = all.reduce((sum, sequence) => sum + sequence.nextTokenIndex - tokens.length, 0);
    return { read, written: made / secondsSince(begin) };
  } finally {
    await context.dispose();
  }
}

/** @param {number} start */
function secondsSince(start) {
  return (performance.now() - start) / 1000;
}

/**
 * @param {Record<string, Rates[]>} taken
 * @param {[name: string, rates: Partial<Rates>][]} programs
 * @param {number} length
 * @returns {import("../../../bench/table.mjs").Scenario}
 */
function scenarioOf(taken, programs, length) {
  const medians = Object.entries(taken).map(
    ([name, all]) =>
      /** @type {[string, Rates]} */ ([
        name,
        {
          read: median(all.map(({ read }) => read)),
          written: median(all.map((one) => one.written)),
        },
      ]),
  );
  const [own, ...peers] = medians;
  const goalOf = (/** @type {"read" | "written"} */ what, /** @type {string} */ doing) => {
    const best = Math.max(...peers.map(([, rates]) => rates[what]));
    const share = (own?.[1][what] ?? 0) / best;
    return {
      text: `${doing} at least ${LEAST_SHARE} × the best of node-llama-cpp: ${share.toFixed(2)} ×`,
      met: share >= LEAST_SHARE,
    };
  };
  const cell = (/** @type {number | undefined} */ rate) =>
    rate === undefined ? "" : rate.toFixed(0);
  return {
    title: `Reading ${length} tokens and writing sentences, tokens a second`,
    columns: ["Program", "Reading", "Writing"],
    rows: [...medians, ...programs].map(([name, { read, written }]) => [
      name,
      cell(read),
      cell(written),
    ]),
    goals: [goalOf("read", "reading"), goalOf("written", "writing")],
  };
}
