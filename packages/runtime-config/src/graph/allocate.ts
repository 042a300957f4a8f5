import { createArena } from "./arena.ts";
import type { ComputeGraph, GraphTensor } from "./compute-graph.ts";

/** What is known of a tensor while the graph is walked. */
type State = {
  /** Tensors still to come that are computed from it. */
  children: number;
  /** Views of it that are still needed. */
  views: number;
  offset: number | undefined;
};

/**
 * Bytes that the tensors of a graph take when each is kept only as long as it is needed, as ggml
 * lays them out (`ggml_gallocr_alloc_graph_impl` in ggml-alloc.c).
 */
export function graphBytes({ tensors }: Pick<ComputeGraph, "tensors">): number {
  const arena = createArena();
  const states = countUses(tensors);
  const stateOf = (tensor: GraphTensor): State => {
    const state = states.get(tensor);
    if (state === undefined) throw new TypeError("a source comes before what is computed from it");
    return state;
  };
  const release = (tensor: GraphTensor): void => {
    const state = stateOf(tensor);
    if (state.offset === undefined || tensor.role === "output") return;
    arena.give(state.offset, tensor.bytes);
    state.offset = undefined;
  };
  const takeOver = (tensor: GraphTensor): number | undefined => {
    if (!tensor.inPlace) return undefined;
    const state = tensor.sources
      .filter((source) => canTakeOver(tensor, source, stateOf(source)))
      .map(stateOf)[0];
    const offset = state?.offset;
    if (state !== undefined) state.offset = undefined;
    return offset;
  };
  for (const tensor of tensors)
    if (tensor.role === "input") stateOf(tensor).offset = arena.take(tensor.bytes);
  for (const tensor of tensors) {
    const own = tensor.viewOf === undefined && tensor.role !== "input" && tensor.bytes > 0;
    if (own) stateOf(tensor).offset = takeOver(tensor) ?? arena.take(tensor.bytes);
    for (const source of tensor.sources) {
      const state = stateOf(source);
      state.children -= 1;
      if (state.children > 0 || state.views > 0) continue;
      if (source.viewOf === undefined) release(source);
      else {
        const viewed = stateOf(source.viewOf);
        viewed.views -= 1;
        if (viewed.views === 0 && viewed.children === 0) release(source.viewOf);
      }
    }
  }
  return arena.peak();
}

function countUses(tensors: readonly GraphTensor[]): Map<GraphTensor, State> {
  const states = new Map<GraphTensor, State>();
  for (const tensor of tensors) {
    states.set(tensor, { children: 0, views: 0, offset: undefined });
    const viewed = tensor.viewOf === undefined ? undefined : states.get(tensor.viewOf);
    if (viewed !== undefined) viewed.views += 1;
    for (const source of tensor.sources) {
      const state = states.get(source);
      if (state !== undefined) state.children += 1;
    }
  }
  return states;
}

/**
 * Whether a tensor can be written over a source: one of the same size that nobody else needs. A view
 * has no memory of its own to give away.
 */
function canTakeOver(tensor: GraphTensor, source: GraphTensor, state: State): boolean {
  const isOwn = state.offset !== undefined && source.role !== "output";
  return isOwn && state.children === 1 && state.views === 0 && source.bytes === tensor.bytes;
}
