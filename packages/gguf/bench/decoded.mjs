import { medianReadTimes } from "./reader-times.mjs";
import { inMilliseconds, times } from "../../../bench/table.mjs";

/**
 * Reading a header with every string of it decoded.
 * @param {import("./header-file.mjs").HeaderFile} header
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function decoded({ path }) {
  const ours = { warmups: 5, runs: 8 };
  const readers = {
    ggufkitHuggingface: ours,
    ggufkitDecoded: ours,
    huggingface: { warmups: 1, runs: 1 },
    nodeLlamaCpp: { warmups: 2, runs: 4 },
    hyllama: { warmups: 2, runs: 4 },
  };
  const found = await medianReadTimes(path, readers, 3);
  const dropIn = found.ggufkitHuggingface;
  const row = (/** @type {string} */ name, /** @type {number} */ time) => [
    name,
    inMilliseconds(time),
    times(time, dropIn),
  ];
  return {
    title: "Reading the header, every string decoded",
    columns: ["Reader", "Median", "Times ours"],
    rows: [
      row("@ggufkit/gguf/huggingface gguf", dropIn),
      row("@ggufkit/gguf, toArray of every array", found.ggufkitDecoded),
      row("@huggingface/gguf", found.huggingface),
      row("node-llama-cpp readGgufFileInfo", found.nodeLlamaCpp),
      row("hyllama ggufMetadata", found.hyllama),
    ],
    goals: [
      { text: "10 times as fast as @huggingface/gguf", met: found.huggingface >= 10 * dropIn },
      { text: "3 times as fast as node-llama-cpp", met: found.nodeLlamaCpp >= 3 * dropIn },
    ],
  };
}
