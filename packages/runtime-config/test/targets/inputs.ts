import {
  type Hardware,
  type ModelFacts,
  planRun,
  type TargetInput,
  type TargetOptions,
  type TargetRun,
  type Wishes,
} from "../../src/index.ts";

const GIB = 2 ** 30;

export type InputParts = {
  wishes?: Wishes;
  /** GiB of each GPU. */
  gpus?: readonly number[];
  path?: string;
  shards?: number;
  options?: TargetOptions;
};

/** All that a target is written from, with a machine of four cores. */
export function inputOf(model: ModelFacts, parts: InputParts = {}): TargetInput {
  const { wishes = {}, gpus = [], path = "/models/m.gguf", shards = 1, options = {} } = parts;
  const hardware: Hardware = {
    cores: 4,
    gpus: gpus.map((gib) => ({ memoryBytes: gib * GIB })),
  };
  return { plan: planRun(model, wishes, hardware), model, place: { path, shards }, options };
}

/** The same model with as many blocks of 1 GiB, three quarters of which are experts in a mixture. */
export function sized(model: ModelFacts, blocks: number, kind: "dense" | "mixture"): ModelFacts {
  const expertBytes = kind === "mixture" ? 0.75 * GIB : 0;
  return {
    ...model,
    blocks,
    weights: {
      bytes: (blocks + 2) * GIB,
      inputBytes: GIB,
      outputBytes: GIB,
      layers: Array.from({ length: blocks }, () => ({ bytes: GIB, expertBytes })),
    },
    caches: Array.from({ length: blocks }, () => ({
      attention: { keyLength: 512, valueLength: 512 },
    })),
  };
}

/** What a command gives for a flag; fails where the flag is missing. */
export function valueOf({ command = [] }: TargetRun, flag: string): string {
  const value = command[command.indexOf(flag) + 1];
  if (!command.includes(flag) || value === undefined) throw new Error(`${flag} has no value`);
  return value;
}

/** Settings of the losses, in order. */
export function lost({ losses }: TargetRun): string[] {
  return losses.map(({ setting }) => setting);
}

/** The words of one kind of loss. */
export function messageOf({ losses }: TargetRun, setting: string): string {
  return losses.find((loss) => loss.setting === setting)?.message ?? "";
}
