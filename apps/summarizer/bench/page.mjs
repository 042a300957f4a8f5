import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { median } from "../../../bench/measure.mjs";
import { defaultModel } from "./model.mjs";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const EXAMPLE = fileURLToPath(new URL("../../../examples/qwen3-235b-a22b", import.meta.url));
const ROUNDS = 3;
const MOST_SECONDS = { model: 45, extractive: 2 };

/**
 * The whole page of the example, as a process: with the default model from the cache, and without one.
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function page() {
  await defaultModel();
  const model = await runsOf([EXAMPLE]);
  const extractive = await runsOf([EXAMPLE, "--extractive"]);
  return {
    title: "The page of Qwen3-235B-A22B, the whole process",
    columns: ["Engine", "First line", "Whole page", "Slowest page"],
    rows: [
      ["the default model in process", ...cellsOf(model)],
      ["extractive", ...cellsOf(extractive)],
    ],
    goals: [
      {
        text: `with the model cached in less than ${MOST_SECONDS.model} s`,
        met: slowest(model) < MOST_SECONDS.model,
      },
      {
        text: `extractively in less than ${MOST_SECONDS.extractive} s`,
        met: slowest(extractive) < MOST_SECONDS.extractive,
      },
    ],
  };
}

/**
 * Seconds until the process tells of its work for the first time, and until it has ended.
 * @param {string[]} words
 * @returns {Promise<{ first: number, all: number }[]>}
 */
async function runsOf(words) {
  const runs = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await runOnce(words));
  return runs;
}

/**
 * @param {string[]} words
 * @returns {Promise<{ first: number, all: number }>}
 */
function runOnce(words) {
  const start = performance.now();
  const since = () => (performance.now() - start) / 1000;
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let first = Number.NaN;
  const note = () => {
    if (Number.isNaN(first)) first = since();
  };
  child.stdout.on("data", note);
  child.stderr.on("data", note);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve({ first, all: since() });
      else reject(new Error(`a page ended with exit code ${code}`));
    });
  });
}

/** @param {{ all: number }[]} runs */
function slowest(runs) {
  return Math.max(...runs.map(({ all }) => all));
}

/** @param {{ first: number, all: number }[]} runs */
function cellsOf(runs) {
  const seconds = [
    median(runs.map(({ first }) => first)),
    median(runs.map(({ all }) => all)),
    slowest(runs),
  ];
  return seconds.map((value) => `${value.toFixed(1)} s`);
}
