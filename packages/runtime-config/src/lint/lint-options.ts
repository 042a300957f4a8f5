import type { Hardware } from "../hardware/hardware.ts";

export type LintOptions = {
  /** What the run has to fit into; without memory and GPUs nothing is held against a machine. */
  hardware?: Hardware | undefined;
  /** As for targets: a day, a number, a release or what `--version` prints; today's unless told. */
  llamaBuild?: string | undefined;
  /** The file name of the model, or of its first shard, which tells the sections of an INI file apart. */
  fileName?: string | undefined;
};

/** Whether the options tell how much memory there is. */
export function isMemoryKnown({ hardware }: LintOptions): boolean {
  return hardware?.memoryBytes !== undefined || (hardware?.gpus ?? []).length > 0;
}
