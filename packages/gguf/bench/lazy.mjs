import { medianReadTimes } from "./reader-times.mjs";
import { inMilliseconds, times } from "../../../bench/table.mjs";

/**
 * Reading a header without decoding its arrays: what it takes to say what a file is.
 * @param {import("./header-file.mjs").HeaderFile} header
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function lazy({ path }) {
  const ours = { warmups: 30, runs: 40 };
  const theirs = { warmups: 1, runs: 1 };
  const readers = {
    ggufkit: ours,
    ggufkitInMemory: ours,
    huggingface: theirs,
    nodeLlamaCpp: theirs,
    hyllama: theirs,
  };
  const found = await medianReadTimes(path, readers, 3);
  const row = (/** @type {string} */ name, /** @type {number} */ time) => [
    name,
    inMilliseconds(time),
    times(time, found.ggufkit),
  ];
  return {
    title: "Reading the header, arrays left undecoded",
    columns: ["Reader", "Median", "Times ours"],
    rows: [
      row("@ggufkit/gguf, from a file", found.ggufkit),
      row("@ggufkit/gguf, from memory", found.ggufkitInMemory),
      row("@huggingface/gguf (decodes all)", found.huggingface),
      row("node-llama-cpp readGgufFileInfo (decodes all)", found.nodeLlamaCpp),
      row("hyllama ggufMetadata (decodes all)", found.hyllama),
    ],
    goals: [
      { text: "under 10 ms from a file in the page cache", met: found.ggufkit < 10 },
      {
        text: "100 times as fast as @huggingface/gguf",
        met: found.huggingface >= 100 * found.ggufkit,
      },
    ],
  };
}
