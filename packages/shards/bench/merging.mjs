import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

import { shardedRepo } from "@ggufkit/fixtures";

import { isOnPath, median, runProgram, timeProgram } from "../../../bench/measure.mjs";

const BYTES = Number(process.env["GGUFKIT_BENCH_MERGE_BYTES"] ?? 4e9);
const SHARDS = 5;
const ROUNDS = 5;
const BLOCK_BYTES = 4 << 20;
const MERGE_CHILD = fileURLToPath(new URL("merge-child.mjs", import.meta.url));
// Where llama.cpp was built.
const LLAMA_GGUF_SPLIT = process.env["GGUFKIT_LLAMA_GGUF_SPLIT"] ?? "llama-gguf-split";

/**
 * What merging took until all was written, and until it was on the disk.
 * @typedef {object} Taken
 * @property {number} written seconds
 * @property {number} synced seconds
 * @property {number} [peakBytes]
 */

/**
 * Merging a set beside copying the same bytes with cp, and beside llama-gguf-split.
 * @param {string} directory
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function merging(directory) {
  const shards = await writeSet(join(directory, "set"));
  const out = join(directory, "out");
  const contestants = contestantsFor(shards, out);
  /** @type {Record<string, Taken[]>} */
  const taken = {};
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, merge] of Object.entries(contestants)) {
      await rm(out, { recursive: true, force: true });
      await mkdir(out);
      await runProgram("sync", []); // nothing of the one before may be left to write
      (taken[name] ??= []).push(await merge());
    }
  await rm(out, { recursive: true });
  await rm(join(directory, "set"), { recursive: true });
  return {
    title: `Merging ${(BYTES / 1e9).toFixed(1)} GB in ${SHARDS} shards`,
    columns: ["Program", "Written", "Speed", "On the disk", "Speed", "Peak"],
    rows: Object.entries(taken).map(([name, all]) => row(name, all)),
    goals: goalsOf(taken),
  };
}

const OURS = "ggufkit";
const CP = "cp";
const PEER = "llama-gguf-split";

/**
 * @param {string[]} shards
 * @param {string} out
 * @returns {Record<string, () => Promise<Taken>>}
 */
function contestantsFor(shards, out) {
  const [first = ""] = shards;
  const merged = join(out, "merged.gguf");
  /** @type {Record<string, () => Promise<Taken>>} */
  const contestants = {
    [OURS]: async () => {
      const start = performance.now();
      const child = JSON.parse(await runProgram(process.execPath, [MERGE_CHILD, first, merged]));
      const synced = (performance.now() - start) / 1000;
      return { written: synced - child.syncSeconds, synced, peakBytes: child.peakBytes };
    },
    [CP]: () => thenSync("cp", [...shards, out], out),
  };
  if (LLAMA_GGUF_SPLIT.includes("/") || isOnPath(LLAMA_GGUF_SPLIT))
    contestants[PEER] = () => thenSync(LLAMA_GGUF_SPLIT, ["--merge", first, merged], out);
  else console.error(`${PEER} is not there: set GGUFKIT_LLAMA_GGUF_SPLIT`);
  return contestants;
}

/**
 * @param {string} command
 * @param {string[]} words
 * @param {string} directory
 * @returns {Promise<Taken>}
 */
async function thenSync(command, words, directory) {
  const { seconds: written } = await timeProgram(command, words);
  const { seconds } = await timeProgram("sync", ["-f", directory]);
  return { written, synced: written + seconds };
}

/**
 * @param {string} directory
 * @returns {Promise<string[]>} paths of the shards
 */
async function writeSet(directory) {
  await mkdir(directory);
  const files = shardedRepo({
    prefix: "model",
    shards: SHARDS,
    bytesPerShard: Math.floor(BYTES / SHARDS / 32) * 32,
  });
  const paths = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    await pipeline(blocksOf(content), createWriteStream(path));
    paths.push(path);
  }
  return paths;
}

/** @param {import("@ggufkit/fixtures").FileContent} content */
function* blocksOf(content) {
  for (let at = 0; at < content.bytes; at += BLOCK_BYTES)
    yield content.read(at, Math.min(at + BLOCK_BYTES, content.bytes));
}

/**
 * @param {string} name
 * @param {Taken[]} all
 * @returns {string[]}
 */
function row(name, all) {
  const written = median(all.map((taken) => taken.written));
  const synced = median(all.map((taken) => taken.synced));
  const peak = Math.max(...all.map(({ peakBytes = 0 }) => peakBytes));
  return [
    name,
    `${written.toFixed(1)} s`,
    speed(written),
    `${synced.toFixed(1)} s`,
    speed(synced),
    peak === 0 ? "" : `${(peak / 1e6).toFixed(0)} MB`,
  ];
}

function speed(/** @type {number} */ seconds) {
  return `${(BYTES / 1e6 / seconds).toFixed(0)} MB/s`;
}

/** @param {Record<string, Taken[]>} taken */
function goalsOf({ [OURS]: ours = [], [CP]: cp = [], [PEER]: peer }) {
  const written = medianRatio(cp, ours, "written");
  const synced = medianRatio(cp, ours, "synced");
  const goals = [
    {
      text: `at least 0.8 times the speed of cp, until all is written (${written.toFixed(2)})`,
      met: written >= 0.8,
    },
    {
      text: `and until all is on the disk (${synced.toFixed(2)})`,
      met: synced >= 0.8,
    },
    {
      text: "less than 120 MB of memory at the peak",
      met: ours.every(({ peakBytes = 0 }) => peakBytes < 120e6),
    },
  ];
  if (peer === undefined) return goals;
  const ratio = medianRatio(peer, ours, "synced");
  goals.push({
    text: `faster than ${PEER} in the median pair (${ratio.toFixed(2)}), both on the disk`,
    met: ratio > 1,
  });
  return goals;
}

/**
 * How many times as long the others took, each beside ours of the same round.
 * @param {Taken[]} theirs
 * @param {Taken[]} ours
 * @param {"written" | "synced"} until
 */
function medianRatio(theirs, ours, until) {
  return median(theirs.map((taken, round) => taken[until] / (ours[round]?.[until] ?? Number.NaN)));
}
