import { setTimeout as sleep } from "node:timers/promises";

import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const WEIGHTS = /model buffer size =\s+([\d.]+) MiB/;
const KV = /(?:KV|RS) buffer size =\s+([\d.]+) MiB/;
const COMPUTE = /compute buffer size is\s+([\d.]+) MiB/;
const BATCH = /n_ubatch\s+= (\d+)/;
/** Tokens of one pass, llama.cpp's default. */
const BATCH_TOKENS = 512;
/** Milliseconds that the log's last lines may take. */
const LONGEST_WAIT = 5_000;

/**
 * The real engine, on the processor, with its log in reach.
 * @returns {Promise<import("./engine.d.mts").Engine>}
 */
export async function openEngine() {
  /** @type {string[]} */
  const lines = [];
  const llama = await getLlama({
    build: "never",
    gpu: false,
    logLevel: LlamaLogLevel.debug,
    logger: (_level, message) => lines.push(message),
  });
  return {
    llama,
    async withModel(path, use) {
      lines.length = 0;
      const model = await llama.loadModel({ modelPath: path });
      await until(() => lines.some((line) => WEIGHTS.test(line)));
      const loading = lines.splice(0);
      const measure = async (/** @type {import("./engine.d.mts").RunSettings} */ settings) => {
        lines.length = 0;
        const { context, parallel, flashAttention } = settings;
        const kvType = /** @type {"F16" | "Q8_0" | "Q4_0"} */ (settings.kvType.toUpperCase());
        const made = await model.createContext({
          contextSize: context,
          sequences: parallel,
          batchSize: BATCH_TOKENS,
          flashAttention,
          threads: 2,
          experimentalKvCacheKeyType: kvType,
          experimentalKvCacheValueType: kvType,
        });
        await made.dispose();
        await until(() => lines.some((line) => COMPUTE.test(line)));
        return readMemory([...loading, ...lines]);
      };
      try {
        return await use(measure);
      } finally {
        await model.dispose();
      }
    },
    close: () => llama.dispose(),
  };
}

/** The log arrives a little later than what it is about. */
async function until(/** @type {() => boolean} */ isSo) {
  const end = Date.now() + LONGEST_WAIT;
  while (!isSo()) {
    if (Date.now() > end) throw new Error("the engine's log does not say what it is read for");
    await sleep(1);
  }
}

/** @param {readonly string[]} lines @returns {import("./engine.d.mts").PrintedMemory} */
function readMemory(lines) {
  const kvLines = numbers(lines, KV);
  return {
    weights: sum(numbers(lines, WEIGHTS)),
    kv: sum(kvLines),
    kvLines,
    compute: sum(numbers(lines, COMPUTE)),
    physicalBatch: numbers(lines, BATCH)[0] ?? Number.NaN,
  };
}

/** @param {readonly string[]} lines @param {RegExp} pattern */
function numbers(lines, pattern) {
  return lines.flatMap((line) => {
    const number = pattern.exec(line)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function sum(/** @type {readonly number[]} */ values) {
  return values.reduce((total, value) => total + value, 0);
}
