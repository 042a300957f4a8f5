import { spawn } from "node:child_process";
import { once } from "node:events";

import { hubCommand } from "@ggufkit/fixtures";

const NAME = "bench/model";

/**
 * A Hub with one model, in a process of its own.
 * @typedef {object} BenchHub
 * @property {string} url
 * @property {string} repo
 * @property {{ path: string, bytes: number, url: string }[]} files
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ shards: number, bytes: number, pace?: { bytesPerSecond: number, latency: number } }} model
 * @returns {Promise<BenchHub>}
 */
export async function startBenchHub({ shards, bytes, pace }) {
  const bytesPerShard = Math.floor(bytes / shards);
  const repo = { prefix: "Q4_K_M/model-Q4_K_M", shards, bytesPerShard };
  const [command = "", ...words] = hubCommand({
    repos: { [NAME]: repo },
    ...(pace && { cdnPace: pace }),
  });
  const child = spawn(command, words, { stdio: ["pipe", "pipe", "inherit"] });
  const { url, repos } = JSON.parse(await firstLine(child.stdout));
  /** @type {{ path: string, bytes: number }[]} */
  const files = repos[0].files;
  return {
    url,
    repo: NAME,
    files: files.map((file) => ({ ...file, url: `${url}/${NAME}/resolve/main/${file.path}` })),
    async close() {
      child.stdin.end();
      await once(child, "close");
    },
  };
}

/** @param {import("node:stream").Readable} stream */
async function firstLine(stream) {
  let text = "";
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes("\n")) break; // it says no more
  }
  return text.split("\n", 1)[0] ?? "";
}
