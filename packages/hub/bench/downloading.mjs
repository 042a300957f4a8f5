import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { median, runProgram } from "../../../bench/measure.mjs";
import { times } from "../../../bench/table.mjs";
import { startBenchHub } from "./bench-hub.mjs";
import { ggufkit, peers, takeTurns } from "./contestants.mjs";

const BYTES = Number(process.env["GGUFKIT_BENCH_DOWNLOAD_BYTES"] ?? 8e9);
const ROUNDS = 3;
const HASH_CHILD = fileURLToPath(new URL("hash-child.mjs", import.meta.url));
const OURS = "ggufkit, verified and synced";
const PEER = "aria2c -x16";

/**
 * A model of one file or a set of shards, as fast as this machine's loopback and disk are.
 * @param {string} directory
 * @param {number} shards
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function downloading(directory, shards) {
  const hub = await startBenchHub({ shards, bytes: BYTES });
  /** @type {number[]} */
  const hashing = [];
  let turn = 0;
  const contestants = { [OURS]: ggufkit(8), ...peers() };
  const names = Object.keys(contestants);
  const taken = await takeTurns(contestants, { hub, directory, rounds: ROUNDS }, async (target) => {
    if (names[turn++ % names.length] === OURS) hashing.push(await hashAlone(hub, target));
  });
  await hub.close();
  const hash = median(hashing);
  const ours = summary(taken[OURS] ?? []);
  const peer = taken[PEER] && summary(taken[PEER]);
  return {
    title: `Downloading ${(BYTES / 1e9).toFixed(1)} GB in ${shards === 1 ? "one file" : `${shards} shards`}`,
    columns: ["Program", "Median", "Speed", "Times ours", "Processor", "Times hashing", "Peak"],
    rows: Object.entries(taken).map(([name, all]) => {
      const { seconds, cpuSeconds, peakBytes } = summary(all);
      return [
        name,
        `${seconds.toFixed(1)} s`,
        `${(BYTES / 1e6 / seconds).toFixed(0)} MB/s`,
        times(seconds, ours.seconds),
        `${cpuSeconds.toFixed(1)} s`,
        times(cpuSeconds, hash),
        peakBytes === undefined ? "" : `${(peakBytes / 1e6).toFixed(0)} MB`,
      ];
    }),
    goals: [
      ...(peer === undefined
        ? []
        : [
            {
              text: `at least 0.9 times as fast as ${PEER}, which neither verifies nor syncs`,
              met: ours.seconds <= peer.seconds / 0.9,
            },
          ]),
      { text: "less than 200 MB of memory at the peak", met: (ours.peakBytes ?? 0) < 200e6 },
      {
        text: `at most 1.5 times the processor's time of hashing alone (${hash.toFixed(1)} s)`,
        met: ours.cpuSeconds <= 1.5 * hash,
      },
    ],
  };
}

/** @param {import("./contestants.mjs").Taken[]} all */
function summary(all) {
  const peaks = all.flatMap(({ peakBytes }) => peakBytes ?? []);
  return {
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

/**
 * @param {import("./bench-hub.mjs").BenchHub} hub
 * @param {string} directory
 */
async function hashAlone({ files }, directory) {
  const paths = files.map(({ path }) => join(directory, path));
  const { cpuSeconds } = JSON.parse(await runProgram(process.execPath, [HASH_CHILD, ...paths]));
  return cpuSeconds;
}
