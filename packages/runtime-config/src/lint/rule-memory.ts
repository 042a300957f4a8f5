import { estimateMemory } from "../memory/estimate.ts";
import { gib, isOver, overText } from "../plan/device-memory.ts";
import { bestKvType, largestContext } from "../placement/fit.ts";
import type { Placed } from "../placement/place.ts";
import { type LintFinding, type Mend, remove, setTo } from "./finding.ts";
import type { LintInput } from "./lint-input.ts";
import { valueOf } from "./llama-settings.ts";
import { askedGpuBytes, memorySettings, placedRun } from "./memory-of-run.ts";

/** Whether the machine can hold the run, and the GPUs what was asked for on them. */
export function lintMemory(input: LintInput): LintFinding[] {
  const placed = placedRun(input);
  if (placed === undefined) return [];
  return placed.fits ? tooManyLayers(input, placed) : tooMuch(input, placed);
}

function tooMuch(input: LintInput, placed: Placed): LintFinding[] {
  const over = placed.devices.filter(isOver).map(overText).join("; ");
  const message = `The run does not fit into memory: ${over}`;
  const fix = smaller(input);
  const base = {
    code: "memory-exceeded",
    severity: "error",
    message,
    setting: "ctx-size",
  } as const;
  return [fix.length > 0 ? { ...base, fix } : base];
}

/** A quantised cache where none was asked for, else a shorter context. */
function smaller(input: LintInput): Mend[] {
  const settings = memorySettings(input);
  const { hardware } = input.options;
  const { run, model } = input;
  if (settings === undefined || hardware === undefined) return [];
  const isTyped = ["cache-type-k", "cache-type-v"].some(
    (name) => valueOf(run.settings, name) !== undefined,
  );
  const fits = bestKvType(model, { ...settings, flashAttention: true }, hardware);
  if (!isTyped && fits !== undefined) {
    const types = [setTo("cache-type-k", fits), setTo("cache-type-v", fits)];
    return run.flashAttention === "off" ? [...types, setTo("flash-attn", "on")] : types;
  }
  const context = largestContext(model, settings, hardware);
  if (context === undefined) return [];
  return [setTo("ctx-size", context * run.slots)];
}

/** What was asked for on the GPUs, when the machine as a whole could hold the run. */
function tooManyLayers(input: LintInput, placed: Placed): LintFinding[] {
  const asked = askedGpuBytes(input);
  const settings = memorySettings(input);
  const gpus = (input.options.hardware?.gpus ?? []).length;
  if (asked === undefined || settings === undefined || gpus === 0) return [];
  const { computeBytes } = estimateMemory(input.model, settings);
  const needed = asked + gpus * computeBytes;
  const available = placed.devices
    .slice(1)
    .reduce((sum, { availableBytes = 0 }) => sum + availableBytes, 0);
  if (needed <= available) return [];
  const setting = "gpu-layers";
  const value = valueOf(input.run.settings, setting);
  const moe = placed.cpuExpertLayers > 0 ? ` --n-cpu-moe ${placed.cpuExpertLayers}` : "";
  const message = `--${setting} ${value} needs ${gib(needed)} of the GPUs, which have ${gib(available)} to give; --${setting} ${placed.gpuLayers}${moe} fits`;
  const fix = [
    setTo(setting, placed.gpuLayers),
    remove("cpu-moe"),
    placed.cpuExpertLayers > 0 ? setTo("n-cpu-moe", placed.cpuExpertLayers) : remove("n-cpu-moe"),
  ];
  return [{ code: "gpu-memory-exceeded", severity: "error", message, setting, fix }];
}
