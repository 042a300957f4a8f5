import { readdir, readFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { type ReadText, readCgroupLimits } from "./hardware/cgroup.ts";
import type { ReadDirectory, RunProgram } from "./hardware/gpu-probe.ts";
import { findGpus, gpuProbes } from "./hardware/gpus.ts";
import type { Gpu } from "./hardware/hardware.ts";
import { runProgram } from "./hardware/run-program.ts";

export type { ReadText } from "./hardware/cgroup.ts";
export type { ReadDirectory, RunProgram } from "./hardware/gpu-probe.ts";
export type { Gpu } from "./hardware/hardware.ts";

/** The part of the machine that this process may use; a `Hardware` for `planRun`. */
export type DetectedHardware = { cores: number; memoryBytes: number };

export type DetectHardwareOptions = {
  /** Reads a small text file, undefined when it cannot; from the disk unless told otherwise. */
  readText?: ReadText;
  /** Cores by scheduling affinity; `os.availableParallelism()` unless told otherwise. */
  cores?: number;
  /** Bytes; `os.totalmem()` unless told otherwise. */
  memoryBytes?: number;
};

/**
 * The cores and the memory that this process may use: what the machine has, or less where control
 * groups, as containers use them, allow less. Part of a core counts as none, but there is always one:
 * threads beyond the quota only wait for each other.
 */
export async function detectHardware(
  options: DetectHardwareOptions = {},
): Promise<DetectedHardware> {
  const {
    readText = readTextOrNothing,
    cores = availableParallelism(),
    memoryBytes = totalmem(),
  } = options;
  const limits = await readCgroupLimits(readText);
  return {
    cores: Math.max(1, Math.floor(Math.min(cores, limits.cores ?? cores))),
    memoryBytes: Math.min(memoryBytes, limits.memoryBytes ?? memoryBytes),
  };
}

export type DetectGpusOptions = {
  /**
   * The environment of the process that is to run the model: CUDA_VISIBLE_DEVICES,
   * ROCR_VISIBLE_DEVICES and HIP_VISIBLE_DEVICES hide GPUs and change their order. Empty unless told.
   */
  env?: Readonly<Record<string, string | undefined>>;
  /** As `process.platform`, which it is unless told otherwise. */
  platform?: string;
  /** Runs a program; undefined when there is no answer. Five seconds at most unless told otherwise. */
  run?: RunProgram;
  /** Names of a directory's entries; from the disk unless told otherwise. */
  readDirectory?: ReadDirectory;
  /** Reads a small text file, undefined when it cannot; from the disk unless told otherwise. */
  readText?: ReadText;
};

/**
 * The GPUs of this machine, in the order in which engines number them; none where none are found.
 * NVIDIA's by `nvidia-smi` (Linux, Windows), AMD's by the kernel's files (Linux), Apple Silicon's
 * by `sysctl`. Never throws, never hangs; what was read and cannot be is left out.
 */
export async function detectGpus(options: DetectGpusOptions = {}): Promise<Gpu[]> {
  const {
    env = {},
    platform = process.platform,
    run = (command: string, args: readonly string[]) => runProgram(command, args),
    readDirectory = readDirectoryOrNothing,
    readText = readTextOrNothing,
  } = options;
  return findGpus(gpuProbes(platform), { env, run, readDirectory, readText });
}

/** Where `detectGpus` looks on a platform, for an error: "nvidia-smi (NVIDIA)", … */
export function gpuSources(platform: string = process.platform): string[] {
  return gpuProbes(platform).map(({ source }) => source);
}

async function readDirectoryOrNothing(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch {
    return []; // no graphics driver, or a container that hides it
  }
}

async function readTextOrNothing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined; // not Linux, the other version of control groups, or not ours to read
  }
}
