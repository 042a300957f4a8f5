import type { RecurrentState } from "../model/layer-cache.ts";
import { embeddingOf } from "./attention.ts";
import type { GraphTensor } from "./compute-graph.ts";
import { type Block, F32, type Pass } from "./pass.ts";

/** A recurrent layer, from the normalised input to the sum's summand. */
export function recurrence(
  pass: Pass,
  block: Block,
  normed: GraphTensor,
  state: RecurrentState,
): GraphTensor {
  const { tensors } = block;
  if (tensors.has("shortconv.conv.weight")) return shortConvolution(pass, normed, state);
  if (tensors.has("ssm_beta_alpha.weight") || tensors.has("ssm_ba.weight") || tensors.has("ssm_beta.weight"))
    return deltaNet(pass, block, normed, state);
  if (tensors.has("ssm_in.weight")) return mamba(pass, block, normed, state);
  return wkv(pass, block, normed, state);
}

/** The last inputs of a convolution before the new ones: (kernel − 1 + tokens) × width. */
function convolutionInput(
  pass: Pass,
  { convLength }: RecurrentState,
  width: number,
  input: GraphTensor,
): GraphTensor {
  const { graph, rows, settings } = pass;
  const kept = F32 * convLength * settings.parallel;
  const before = graph.compute(kept);
  const joined = graph.compute(kept + rows(width), graph.view(before), input);
  graph.compute(0, graph.view(joined));
  return joined;
}

/** Mamba 1 and 2 (llama.cpp's mamba-base.cpp). */
function mamba(pass: Pass, { tensors }: Block, normed: GraphTensor, state: RecurrentState): GraphTensor {
  const { graph, rows, settings } = pass;
  const projected = tensors.get("ssm_in.weight")?.[1] ?? 0;
  const inner = tensors.get("ssm_out.weight")?.[0] ?? 0;
  const convolved = tensors.get("ssm_conv1d.weight")?.[1] ?? inner;
  const all = graph.compute(rows(projected), graph.view(normed));
  const part = (): GraphTensor => graph.view(all);
  const joined = convolutionInput(pass, state, convolved, part());
  const mixed = graph.change(rows(convolved), graph.compute(rows(convolved), joined));
  const steps = timeSteps(pass, tensors, mixed, part);
  const scanned = graph.compute(
    rows(inner) + F32 * state.stateLength * settings.parallel,
    graph.view(mixed),
    steps,
  );
  graph.compute(0, graph.view(scanned));
  const gate = graph.compute(rows(inner), part());
  const skipped =
    inner === convolved
      ? graph.change(rows(inner), mixed)
      : graph.compute(rows(inner), graph.view(mixed));
  const sum = graph.change(rows(inner), graph.view(scanned), skipped);
  const gated = graph.compute(rows(inner), gate, sum);
  return graph.compute(rows(embeddingOf(pass)), gated);
}

/** How far the state moves with each token: of Mamba 1 by two matrices, of Mamba 2 a part of the input. */
function timeSteps(
  { graph, rows }: Pass,
  tensors: Block["tensors"],
  mixed: GraphTensor,
  part: () => GraphTensor,
): GraphTensor {
  const [rank = 0, inner = 0] = tensors.get("ssm_dt.weight") ?? [];
  const parameters = tensors.get("ssm_x.weight")?.[1];
  if (parameters === undefined)
    return graph.compute(rows(tensors.get("ssm_dt.bias")?.[0] ?? 0), part());
  const all = graph.compute(rows(parameters), mixed);
  const low = graph.compute(rows(rank), graph.view(all));
  return graph.compute(rows(inner), low);
}

/** The gated convolution of LFM2 (llama.cpp's lfm2.cpp). */
function shortConvolution(pass: Pass, normed: GraphTensor, state: RecurrentState): GraphTensor {
  const { graph, rows } = pass;
  const bytes = rows(embeddingOf(pass));
  const all = graph.compute(3 * bytes, normed);
  const part = (): GraphTensor => graph.view(all);
  const gated = graph.compute(bytes, part(), part());
  const joined = convolutionInput(pass, state, embeddingOf(pass), graph.view(gated));
  const convolved = graph.compute(bytes, joined);
  return graph.compute(bytes, graph.change(bytes, part(), convolved));
}

/** The gated delta net of Qwen3-Next (llama.cpp's qwen3next.cpp). */
function deltaNet(pass: Pass, { tensors }: Block, normed: GraphTensor, state: RecurrentState): GraphTensor {
  const { graph, rows, settings } = pass;
  const width = tensors.get("ssm_conv1d.weight")?.[1] ?? 0;
  const values = tensors.get("ssm_out.weight")?.[0] ?? 0;
  const keys = (width - values) / 2;
  const heads = tensors.get("ssm_a")?.[0] ?? 1;
  const all = graph.compute(rows(width), normed);
  const joined = convolutionInput(pass, state, width, graph.view(all));
  const before = graph.compute(F32 * state.stateLength * settings.parallel);
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
  const scanned = graph.compute(
    rows(values) + F32 * state.stateLength * settings.parallel,
    ...[query, key, part(), decay, mixing, before],
  );
  graph.compute(0, graph.view(scanned));
  const result = graph.compute(rows(values), graph.view(scanned));
  const gate = graph.compute(rows(values), normed);
  const gated = graph.change(rows(values), result, gate);
  return graph.compute(rows(embeddingOf(pass)), gated);
}

/** RWKV's time mixing, roughly: five mixtures of a token and the one before it, then the scan. */
function wkv(pass: Pass, _block: Block, normed: GraphTensor, state: RecurrentState): GraphTensor {
  const { graph, rows, settings } = pass;
  const bytes = rows(embeddingOf(pass));
  const shifted = graph.compute(bytes, normed);
  const mixtures = graph.compute(6 * bytes, shifted, normed);
  const [receptance, key, value, decay] = Array.from({ length: 4 }, () =>
    graph.compute(bytes, graph.view(mixtures)),
  );
  const scanned = graph.compute(
    bytes + F32 * state.stateLength * settings.parallel,
    ...[receptance, key, value, decay].filter((part) => part !== undefined),
  );
  return graph.compute(bytes, graph.view(scanned));
}
