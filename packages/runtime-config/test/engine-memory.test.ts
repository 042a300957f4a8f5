import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildEngineModel, ENGINE_ARCHITECTURES, type EngineShape } from "@ggufkit/fixtures";
import { bytesSource, readGguf } from "@ggufkit/gguf";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, openEngine, type PrintedMemory, type RunSettings } from "../bench/engine.mjs";
import { estimateMemory, type MemoryEstimate, modelFacts, type ModelFacts } from "../src/index.ts";

const MIB = 2 ** 20;
/** The engine prints hundredths of a MiB. */
const ROUNDING = 0.005 + 1e-9;

let directory: string;
let engine: Engine;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-memory-"));
  engine = await openEngine();
});
afterAll(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

const RUNS: readonly RunSettings[] = [
  ...[2_048, 8_192].flatMap((context) =>
    (["f16", "q8_0", "q4_0"] as const).map((kvType) => ({
      context,
      parallel: 1,
      kvType,
      flashAttention: true,
    })),
  ),
  { context: 2_048, parallel: 2, kvType: "f16", flashAttention: true },
  { context: 2_048, parallel: 2, kvType: "q8_0", flashAttention: true },
  { context: 2_048, parallel: 1, kvType: "f16", flashAttention: false },
];

/** Many small layers with a long window, and few wide ones with large states. */
const SHAPES: readonly Partial<EngineShape>[] = [
  {
    blocks: 7,
    embedding: 384,
    feedForward: 1_024,
    heads: 6,
    headDim: 128,
    window: 256,
    vocab: 4_096,
  },
  {
    blocks: 3,
    embedding: 1_024,
    feedForward: 2_048,
    heads: 16,
    kvHeads: 16,
    vocab: 512,
    stateSize: 128,
  },
];

/** What the header of a model tells about a run, for the pass that the engine chose. */
function told(
  facts: ModelFacts,
  run: RunSettings,
  { physicalBatch }: PrintedMemory,
): MemoryEstimate {
  const { kvType, context, parallel, flashAttention } = run;
  return estimateMemory(facts, {
    context,
    parallel,
    keyType: kvType,
    valueType: kvType,
    flashAttention,
    physicalBatch,
    unified: false,
    swaFull: false,
  });
}

describe.each(ENGINE_ARCHITECTURES)(
  "the memory of a %s model in the real engine",
  (architecture) => {
    it.each([0, 1])("is what its header tells: shape %i", async (shape) => {
      const bytes = buildEngineModel(architecture, SHAPES[shape]);
      const path = join(directory, `${architecture}-${shape}.gguf`);
      await writeFile(path, bytes);
      const facts = modelFacts(await readGguf(bytesSource(bytes)));
      await engine.withModel(path, async (measure) => {
        for (const run of RUNS) {
          const printed = await measure(run);
          const { weightsBytes, kvBytes, computeBytes } = told(facts, run, printed);
          const off = {
            weights: Math.abs(weightsBytes / MIB - printed.weights) > 2 * ROUNDING,
            kv: Math.abs(kvBytes / MIB - printed.kv) > printed.kvLines.length * ROUNDING,
            compute: Math.abs(computeBytes / MIB / printed.compute - 1) > 0.1,
          };
          expect({ run, ...off }).toEqual({ run, weights: false, kv: false, compute: false });
        }
      });
    });
  },
);
