import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildGguf } from "@ggufkit/fixtures";

import { median } from "../../../bench/measure.mjs";
import { runReader } from "./reader-times.mjs";
import { times } from "../../../bench/table.mjs";

const ROUNDS = 3;
const ONCE = { warmups: 0, runs: 1 };

/**
 * Peak memory that reading a header takes beyond what reading a tiny one takes.
 * @param {import("./header-file.mjs").HeaderFile} header
 * @param {string} directory
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function memory({ path, bytes }, directory) {
  const tiny = join(directory, "tiny.gguf");
  writeFileSync(tiny, buildGguf({ kv: [["general.architecture", "string", "llama"]] }));
  /** @param {import("./readers.mjs").ReaderName} reader @param {string} file */
  const peak = async (reader, file) => {
    const peaks = [];
    for (let round = 0; round < ROUNDS; round++)
      peaks.push((await runReader(reader, file, ONCE)).peakBytes);
    return median(peaks);
  };
  /** @param {import("./readers.mjs").ReaderName} reader */
  const added = async (reader) => (await peak(reader, path)) - (await peak(reader, tiny));
  const row = (/** @type {string} */ name, /** @type {number} */ value) => [
    name,
    `${(value / 1e6).toFixed(0)} MB`,
    times(value, bytes.length),
  ];
  const ours = await added("ggufkit");
  return {
    title: "Peak memory of reading the header",
    columns: ["Reader", "Added", "Times the header"],
    rows: [
      row("@ggufkit/gguf", ours),
      row("@ggufkit/gguf/huggingface gguf (decodes all)", await added("ggufkitHuggingface")),
      row("@huggingface/gguf (decodes all)", await added("huggingface")),
      row("node-llama-cpp readGgufFileInfo (decodes all)", await added("nodeLlamaCpp")),
      row("hyllama ggufMetadata (decodes all)", await added("hyllama")),
    ],
    goals: [{ text: "under 3 times the header", met: ours < 3 * bytes.length }],
  };
}
