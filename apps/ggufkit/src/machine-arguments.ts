import type { Hardware } from "@ggufkit/runtime-config";
import { detectHardware } from "@ggufkit/runtime-config/node";
import { UsageError } from "@ggufkit/terminal";
import { Option } from "commander";

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
    new Option("--gpu <size>", "a GPU's memory, such as 24G; repeatable").argParser(collect),
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
export function parseMemory(option: string, word: string): number {
  const { amount, unit = "" } = MEMORY.exec(word)?.groups ?? {};
  const bytes = Math.floor(Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new UsageError(`${option} ${word}: expected a size above 0, such as 24G, 512M or 80GiB`);
}

/** The machine that was described; its cores are this machine's. */
export async function machineOf({ ram, gpu = [] }: MachineOptions): Promise<Hardware> {
  const detected = await detectHardware();
  const memoryBytes =
    ram === "auto"
      ? detected.memoryBytes
      : ram === undefined
        ? undefined
        : parseMemory("--ram", ram);
  const gpus = gpu.map((word) => ({ memoryBytes: parseMemory("--gpu", word) }));
  return { cores: detected.cores, memoryBytes, gpus };
}
