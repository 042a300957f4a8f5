import { readFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { type ReadText, readCgroupLimits } from "./hardware/cgroup.ts";

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

async function readTextOrNothing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined; // not Linux, the other version of control groups, or not ours to read
  }
}
