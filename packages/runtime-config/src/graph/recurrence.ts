import type { RecurrentState } from "../model/layer-cache.ts";
import { embeddingOf, type Projection } from "./attention.ts";
import type { GraphTensor } from "./compute-graph.ts";
import { type Block, F32, isDeltaNet, type Pass } from "./pass.ts";

/** What a layer's recurrence begins with. */
type Start = {
  readonly normed: GraphTensor;
  /** The last inputs of its convolution, read from the cache. */
  readonly before: GraphTensor;
  /** Bytes of the state that the layer leaves behind. */
  readonly stateBytes: number;
};

/**
 * A recurrent layer: its new state at once, and what is added to the residual stream on demand.
 * `norm` makes its input.
 */
export function recurrence(
  pass: Pass,
  block: Block,
  state: RecurrentState,
  norm: () => GraphTensor,
): Projection {
  const { tensors } = block;
  const stateBytes = F32 * state.stateLength * pass.settings.parallel;
  if (isDeltaNet(tensors)) {
    const normed = norm();
    return deltaNet(pass, block, { normed, before: pass.lastInputs(block.index), stateBytes });
  }
  const before = pass.lastInputs(block.index);
  const start = { before, normed: norm(), stateBytes };
  if (tensors.has("shortconv.conv.weight")) return shortConvolution(pass, start);
  if (tensors.has("ssm_in.weight")) return mamba(pass, block, start);
  return timeMixing(pass, start);
}

/** The last inputs of a convolution before the new ones: (kernel − 1 + tokens) × width. */
function convolutionInput(
  { graph, rows }: Pass,
  { before }: Start,
  width: number,
  input: GraphTensor,
): GraphTensor {
  const joined = graph.compute(before.bytes + rows(width), graph.view(before), input);
  graph.compute(0, graph.view(joined));
  return joined;
}

/** Mamba 1 and 2 (llama.cpp's mamba-base.cpp). */
function mamba(pass: Pass, block: Block, start: Start): Projection {
  const { graph, rows } = pass;
  const { tensors } = block;
  const projected = tensors.get("ssm_in.weight")?.[1] ?? 0;
  const inner = tensors.get("ssm_out.weight")?.[0] ?? 0;
  const convolved = tensors.get("ssm_conv1d.weight")?.[1] ?? inner;
  const all = graph.compute(rows(projected), graph.view(start.normed));
  const part = (): GraphTensor => graph.view(all);
  const joined = convolutionInput(pass, start, convolved, part());
  const mixed = graph.change(rows(convolved), graph.compute(rows(convolved), joined));
  const scanned = graph.compute(
    rows(inner) + start.stateBytes,
    graph.view(mixed),
    ...timeSteps(pass, block, mixed, part),
  );
  graph.compute(0, graph.view(scanned));
  return () => {
    const gate = graph.compute(rows(inner), part());
    const skipped =
      inner === convolved
        ? graph.change(rows(inner), mixed)
        : graph.compute(rows(inner), graph.view(mixed));
    const sum = graph.change(rows(inner), graph.view(scanned), skipped);
    const gated = graph.compute(rows(inner), gate, sum);
    const normed = tensors.has("ssm_norm.weight")
      ? graph.compute(rows(inner), graph.view(gated))
      : gated;
    const output = graph.compute(rows(embeddingOf(pass)), normed);
    return tensors.has("ssm_x.weight") ? graph.view(output) : output;
  };
}

/** How far the state moves with each token: of Mamba 1 by two matrices, of Mamba 2 a part of the input. */
function timeSteps(
  { graph, rows }: Pass,
  { tensors }: Block,
  mixed: GraphTensor,
  part: () => GraphTensor,
): GraphTensor[] {
  const [rank = 0, inner = 0] = tensors.get("ssm_dt.weight") ?? [];
  const parameters = tensors.get("ssm_x.weight")?.[1];
  if (parameters === undefined)
    return [graph.compute(rows(tensors.get("ssm_dt.bias")?.[0] ?? 0), part())];
  const all = graph.compute(rows(parameters), mixed);
  const low = graph.compute(rows(rank), graph.view(all));
  // Jamba norms what Mamba takes as it is.
  const norms = [tensors.get("ssm_b_norm.weight"), tensors.get("ssm_c_norm.weight")];
  const parts = norms.map((shape) =>
    shape === undefined ? graph.view(all) : graph.compute(rows(shape[0] ?? 0), graph.view(all)),
  );
  return [graph.compute(rows(inner), low), ...parts];
}

/** The gated convolution of LFM2 (llama.cpp's lfm2.cpp). */
function shortConvolution(pass: Pass, start: Start): Projection {
  const { graph, rows } = pass;
  const bytes = rows(embeddingOf(pass));
  const all = graph.compute(3 * bytes, start.normed);
  const part = (): GraphTensor => graph.view(all);
  const gated = graph.compute(bytes, part(), part());
  const joined = convolutionInput(pass, start, embeddingOf(pass), graph.view(gated));
  return () => {
    const convolved = graph.compute(bytes, joined);
    return graph.compute(bytes, graph.change(bytes, part(), convolved));
  };
}

/** The gated delta net of Qwen3-Next (llama.cpp's qwen3next.cpp). */
function deltaNet(pass: Pass, { tensors }: Block, start: Start): Projection {
  const { graph, rows } = pass;
  const { normed, stateBytes } = start;
  const width = tensors.get("ssm_conv1d.weight")?.[1] ?? 0;
  const values = tensors.get("ssm_out.weight")?.[0] ?? 0;
  const keys = (width - values) / 2;
  const heads = tensors.get("ssm_a")?.[0] ?? 1;
  const all = graph.compute(rows(width), normed);
  const joined = convolutionInput(pass, start, width, graph.view(all));
  const before = graph.compute(stateBytes);
  const mixed = graph.change(rows(width), graph.compute(rows(width), joined));
  const part = (): GraphTensor => graph.view(mixed);
  const repeated = (): GraphTensor => {
    const own = graph.compute(rows(keys), part());
    return keys === values ? own : graph.compute(rows(values), graph.view(own));
  };
  const [query, key] = [repeated(), repeated()];
  const gates = graph.compute(rows(2 * heads), normed);
  const decay = graph.compute(rows(heads), graph.view(gates));
  const mixing = graph.compute(rows(heads), graph.view(gates));
  const sources = [query, key, part(), decay, mixing, graph.view(before)];
  const scanned = graph.compute(rows(values) + stateBytes, ...sources);
  graph.compute(0, graph.view(scanned));
  return () => {
    const result = graph.compute(rows(values), graph.view(scanned));
    const gate = graph.compute(rows(values), normed);
    const opened = graph.compute(rows(values), graph.view(gate));
    const gated = graph.change(rows(values), result, opened);
    return graph.view(graph.compute(rows(embeddingOf(pass)), graph.view(gated)));
  };
}

/** RWKV's time mixing, roughly: six mixtures of a token and the one before it, then the scan. */
function timeMixing(pass: Pass, { normed, before, stateBytes }: Start): Projection {
  const { graph, rows } = pass;
  const bytes = rows(embeddingOf(pass));
  const shifted = graph.compute(bytes, before, normed);
  const mixtures = graph.compute(6 * bytes, shifted, normed);
  const inputs = Array.from({ length: 4 }, () => graph.compute(bytes, graph.view(mixtures)));
  const scanned = graph.compute(bytes + stateBytes, ...inputs);
  return () => graph.compute(bytes, graph.view(scanned));
}
