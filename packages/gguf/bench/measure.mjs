import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const READER_CHILD = fileURLToPath(new URL("reader-child.mjs", import.meta.url));

/** The middle one; of an even count, the upper one of the middle two. */
export function median(/** @type {number[]} */ values) {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

/**
 * Median times of several works that take turns, so that what disturbs the machine disturbs all.
 * @param {Record<string, () => unknown>} works
 * @param {number} rounds
 * @returns {Promise<Record<string, number>>} by name, in milliseconds
 */
export async function medianTimesInTurn(works, rounds) {
  /** @type {Record<string, number[]>} */
  const times = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, work] of Object.entries(works)) {
      const start = performance.now();
      await work();
      (times[name] ??= []).push(performance.now() - start);
    }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

/**
 * How often a reader is run in one process: after `warmups` that do not count, `runs` that do.
 * @typedef {{ warmups: number, runs: number }} Repeats
 */

/**
 * Median times of readers, each in processes of its own, which take turns.
 * @template {import("./readers.mjs").ReaderName} Name
 * @param {string} uri
 * @param {Record<Name, Repeats>} readers
 * @param {number} rounds
 * @returns {Promise<Record<Name, number>>} in milliseconds
 */
export async function medianReadTimes(uri, readers, rounds) {
  const names = /** @type {Name[]} */ (Object.keys(readers));
  /** @type {Map<Name, number[]>} */
  const times = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const name of names)
      times.get(name)?.push(...(await runReader(name, uri, readers[name])).times);
  const medians = names.map((name) => [name, median(times.get(name) ?? [])]);
  return /** @type {Record<Name, number>} */ (Object.fromEntries(medians));
}

/**
 * Runs a reader in a process of its own.
 * @param {import("./readers.mjs").ReaderName} name
 * @param {string} uri
 * @param {Repeats} repeats
 * @returns {Promise<{ times: number[], peakBytes: number }>}
 */
export async function runReader(name, uri, { warmups, runs }) {
  const words = [READER_CHILD, name, uri, String(warmups), String(runs)];
  return JSON.parse(await runProgram(process.execPath, words));
}

/**
 * Runs a program to its end and returns what it printed.
 * @param {string} command
 * @param {string[]} words
 * @returns {Promise<string>}
 */
export function runProgram(command, words) {
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ended with exit code ${code}`));
    });
  });
}
