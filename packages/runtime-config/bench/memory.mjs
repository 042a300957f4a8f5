import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildEngineModel, ENGINE_ARCHITECTURES } from "@ggufkit/fixtures";
import { bytesSource, readGguf } from "@ggufkit/gguf";
import { estimateMemory, modelFacts } from "@ggufkit/runtime-config";
import { GgmlType, GgufInsights, readGgufFileInfo } from "node-llama-cpp";

import { openEngine } from "./engine.mjs";

const MIB = 2 ** 20;
const KV_TYPES = /** @type {const} */ (["f16", "q8_0", "q4_0"]);
const GGML_TYPES = { f16: GgmlType.F16, q8_0: GgmlType.Q8_0, q4_0: GgmlType.Q4_0 };
/** Tokens of each sequence, and sequences. */
const RUNS = [
  { context: 2_048, parallel: 1 },
  { context: 8_192, parallel: 1 },
  { context: 2_048, parallel: 2 },
];
/** The engine prints hundredths of a MiB. */
const ROUNDING = 0.005;
/** How far the compute buffer may be off. */
const TOLERANCE = 0.1;

/**
 * Memory as it is told from the header alone, beside what the engine prints when it has taken it and
 * what node-llama-cpp's own formula says.
 * @returns {Promise<import("../../../bench/table.mjs").Scenario>}
 */
export async function memory(/** @type {string} */ directory) {
  const engine = await openEngine();
  /** @type {Row[]} */
  const rows = [];
  try {
    for (const architecture of ENGINE_ARCHITECTURES) {
      const bytes = buildEngineModel(architecture);
      const path = join(directory, `${architecture}.gguf`);
      writeFileSync(path, bytes);
      const facts = modelFacts(await readGguf(bytesSource(bytes)));
      const insights = await GgufInsights.from(await readGgufFileInfo(path), engine.llama);
      await engine.withModel(path, async (measure) => {
        for (const run of RUNS)
          rows.push(await compare({ architecture, ...run }, facts, insights, measure));
      });
    }
  } finally {
    await engine.close();
  }
  return scenario(rows);
}

/**
 * Ours, the engine's and node-llama-cpp's, in MiB.
 * @typedef {{ ours: number, printed: number, peer: number, lines: number }} Comparison
 *
 * @typedef {object} Row
 * @property {string} architecture
 * @property {number} context
 * @property {number} parallel
 * @property {Comparison} weights
 * @property {Comparison[]} kv by type
 * @property {Comparison[]} compute by type
 */

/**
 * @param {{ architecture: string, context: number, parallel: number }} run
 * @param {import("@ggufkit/runtime-config").ModelFacts} facts
 * @param {GgufInsights} insights
 * @param {import("./engine.d.mts").Measure} measure
 * @returns {Promise<Row>}
 */
async function compare(run, facts, insights, measure) {
  /** @type {Row} */
  const row = { ...run, weights: { ours: 0, printed: 0, peer: 0, lines: 1 }, kv: [], compute: [] };
  for (const kvType of KV_TYPES) {
    const { context, parallel } = run;
    const printed = await measure({ context, parallel, kvType, flashAttention: true });
    const ours = estimateMemory(facts, {
      context,
      parallel,
      keyType: kvType,
      valueType: kvType,
      flashAttention: true,
      physicalBatch: printed.physicalBatch,
      unified: false,
      swaFull: false,
    });
    const peer = peerEstimate(insights, run, kvType, printed.physicalBatch);
    row.weights = {
      ours: ours.weightsBytes / MIB,
      printed: printed.weights,
      peer: insights.estimateModelResourceRequirements({ gpuLayers: 0 }).cpuRam / MIB,
      lines: 1,
    };
    row.kv.push({
      ours: ours.kvBytes / MIB,
      printed: printed.kv,
      peer: peer.kv,
      lines: printed.kvLines.length,
    });
    const compute = { ours: ours.computeBytes / MIB, printed: printed.compute };
    row.compute.push({ ...compute, peer: peer.compute, lines: 1 });
  }
  return row;
}

/**
 * @param {GgufInsights} insights
 * @param {{ context: number, parallel: number }} run
 * @param {"f16" | "q8_0" | "q4_0"} kvType
 * @param {number} batchSize
 */
function peerEstimate(insights, { context, parallel }, kvType, batchSize) {
  const of = (/** @type {boolean} */ includeGraphOverhead) =>
    insights.estimateContextResourceRequirements({
      contextSize: context,
      modelGpuLayers: 0,
      batchSize,
      sequences: parallel,
      flashAttention: true,
      includeGraphOverhead,
      kvCacheKeyType: GGML_TYPES[kvType],
      kvCacheValueType: GGML_TYPES[kvType],
    }).cpuRam / MIB;
  const kv = of(false);
  return { kv, compute: of(true) - kv };
}

/** @param {readonly Row[]} rows @returns {import("../../../bench/table.mjs").Scenario} */
function scenario(rows) {
  const kv = rows.flatMap((row) => row.kv);
  const compute = rows.flatMap((row) => row.compute);
  const exact = kv.filter(
    ({ ours, printed, lines }) => Math.abs(ours - printed) <= lines * ROUNDING + 1e-9,
  );
  const worst = Math.max(...compute.map(({ ours, printed }) => Math.abs(ours / printed - 1)));
  const weights = rows.every((row) => Math.abs(row.weights.ours - row.weights.printed) <= 0.01);
  return {
    title:
      "Memory of a run: told by the header / printed by the engine / node-llama-cpp's formula, MiB",
    columns: [
      "model",
      "context",
      "weights",
      ...KV_TYPES.map((type) => `KV ${type}`),
      ...KV_TYPES.map((type) => `compute ${type}`),
    ],
    rows: rows.map((row) => [
      row.architecture,
      `${row.parallel > 1 ? `${row.parallel} × ` : ""}${row.context}`,
      ...[row.weights, ...row.kv, ...row.compute].map(text),
    ]),
    goals: [
      {
        text: `the KV cache is what is printed, to its rounding: ${exact.length} of ${kv.length}`,
        met: exact.length === kv.length,
      },
      {
        text: `the compute buffer is within 10 %: at most ${(worst * 100).toFixed(1)} % off`,
        met: worst <= TOLERANCE,
      },
      { text: "the weights are what is printed, to its rounding", met: weights },
    ],
  };
}

function text(/** @type {Comparison} */ { ours, printed, peer }) {
  return [ours, printed, peer].map((value) => value.toFixed(2)).join(" / ");
}
