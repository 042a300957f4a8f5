import { join } from "node:path";

import { planGguf } from "@ggufkit/gguf";
import { hashFile, writeGgufFile } from "@ggufkit/gguf/node";

import { isOnPath, medianTimesInTurn, runProgram } from "../../../bench/measure.mjs";
import { times } from "../../../bench/table.mjs";

const BYTES = Number(process.env["GGUFKIT_BENCH_HASH_BYTES"] ?? 2e9);
const TENSORS = 50;
const ROUNDS = 3;

/**
 * Hashing the tensors of a model that lies in the page cache.
 * @param {import("./header-file.mjs").HeaderFile} _header
 * @param {string} directory
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function hashing(_header, directory) {
  const path = join(directory, "model.gguf");
  const size = await writeModel(path);
  /** @type {Record<string, () => unknown>} */
  const works = {
    "hashFile, sha256": () => hash(path, "sha256"),
    "hashFile, xxh64": () => hash(path, "xxh64"),
  };
  const openssl = "openssl dgst -sha256";
  if (isOnPath("openssl")) works[openssl] = () => runProgram("openssl", ["dgst", "-sha256", path]);
  if (isOnPath("llama-gguf-hash"))
    for (const algorithm of ["sha256", "xxh64"])
      works[`llama-gguf-hash --${algorithm}`] = () =>
        runProgram("llama-gguf-hash", [`--${algorithm}`, "--no-layer", path]);
  const found = await medianTimesInTurn(works, ROUNDS);
  const ours = found["hashFile, sha256"] ?? Number.NaN;
  return {
    title: `Hashing ${(size / 1e9).toFixed(1)} GB of tensors as a whole`,
    columns: ["Program", "Median", "Speed", "Times ours"],
    rows: Object.entries(found).map(([name, time]) => [
      name,
      `${(time / 1000).toFixed(2)} s`,
      `${(size / 1e6 / time).toFixed(2)} GB/s`,
      times(time, name.includes("xxh64") ? (found["hashFile, xxh64"] ?? Number.NaN) : ours),
    ]),
    goals: [],
  };
}

/** @param {string} path */
async function writeModel(path) {
  const rows = Math.ceil(BYTES / TENSORS / 4 / 1024);
  const plan = planGguf({
    tensors: Array.from({ length: TENSORS }, (_, index) => ({
      name: `blk.${index}.ffn_up.weight`,
      type: "F32",
      shape: [1024, rows],
    })),
  });
  const data = new Uint8Array(rows * 1024 * 4).map((_, index) => (index * 2_654_435_761) >>> 24);
  for await (const _ of writeGgufFile(path, plan, () => data));
  return plan.fileSize;
}

/**
 * @param {string} path
 * @param {import("@ggufkit/gguf").HashAlgorithm} algorithm
 */
async function hash(path, algorithm) {
  for await (const _ of hashFile(path, { algorithms: [algorithm], layers: false }));
}
