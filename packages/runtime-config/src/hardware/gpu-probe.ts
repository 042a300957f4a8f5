import type { ReadText } from "./cgroup.ts";
import { type Gpu, isMemory } from "./hardware.ts";

/** Runs a program and reads what it prints; undefined where it is not there, fails or hangs. */
export type RunProgram = (command: string, args: readonly string[]) => Promise<string | undefined>;

/** Names of a directory's entries; none where it cannot be read. */
export type ReadDirectory = (path: string) => Promise<readonly string[]>;

/** What looking for GPUs needs of a machine. */
export type GpuMachine = {
  run: RunProgram;
  readDirectory: ReadDirectory;
  readText: ReadText;
  /** Of the process that is to run the model. */
  env: Readonly<Record<string, string | undefined>>;
};

/** One way to find GPUs. */
export type GpuProbe = {
  /** For people: what is asked, for which GPUs. */
  source: string;
  find: (machine: GpuMachine) => Promise<Gpu[]>;
};

/** Bytes from a whole number of `unit` bytes, as tools print them; undefined for all else. */
export function parseAmount(text: string | undefined, unit = 1): number | undefined {
  // No sign, no fraction, no separator: what has them is none of the numbers that these tools print.
  if (text === undefined || !/^\d+$/.test(text.trim())) return undefined;
  return Number(text.trim()) * unit;
}

/** A GPU as it was told of; undefined where its memory cannot be. Nothing that was read is trusted. */
export function gpuOf(told: {
  name?: string | undefined;
  memoryBytes: number | undefined;
  freeBytes?: number | undefined;
  unified?: boolean;
}): Gpu | undefined {
  const { memoryBytes, freeBytes, unified } = told;
  if (memoryBytes === undefined || !isMemory(memoryBytes)) return undefined;
  const name = cleanName(told.name);
  return {
    memoryBytes,
    ...(name === undefined ? {} : { name }),
    ...(freeBytes === undefined || freeBytes > memoryBytes ? {} : { freeBytes }),
    ...(unified === undefined ? {} : { unified }),
  };
}

/** The longest names of products have some 60 characters. */
const MAX_NAME = 80;

/** Names are shown to people: without characters that move a cursor or change colours. */
function cleanName(name = ""): string | undefined {
  const clean = name
    .replaceAll(/[\p{C}\s]+/gu, " ")
    .trim()
    .slice(0, MAX_NAME);
  return clean === "" || /^\[.*\]$/.test(clean) ? undefined : clean; // "[N/A]"
}
