import { fileURLToPath } from "node:url";

import { median, runProgram } from "../../../bench/measure.mjs";
import { times } from "../../../bench/table.mjs";
import { startBenchHub } from "../../hub/bench/bench-hub.mjs";
import { ggufkit, takeTurns } from "../../hub/bench/contestants.mjs";

const BYTES = Number(process.env["GGUFKIT_BENCH_DOWNLOAD_BYTES"] ?? 8e9);
const SHARDS = 5;
const ROUNDS = 3;
const CHILD = fileURLToPath(new URL("download-merge-child.mjs", import.meta.url));
const MERGING = "ggufkit download --merge";
const PLAIN = "ggufkit download";
const BOTH = "ggufkit download, then merge";

/**
 * Downloading a set to one file beside downloading it as it is, and beside merging it afterwards.
 * @param {string} directory
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function downloadMerging(directory) {
  const hub = await startBenchHub({ shards: SHARDS, bytes: BYTES });
  const contestants = { [MERGING]: child("join"), [PLAIN]: ggufkit(8), [BOTH]: child("then") };
  const taken = await takeTurns(contestants, { hub, directory, rounds: ROUNDS });
  await hub.close();
  const seconds = (/** @type {string} */ name) =>
    median((taken[name] ?? []).map((one) => one.seconds));
  const ours = seconds(MERGING);
  return {
    title: `Downloading and merging ${(BYTES / 1e9).toFixed(1)} GB in ${SHARDS} shards`,
    columns: ["Program", "Median", "Speed", "Times the first", "Peak"],
    rows: Object.entries(taken).map(([name, all]) => [
      name,
      `${seconds(name).toFixed(1)} s`,
      `${(BYTES / 1e6 / seconds(name)).toFixed(0)} MB/s`,
      times(seconds(name), ours),
      `${(Math.max(...all.map(({ peakBytes = 0 }) => peakBytes)) / 1e6).toFixed(0)} MB`,
    ]),
    goals: [
      {
        // The machine's own swings are larger.
        text: "merging while downloading takes at most 1.05 times as long as downloading",
        met: ours <= 1.05 * seconds(PLAIN),
      },
    ],
  };
}

/**
 * @param {"join" | "then"} way
 * @returns {import("../../hub/bench/contestants.mjs").Contestant}
 */
const child = (way) => async (hub, directory) => {
  const start = performance.now();
  const words = [CHILD, hub.url, `hf:${hub.repo}:Q4_K_M`, directory, way];
  const taken = JSON.parse(await runProgram(process.execPath, words));
  return { ...taken, seconds: (performance.now() - start) / 1000 };
};
