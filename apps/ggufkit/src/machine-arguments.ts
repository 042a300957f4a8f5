import type { Gpu, Hardware } from "@ggufkit/runtime-config";
import { detectGpus, detectHardware, gpuSources } from "@ggufkit/runtime-config/node";
import { UsageError } from "@ggufkit/terminal";
import { Option } from "commander";

import type { CommandContext } from "./program.ts";
import { collect } from "./repeatable.ts";

/** What was typed about the machine that a model is to run on. */
export interface MachineOptions {
  readonly ram?: string;
  readonly gpu?: readonly string[];
}

/** Options of every command that holds a model against a machine. */
export function machineOptions(): Option[] {
  return [
    new Option("--ram <size>", "main memory that may be used: 64G, or auto for this machine's"),
    new Option(
      "--gpu <size>",
      "a GPU's memory, such as 24G; repeatable; or auto for this machine's GPUs",
    ).argParser(collect),
  ];
}

const MEMORY = /^(?<amount>\d+(?:\.\d+)?) ?(?<unit>[kKmMgGtT]?)(?:i?B)?$/;
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/**
 * Reads a size of memory. Units are binary, as memory is sold: a GPU of 24 GB has 24 GiB.
 *
 * @throws {UsageError} for what is no size, and for none at all
 */
function parseMemory(option: string, word: string): number {
  const { amount, unit = "" } = MEMORY.exec(word)?.groups ?? {};
  const bytes = Math.floor(Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new UsageError(
    `${option} ${word}: expected a size above 0, such as 24G, 512M or 80GiB, or auto`,
  );
}

/** `--gpu auto` on a machine without a GPU, or with one that cannot be asked. */
class NoGpuError extends Error {
  override readonly name = "NoGpuError";
  readonly code = "no-gpu";
  /** Where GPUs were looked for. */
  readonly tried: readonly string[];

  constructor(tried: readonly string[], hidden: readonly string[]) {
    const set = hidden.map((name) => `; ${name} is set, and hides GPUs that it does not name`);
    super(
      `--gpu auto: no GPU was found; tried ${tried.join(", ")}${set.join("")}. Tell its memory, such as --gpu 24G, or leave --gpu out`,
    );
    this.tried = tried;
  }
}

/** How a machine is looked at; handed in by tests. */
export interface MachineLook {
  readonly hardware: () => Promise<{ cores: number; memoryBytes: number }>;
  readonly gpus: (options: { env: CommandContext["env"] }) => Promise<Gpu[]>;
}

/**
 * The machine that was described; its cores are this machine's.
 *
 * @param env says which GPUs an engine would see
 * @throws {UsageError} for what is no size
 * @throws {NoGpuError} when this machine's GPUs were asked for and there are none
 */
export async function machineOf(
  { ram, gpu = [] }: MachineOptions,
  env: CommandContext["env"] = {},
  look: MachineLook = { hardware: detectHardware, gpus: detectGpus },
): Promise<Hardware> {
  const detected = await look.hardware();
  const gpus = await gpusOf(gpu, env, look);
  const memoryBytes =
    ram === "auto"
      ? detected.memoryBytes - unifiedBytes(gpus)
      : ram === undefined
        ? undefined
        : parseMemory("--ram", ram);
  return { cores: detected.cores, memoryBytes, gpus };
}

async function gpusOf(
  words: readonly string[],
  env: CommandContext["env"],
  look: MachineLook,
): Promise<Gpu[]> {
  if (!words.includes("auto"))
    return words.map((word) => ({ memoryBytes: parseMemory("--gpu", word) }));
  if (words.length > 1)
    throw new UsageError("--gpu auto: expected once, without sizes: it stands for all GPUs");
  const gpus = await look.gpus({ env });
  if (gpus.length > 0) return gpus;
  throw new NoGpuError(
    gpuSources(),
    VISIBILITY.filter((name) => env[name] !== undefined),
  );
}

const VISIBILITY = ["CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"];

/** What main memory lacks for the processor when a GPU has it. */
function unifiedBytes(gpus: readonly Gpu[]): number {
  return gpus.reduce((sum, { unified, memoryBytes }) => sum + (unified ? memoryBytes : 0), 0);
}
