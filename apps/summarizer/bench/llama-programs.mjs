import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

import { isOnPath } from "../../../bench/measure.mjs";

// Where llama.cpp was built.
const LLAMA_BENCH = process.env["GGUFKIT_LLAMA_BENCH"] ?? "llama-bench";
const LLAMA_BATCHED_BENCH = process.env["GGUFKIT_LLAMA_BATCHED_BENCH"] ?? "llama-batched-bench";

/**
 * What llama.cpp's own programs measure, where they are.
 * @param {string} path
 * @param {number} length of the prompt, in tokens
 * @param {number} written tokens
 * @returns {[name: string, rates: Partial<Rates>][]}
 *
 * @typedef {import("./writing.mjs").Rates} Rates
 */
export function llamaPrograms(path, length, written) {
  return [...llamaBench(path, length, written), ...llamaBatchedBench(path, written)];
}

/**
 * @param {string} path
 * @param {number} length
 * @param {number} written
 * @returns {[string, Partial<Rates>][]}
 */
function llamaBench(path, length, written) {
  if (!isThere(LLAMA_BENCH)) return [];
  return [1, availableParallelism()].map((threads) => {
    const rows = JSON.parse(
      run(LLAMA_BENCH, [
        "-m",
        path,
        "-p",
        `${length}`,
        "-n",
        `${written}`,
        "-t",
        `${threads}`,
        "-o",
        "json",
      ]),
    );
    const rateOf = (/** @type {string} */ field) =>
      rows.find((/** @type {any} */ row) => row[field] > 0)?.avg_ts;
    return [
      `llama-bench, ${threads} threads`,
      { read: rateOf("n_prompt"), written: rateOf("n_gen") },
    ];
  });
}

/**
 * @param {string} path
 * @param {number} written
 * @returns {[string, Partial<Rates>][]}
 */
function llamaBatchedBench(path, written) {
  if (!isThere(LLAMA_BATCHED_BENCH)) return [];
  const threads = `${availableParallelism()}`;
  const sequences = [1, 4, 8];
  const words = ["-m", path, "-c", "16384", "-t", threads, "-npp", "512", "-ntg", `${written}`];
  const lines = run(LLAMA_BATCHED_BENCH, [
    ...words,
    "-npl",
    sequences.join(","),
    "--output-format",
    "jsonl",
  ]);
  return lines
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => {
      const { pl, speed_pp, speed_tg } = JSON.parse(line);
      return [
        `llama-batched-bench, ${threads} threads, ${pl} sequences`,
        { read: speed_pp, written: speed_tg },
      ];
    });
}

/** @param {string} program */
function isThere(program) {
  return program.includes("/") || isOnPath(program);
}

/**
 * @param {string} program
 * @param {string[]} words
 */
function run(program, words) {
  const { stdout, status, error } = spawnSync(program, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ended with ${status ?? error?.message}`);
  return stdout;
}
