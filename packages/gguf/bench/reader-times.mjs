import { fileURLToPath } from "node:url";

import { median, runProgram } from "../../../bench/measure.mjs";

const READER_CHILD = fileURLToPath(new URL("reader-child.mjs", import.meta.url));

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
