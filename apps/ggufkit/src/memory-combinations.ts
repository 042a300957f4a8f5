import {
  estimateMemory,
  type Hardware,
  type KvType,
  longestContext,
  type MemoryEstimate,
  type MemorySettings,
  type ModelFacts,
  placeModel,
  type Placed,
} from "@ggufkit/runtime-config";

/** What is to be combined; what is left out is chosen by the model. */
export interface CombinationWishes {
  readonly contexts: readonly (number | "max")[];
  readonly kvTypes: readonly KvType[];
  readonly parallel: number;
}

/** The memory of one combination of context and KV type. */
export interface Combination extends MemoryEstimate {
  readonly ctx: number;
  readonly kvType: KvType;
  /** Where it lies on the machine that was described; undefined where none was. */
  readonly placed: Placed | undefined;
}

/** llama.cpp's default of `--ubatch-size`. */
const PHYSICAL_BATCH = 512;
const FIRST_CONTEXT = 4_096;
/** So many contexts are shown where none was asked for. */
const MOST_CONTEXTS = 6;

/** Estimates each combination, by context, then by KV type. */
export function combinations(
  model: ModelFacts,
  { contexts, kvTypes, parallel }: CombinationWishes,
  machine: Hardware,
): Combination[] {
  const longest = longestContext(model);
  const lengths =
    contexts.length === 0
      ? usualContexts(longest)
      : contexts.map((wish) => (wish === "max" ? longest : wish));
  const isDescribed = machine.memoryBytes !== undefined || (machine.gpus ?? []).length > 0;
  return lengths.flatMap((ctx) =>
    kvTypes.map((kvType) => {
      const settings: MemorySettings = {
        context: ctx,
        parallel,
        keyType: kvType,
        valueType: kvType,
        flashAttention: true,
        physicalBatch: PHYSICAL_BATCH,
        unified: false,
        swaFull: false,
      };
      const placed = isDescribed ? placeModel(model, settings, machine) : undefined;
      return { ctx, kvType, ...estimateMemory(model, settings), placed };
    }),
  );
}

/** Doublings from 4,096 on, the longest last. */
function usualContexts(longest: number): number[] {
  const contexts = [longest];
  for (let next = FIRST_CONTEXT; next < longest; next *= 2) contexts.push(next);
  return contexts.toSorted((a, b) => a - b).slice(-MOST_CONTEXTS);
}
