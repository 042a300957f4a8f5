import { fileURLToPath } from "node:url";

import { median, timeProgram } from "../../../bench/measure.mjs";
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
  const model = await secondsOf([EXAMPLE]);
  const extractive = await secondsOf([EXAMPLE, "--extractive"]);
  return {
    title: "The page of Qwen3-235B-A22B, the whole process",
    columns: ["Engine", "Median", "Slowest"],
    rows: [
      ["the default model in process", ...inSeconds(model)],
      ["extractive", ...inSeconds(extractive)],
    ],
    goals: [
      {
        text: `with the model cached in less than ${MOST_SECONDS.model} s`,
        met: Math.max(...model) < MOST_SECONDS.model,
      },
      {
        text: `extractively in less than ${MOST_SECONDS.extractive} s`,
        met: Math.max(...extractive) < MOST_SECONDS.extractive,
      },
    ],
  };
}

/** @param {string[]} words */
async function secondsOf(words) {
  const seconds = [];
  for (let round = 0; round < ROUNDS; round++)
    seconds.push((await timeProgram(process.execPath, [MAIN, ...words])).seconds);
  return seconds;
}

/** @param {number[]} seconds */
function inSeconds(seconds) {
  return [median(seconds), Math.max(...seconds)].map((value) => `${value.toFixed(1)} s`);
}
