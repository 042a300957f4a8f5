import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { isOnPath, runProgram, timeProgram } from "../../../bench/measure.mjs";

const DOWNLOAD_CHILD = fileURLToPath(new URL("download-child.mjs", import.meta.url));

/**
 * What a download took.
 * @typedef {object} Taken
 * @property {number} seconds
 * @property {number} cpuSeconds
 * @property {number} [peakBytes]
 *
 * Downloads a Hub's model into an empty directory.
 * @typedef {(hub: import("./bench-hub.mjs").BenchHub, directory: string) => Promise<Taken>} Contestant
 */

/**
 * Ours, verified and synced to the disk.
 * @param {number} connections
 * @returns {Contestant}
 */
export const ggufkit = (connections) => async (hub, directory) => {
  const start = performance.now();
  const words = [DOWNLOAD_CHILD, hub.url, `hf:${hub.repo}:Q4_K_M`, directory, String(connections)];
  const taken = JSON.parse(await runProgram(process.execPath, words));
  return { ...taken, seconds: (performance.now() - start) / 1000 };
};

/** @type {Contestant} */
export const curl = (hub, directory) => {
  const outputs = hub.files.flatMap(({ url }, index) => ["-o", join(directory, `${index}`), url]);
  return timeProgram("curl", ["-fsSL", "--parallel", ...outputs]);
};

/**
 * Neither verifies nor syncs. It is told not to write the file full of zeros first.
 * @param {number} connections up to 16
 * @returns {Contestant}
 */
export const aria2c = (connections) => (hub, directory) => {
  const n = String(connections);
  const words = [
    "-q",
    "-x",
    n,
    "-s",
    n,
    "-j",
    "5",
    "--file-allocation=none",
    "-Z",
    "-d",
    directory,
  ];
  return timeProgram("aria2c", [...words, ...hub.files.map(({ url }) => url)]);
};

/** @type {(contestant: Contestant) => Contestant} */
const thenSync = (contestant) => async (hub, directory) => {
  const first = await contestant(hub, directory);
  const { seconds } = await timeProgram("sync", ["-f", directory]);
  return { ...first, seconds: first.seconds + seconds };
};

/** PyPI's huggingface_hub without its own transport, which a test Hub does not speak. */
/** @type {(python: string) => Contestant} */
const hfDownload = (python) => (hub, directory) => {
  const script = "from huggingface_hub.cli.hf import main; main()";
  const words = ["-c", script, "download", hub.repo, "--local-dir", directory];
  const env = {
    HF_ENDPOINT: hub.url,
    HF_HOME: join(directory, "hf"),
    HF_HUB_DISABLE_XET: "1",
    HF_HUB_DISABLE_TELEMETRY: "1",
  };
  return timeProgram(python, words, env);
};

/** Those that are on this machine. */
export function peers() {
  const python = process.env["GGUFKIT_PYTHON"];
  /** @type {Record<string, Contestant>} */
  const found = {};
  if (isOnPath("aria2c")) {
    found["aria2c -x16"] = aria2c(16);
    found["aria2c -x16, then sync"] = thenSync(aria2c(16));
  }
  if (isOnPath("curl")) found["curl"] = curl;
  if (python !== undefined) found["hf download"] = hfDownload(python);
  return found;
}

/**
 * Runs contestants in turn, each with a disk at rest and in an empty directory that goes afterwards.
 * @param {Record<string, Contestant>} contestants
 * @param {{ hub: import("./bench-hub.mjs").BenchHub, directory: string, rounds: number }} where
 * @param {(directory: string) => Promise<void>} [afterwards]
 * @returns {Promise<Record<string, Taken[]>>}
 */
export async function takeTurns(contestants, { hub, directory, rounds }, afterwards) {
  /** @type {Record<string, Taken[]>} */
  const taken = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(contestants)) {
      const target = join(directory, "download");
      await mkdir(target);
      await timeProgram("sync", []);
      (taken[name] ??= []).push(await run(hub, target));
      await afterwards?.(target);
      await rm(target, { recursive: true });
    }
  return taken;
}
