/** A tensor of a graph: an intermediate result, an input, or a view of another one. */
export type GraphTensor = {
  readonly bytes: number;
  /** Intermediate results that it is computed from; weights and caches are no part of a graph. */
  readonly sources: readonly GraphTensor[];
  /** May take the place of a source of the same size that nobody else needs, unless that is a view. */
  readonly inPlace: boolean;
  /** Whose memory a view shows, never a view itself. */
  readonly viewOf: GraphTensor | undefined;
  /** Inputs are there from the start, and the output stays. */
  readonly role: "input" | "result" | "output";
};

/** The tensors in the order in which they are computed. */
export type ComputeGraph = {
  readonly tensors: readonly GraphTensor[];
  input: (bytes: number) => GraphTensor;
  /** A result in memory of its own; without bytes, one that is written to a cache. */
  compute: (bytes: number, ...sources: readonly GraphTensor[]) => GraphTensor;
  /** A result of an operation that ggml can do in place (`ggml_op_can_inplace`). */
  change: (bytes: number, ...sources: readonly GraphTensor[]) => GraphTensor;
  /** Another tensor's memory, in another shape or in part. */
  view: (of: GraphTensor) => GraphTensor;
  output: (bytes: number, ...sources: readonly GraphTensor[]) => GraphTensor;
};

/** An empty graph, to be filled in the order of computing. */
export function createGraph(): ComputeGraph {
  const tensors: GraphTensor[] = [];
  const add = (tensor: Partial<GraphTensor> & Pick<GraphTensor, "bytes" | "sources">) => {
    const full: GraphTensor = { inPlace: false, viewOf: undefined, role: "result", ...tensor };
    tensors.push(full);
    return full;
  };
  return {
    tensors,
    input: (bytes) => add({ bytes, sources: [], role: "input" }),
    compute: (bytes, ...sources) => add({ bytes, sources }),
    change: (bytes, ...sources) => add({ bytes, sources, inPlace: true }),
    view: (of) => add({ bytes: of.bytes, sources: [of], viewOf: of.viewOf ?? of }),
    output: (bytes, ...sources) => add({ bytes, sources, role: "output" }),
  };
}
