import type { KvType } from "@ggufkit/runtime-config";
import { colours, writeOut } from "@ggufkit/terminal";

import { jsonText } from "./json-text.ts";
import { machineOf } from "./machine-arguments.ts";
import { type Combination, combinations } from "./memory-combinations.ts";
import type { MemoryCommandOptions } from "./memory-command.ts";
import { readRunnableModel } from "./model-facts.ts";
import type { CommandContext } from "./program.ts";
import { renderMemory } from "./render-memory.ts";
import { parseWhole } from "./whole-argument.ts";

const DEFAULT_KV_TYPES = ["f16", "q8_0", "q4_0"];

/**
 * Prints what runs of a model take.
 *
 * @throws {UsageError | InvalidWishError} for options that make no sense
 * @throws {GgufError | UnreadableError} for a model that no run can be planned of
 */
export async function memoryModel(
  source: string,
  options: MemoryCommandOptions,
  context: CommandContext,
): Promise<void> {
  const contexts = (options.ctx ?? []).map((word) =>
    word === "max" ? word : parseWhole("--ctx", word),
  );
  const wishes = {
    contexts,
    // Checked by the estimate, which knows the types.
    kvTypes: (options.kvType ?? DEFAULT_KV_TYPES) as readonly KvType[],
    parallel: options.parallel === undefined ? 1 : parseWhole("--parallel", options.parallel),
  };
  const machine = await machineOf(options, context.env);
  const { facts, path } = await readRunnableModel(source, context);
  const rows = combinations(facts, wishes, machine);
  const colour = colours({ stream: process.stdout, env: context.env });
  const text = options.json
    ? jsonText(rows.map(combinationJson))
    : renderMemory({ path, facts, rows, machine }, colour);
  await writeOut(text);
}

function combinationJson({ placed, ...combination }: Combination): object {
  if (placed === undefined) return combination;
  const { gpuLayers, cpuExpertLayers, fits, devices } = placed;
  return { ...combination, fits, gpuLayers, cpuExpertLayers, devices };
}
