import { cellsOf } from "../memory/kv-cache.ts";
import { isQuantizedType } from "../memory/kv-type.ts";
import type { MemorySettings } from "../memory/settings.ts";
import type { BlockTensors } from "../model/block-tensors.ts";
import type { ModelFacts } from "../model/facts.ts";
import type { AttentionCache } from "../model/layer-cache.ts";
import type { ComputeGraph, GraphTensor } from "./compute-graph.ts";

/** Bytes of the numbers that passes compute with. */
export const F32 = 4;
const F16 = 2;
export const I32 = 4;
const I64 = 8;

/** Rows of the matrix that turns values of a quantised cache, and the fewest for keys. */
const HADAMARD = 64;

const DELTA_NET = ["ssm_ba.weight", "ssm_beta_alpha.weight", "ssm_beta.weight"];

/** Without positions in their attention; the recurrent layers between know the order. */
const WITHOUT_ROPE = /^(?:jamba|nemotron_h(?:_moe)?)$/;

/** One pass through a model: what its parts have in common. */
export type Pass = {
  readonly graph: ComputeGraph;
  readonly model: ModelFacts;
  readonly settings: MemorySettings;
  /** Tokens that go through the model at once. */
  readonly tokens: number;
  /** Of the positions of tokens, where keys and queries are rotated by them. */
  readonly positions: GraphTensor | undefined;
  /** A row of so many numbers for each token, in bytes. */
  readonly rows: (length: number) => number;
  readonly cacheInputs: (cache: AttentionCache) => CacheInputs;
  /** The last inputs of a block's convolution, read from the cache the first time they are asked for. */
  readonly lastInputs: (block: number) => GraphTensor;
};

/** A block of the model: its tensors' shapes, and its place. */
export type Block = {
  readonly tensors: BlockTensors;
  readonly index: number;
};

/** What all blocks with the same kind of cache share. */
export type CacheInputs = {
  /** Which cells each token may see. */
  readonly mask: GraphTensor;
  /** Where keys and values go; latent attention has no values. */
  readonly keyCells: GraphTensor;
  readonly valueCells: GraphTensor | undefined;
  /** Hadamard matrices for a quantised cache. */
  readonly keyTurn: GraphTensor | undefined;
  readonly valueTurn: GraphTensor | undefined;
};

/** Begins a pass, before the first block. */
export function beginPass(graph: ComputeGraph, model: ModelFacts, settings: MemorySettings): Pass {
  const { context, parallel, physicalBatch } = settings;
  const tokens = Math.min(physicalBatch, context * parallel);
  const first = model.caches.find(({ attention }) => attention !== undefined)?.attention;
  const hasStates = model.caches.some(({ recurrent }) => recurrent !== undefined);
  const newOrigins = (): GraphTensor[] => (hasStates ? [graph.input(I32 * parallel)] : []);
  // Which sequence's state each goes on from, in the order in which blocks need their inputs.
  const isAttentionFirst = model.caches[0]?.attention !== undefined;
  const early = isAttentionFirst ? [] : newOrigins();
  const keyTurn = first === undefined ? undefined : keyTurning(graph, model, settings);
  const isPlaced = first !== undefined && !WITHOUT_ROPE.test(model.architecture);
  const positions = isPlaced ? graph.input(I32 * tokens) : undefined;
  const inputs = new Map<boolean, CacheInputs>();
  const states = new Map<number, GraphTensor>();
  if (first !== undefined)
    inputs.set(
      first.window !== undefined,
      newInputs({ graph, model, settings, tokens }, first, keyTurn),
    );
  const origins = isAttentionFirst ? newOrigins() : early;
  return {
    graph,
    model,
    settings,
    tokens,
    positions,
    rows: (length) => F32 * length * tokens,
    cacheInputs: (cache) => {
      const isWindowed = cache.window !== undefined;
      const known =
        inputs.get(isWindowed) ??
        newInputs({ graph, model, settings, tokens }, cache, keyTurning(graph, model, settings));
      inputs.set(isWindowed, known);
      return known;
    },
    lastInputs: (block) => {
      const length = model.caches[block]?.recurrent?.convLength ?? 0;
      const state = states.get(block) ?? graph.compute(F32 * length * parallel, ...origins);
      states.set(block, state);
      return state;
    },
  };
}

/** Whether a recurrent block is a gated delta net; those are always finished first. */
export function isDeltaNet(tensors: BlockTensors | undefined): boolean {
  return DELTA_NET.some((name) => tensors?.has(name));
}

/**
 * llama.cpp finishes a block only when its result is needed, and reads the state of a recurrent one
 * before: what a block does last comes after this.
 */
export function readAhead({ model, lastInputs }: Pass, block: number): void {
  const next = model.caches.findIndex(
    ({ attention, recurrent }, index) =>
      index > block && (attention !== undefined || recurrent !== undefined),
  );
  const cache = model.caches[next];
  if (cache?.recurrent === undefined || cache.attention !== undefined) return;
  if (!isDeltaNet(model.blockTensors[next])) lastInputs(next);
}

function newInputs(
  { graph, model, settings, tokens }: Pick<Pass, "graph" | "model" | "settings" | "tokens">,
  cache: AttentionCache,
  keyTurn: GraphTensor | undefined,
): CacheInputs {
  const { flashAttention } = settings;
  const hasValues = cache.valueLength > 0;
  const valueTurn = hasValues ? valueTurning(graph, model, settings) : undefined;
  const keyCells = graph.input(I64 * tokens);
  // Without flash attention values are kept transposed, with a cell for each number.
  const cells = flashAttention ? 1 : cache.valueLength;
  const valueCells = hasValues ? graph.input(I64 * tokens * cells) : undefined;
  const mask = graph.input((flashAttention ? F16 : F32) * cellsOf(cache, settings) * tokens);
  return { mask, keyCells, valueCells, keyTurn, valueTurn };
}

/** As many rows as the largest power of two that divides a head's length. */
function keyTurning(
  graph: ComputeGraph,
  { headDim = 0 }: ModelFacts,
  { keyType }: MemorySettings,
): GraphTensor | undefined {
  if (!isQuantizedType(keyType) || headDim % HADAMARD !== 0) return undefined;
  let rows = HADAMARD;
  while (headDim % (2 * rows) === 0 && rows < headDim) rows *= 2;
  return graph.input(F32 * rows ** 2);
}

function valueTurning(
  graph: ComputeGraph,
  { headDim = 0, valueDim = headDim }: ModelFacts,
  { valueType }: MemorySettings,
): GraphTensor | undefined {
  if (!isQuantizedType(valueType) || valueDim % HADAMARD !== 0) return undefined;
  return graph.input(F32 * HADAMARD ** 2);
}
