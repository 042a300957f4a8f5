import { isOnPath, median } from "../../../bench/measure.mjs";
import { times } from "../../../bench/table.mjs";
import { startBenchHub } from "./bench-hub.mjs";
import { aria2c, curl, ggufkit, takeTurns } from "./contestants.mjs";

const BYTES = 600e6;
const PACE = { bytesPerSecond: 20e6, latency: 100 };
const ROUNDS = 3;

/**
 * A server that gives each connection a rate of its own, as the Hub's do, from far away.
 * @param {string} directory
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function connections(directory) {
  const hub = await startBenchHub({ shards: 1, bytes: BYTES, pace: PACE });
  /** @type {Record<string, import("./contestants.mjs").Contestant>} */
  const contestants = {
    "ggufkit, 1 connection": ggufkit(1),
    "ggufkit, 8 connections": ggufkit(8),
    "ggufkit, 16 connections": ggufkit(16),
    ...(isOnPath("aria2c") && { "aria2c -x8": aria2c(8), "aria2c -x16": aria2c(16) }),
    ...(isOnPath("curl") && { curl }),
  };
  const taken = await takeTurns(contestants, { hub, directory, rounds: ROUNDS });
  await hub.close();
  /** @param {string} name */
  const seconds = (name) => median((taken[name] ?? []).map((one) => one.seconds));
  const one = seconds("ggufkit, 1 connection");
  const eight = seconds("ggufkit, 8 connections");
  return {
    title: `Downloading ${BYTES / 1e6} MB at ${PACE.bytesPerSecond / 1e6} MB/s a connection, ${PACE.latency} ms away`,
    columns: ["Program", "Median", "Speed", "Times one connection"],
    rows: Object.keys(taken).map((name) => [
      name,
      `${seconds(name).toFixed(1)} s`,
      `${(BYTES / 1e6 / seconds(name)).toFixed(0)} MB/s`,
      times(one, seconds(name)),
    ]),
    goals: [{ text: "8 connections at least 7 times as fast as one", met: one / eight >= 7 }],
  };
}
