import { createWriteStream, existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { freemem } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";

import { shardedRepo } from "@ggufkit/fixtures";

import { isOnPath, median, runProgram, timeProgram } from "../../../bench/measure.mjs";

const BYTES = Number(process.env["GGUFKIT_BENCH_MERGE_BYTES"] ?? 4e9);
const SHARDS = 5;
const ROUNDS = 5;
const BLOCK_BYTES = 4 << 20;
// Of Linux: files that are in memory alone.
const MEMORY = "/dev/shm";
const MERGE_CHILD = fileURLToPath(new URL("merge-child.mjs", import.meta.url));
// Where llama.cpp was built.
const LLAMA_GGUF_SPLIT = process.env["GGUFKIT_LLAMA_GGUF_SPLIT"] ?? "llama-gguf-split";

const OURS = "ggufkit";
const CP = "cp";
const PEER = "llama-gguf-split";

/**
 * What merging took until all was on the disk: the others are followed by sync, ours syncs itself.
 * @typedef {object} Taken
 * @property {number} seconds
 * @property {number} [peakBytes]
 */

/**
 * Merging a set beside copying the same bytes with cp, and beside llama-gguf-split.
 * @param {string} directory
 * @returns {Promise<Scenario>}
 *
 * @typedef {import("../../../bench/table.mjs").Scenario} Scenario
 */
export function merging(directory) {
  return mergeIn(directory, "to the disk");
}

/**
 * The same where there is no disk: what copying itself takes.
 * @returns {Promise<Scenario>}
 */
export async function mergingInMemory() {
  // The set, its merged file, and as much again for those who need it.
  if (!existsSync(MEMORY) || freemem() < 3 * BYTES) {
    const rows = [[`no ${MEMORY} with ${((3 * BYTES) / 1e9).toFixed(0)} GB free`]];
    return { title: "Merging in memory", columns: ["Not measured"], rows, goals: [] };
  }
  const directory = mkdtempSync(join(MEMORY, "ggufkit-bench-"));
  try {
    return await mergeIn(directory, "in memory");
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/**
 * @param {string} directory
 * @param {string} where
 * @returns {Promise<Scenario>}
 */
async function mergeIn(directory, where) {
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
    title: `Merging ${(BYTES / 1e9).toFixed(1)} GB in ${SHARDS} shards, ${where}`,
    columns: ["Program", "Median", "Speed", "Times ours, in pairs", "Peak"],
    rows: Object.entries(taken).map(([name, all]) => row(name, all, taken[OURS] ?? [])),
    goals: goalsOf(taken),
  };
}

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
      return { ...child, seconds: (performance.now() - start) / 1000 };
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
  return { seconds: written + seconds };
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
 * @param {Taken[]} ours
 * @returns {string[]}
 */
function row(name, all, ours) {
  const seconds = median(all.map((taken) => taken.seconds));
  const peak = Math.max(...all.map(({ peakBytes = 0 }) => peakBytes));
  return [
    name,
    `${seconds.toFixed(1)} s`,
    `${(BYTES / 1e6 / seconds).toFixed(0)} MB/s`,
    medianRatio(all, ours).toFixed(2),
    peak === 0 ? "" : `${(peak / 1e6).toFixed(0)} MB`,
  ];
}

/** @param {Record<string, Taken[]>} taken */
function goalsOf({ [OURS]: ours = [], [CP]: cp = [], [PEER]: peer }) {
  const goals = [
    { text: "at least 0.8 times the speed of cp", met: medianRatio(cp, ours) >= 0.8 },
    {
      text: "less than 120 MB of memory at the peak",
      met: ours.every(({ peakBytes = 0 }) => peakBytes < 120e6),
    },
  ];
  if (peer === undefined) return goals;
  return [...goals, { text: `faster than ${PEER}`, met: medianRatio(peer, ours) > 1 }];
}

/**
 * How many times as long the others took, each beside ours of the same round.
 * @param {Taken[]} theirs
 * @param {Taken[]} ours
 */
function medianRatio(theirs, ours) {
  return median(theirs.map(({ seconds }, round) => seconds / (ours[round]?.seconds ?? Number.NaN)));
}
