import { layerMemory } from "../memory/estimate.ts";
import { MAX_CONTEXT, type MemorySettings } from "../memory/settings.ts";
import { placeModel, type Placed } from "../placement/place.ts";
import { type LintInput, usableType } from "./lint-input.ts";
import { isMemoryKnown } from "./lint-options.ts";
import { wholeOf } from "./llama-run.ts";
import { valueOf } from "./llama-settings.ts";

/** The settings that a run's memory depends on; undefined where they are not right by themselves. */
export function memorySettings({ model, run }: LintInput): MemorySettings | undefined {
  const { context, slots, unified, flashAttention, physicalBatch } = run;
  const keyType = usableType(model, run.keyType);
  const valueType = usableType(model, run.valueType);
  const slotContext = Math.ceil((context ?? model.contextLength ?? 0) / slots);
  if (slotContext < 1 || slotContext > MAX_CONTEXT) return undefined;
  if (keyType === undefined || valueType === undefined) return undefined;
  const isOn = flashAttention !== "off";
  if (!isOn && /^i?q/.test(valueType)) return undefined;
  return {
    context: slotContext,
    parallel: slots,
    keyType,
    valueType,
    flashAttention: isOn,
    physicalBatch,
    unified,
    swaFull: valueOf(run.settings, "swa-full") === "on",
  };
}

/** The run on the machine; undefined where nobody told of a machine. */
export function placedRun(input: LintInput): Placed | undefined {
  const settings = memorySettings(input);
  const { hardware } = input.options;
  if (settings === undefined || hardware === undefined || !isMemoryKnown(input.options))
    return undefined;
  return placeModel(input.model, settings, hardware);
}

/** Whether the machine can hold the run; undefined where nobody told of a machine. */
export function fitsMemory(input: LintInput): boolean | undefined {
  return placedRun(input)?.fits;
}

/** Bytes that the layers which were asked for take on GPUs; undefined where llama.cpp is to decide. */
export function askedGpuBytes(input: LintInput): number | undefined {
  const settings = memorySettings(input);
  const { model, run } = input;
  const layers = wholeOf(run.settings, "gpu-layers", 1, Number.MAX_SAFE_INTEGER);
  const all = valueOf(run.settings, "gpu-layers") === "all";
  if (settings === undefined || (layers === undefined && !all)) return undefined;
  const blocks = layerMemory(model, settings);
  const count = all ? blocks.length + 1 : Math.min(layers ?? 0, blocks.length + 1);
  const onCpu =
    valueOf(run.settings, "cpu-moe") === "on"
      ? blocks.length
      : (wholeOf(run.settings, "n-cpu-moe", 0, Number.MAX_SAFE_INTEGER) ?? 0);
  const first = blocks.length + 1 - count;
  return blocks.reduce((sum, { weightsBytes, expertBytes, kvBytes }, block) => {
    if (block < first) return sum;
    return sum + weightsBytes + kvBytes - (block < onCpu ? expertBytes : 0);
  }, model.weights.outputBytes);
}
