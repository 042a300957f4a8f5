import { median } from "../../../bench/measure.mjs";
import { runReader } from "./reader-times.mjs";
import { startSlowServer } from "./slow-server.mjs";
import { inMilliseconds, times } from "../../../bench/table.mjs";

const LATENCY = 100;
const REPEATS = { warmups: 1, runs: 3 };

/**
 * Reading a header from a server some way off.
 * @param {import("./header-file.mjs").HeaderFile} header
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function remote({ bytes }) {
  const server = await startSlowServer(bytes, LATENCY);
  /** @param {import("./readers.mjs").ReaderName} reader */
  const measure = async (reader) => {
    server.requests();
    const { times: all } = await runReader(reader, server.url, REPEATS);
    const requests = server.requests() / (REPEATS.warmups + REPEATS.runs);
    return { time: median(all), requests };
  };
  try {
    const ours = await measure("ggufkitUrl");
    const dropIn = await measure("ggufkitHuggingface");
    const theirs = await measure("huggingface");
    const engine = await measure("nodeLlamaCpp");
    const row = (/** @type {string} */ name, /** @type {typeof ours} */ { time, requests }) => [
      name,
      inMilliseconds(time),
      times(time, ours.time),
      String(requests),
    ];
    return {
      title: `Reading the header from a server at ${LATENCY} ms`,
      columns: ["Reader", "Median", "Times ours", "Requests"],
      rows: [
        row("@ggufkit/gguf readGgufUrl", ours),
        row("@ggufkit/gguf/huggingface gguf (decodes all)", dropIn),
        row("@huggingface/gguf (decodes all)", theirs),
        row("node-llama-cpp readGgufFileInfo (decodes all)", engine),
      ],
      goals: [
        { text: "at most three requests", met: ours.requests <= 3 },
        {
          text: "at most half the time of each peer",
          met: 2 * ours.time <= Math.min(theirs.time, engine.time),
        },
      ],
    };
  } finally {
    server.close();
  }
}
