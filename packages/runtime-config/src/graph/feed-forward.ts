import { embeddingOf } from "./attention.ts";
import type { GraphTensor } from "./compute-graph.ts";
import { type Block, F32, type Pass } from "./pass.ts";

export function hasFeedForward({ tensors }: Block): boolean {
  return tensors.has("ffn_down.weight") || tensors.has("ffn_down_exps.weight");
}

/**
 * A feed-forward network, a mixture of experts, or both, from the normalised input to what is added
 * to the residual stream.
 */
export function feedForward(
  pass: Pass,
  block: Block,
  normed: GraphTensor,
  tokens: number,
): GraphTensor {
  const { tensors } = block;
  if (!tensors.has("ffn_down_exps.weight")) return network(pass, block, "", normed, tokens);
  const routed = experts(pass, block, normed, tokens);
  const suffixes = (["", "_shexp"] as const).filter((suffix) =>
    tensors.has(`ffn_down${suffix}.weight`),
  );
  return suffixes.reduce(
    (sum, suffix) =>
      pass.graph.change(sum.bytes, sum, network(pass, block, suffix, normed, tokens)),
    routed,
  );
}

/** Up, gate and down; `suffix` tells whose. */
function network(
  pass: Pass,
  { tensors }: Block,
  suffix: "" | "_shexp",
  normed: GraphTensor,
  tokens: number,
): GraphTensor {
  const { graph } = pass;
  const [inner = 0] = tensors.get(`ffn_down${suffix}.weight`) ?? [];
  const up = tensors.get(`ffn_up${suffix}.weight`)?.[1] ?? inner;
  const length = F32 * inner * tokens;
  const hasGate = tensors.get(`ffn_gate${suffix}.weight`) !== undefined;
  const gated = hasGate
    ? graph.compute(length, graph.compute(length, normed), graph.compute(length, normed))
    : activated(pass, graph.compute(F32 * up * tokens, normed), length);
  const output = graph.compute(F32 * embeddingOf(pass) * tokens, gated);
  if (suffix === "" || !tensors.has("ffn_gate_inp_shexp.weight")) return output;
  return graph.change(output.bytes, output, graph.compute(F32 * tokens, normed));
}

/** Without a gate in place; a gate beside the values in one tensor is applied to them. */
function activated({ graph }: Pass, up: GraphTensor, length: number): GraphTensor {
  return up.bytes === length ? graph.change(length, up) : graph.compute(length, up);
}

/** Architectures that weigh the chosen experts against each other, by a softmax or by their sum. */
const BY_SOFTMAX = /^gpt-oss$/;
const BY_SUM = /^(?:ernie4_5-moe|llama|qwen3moe|qwen3next|qwen3vlmoe|qwen35moe)$/;

function weighed({ graph, model }: Pass, picked: GraphTensor, tokens: number): GraphTensor {
  if (BY_SOFTMAX.test(model.architecture)) return graph.compute(picked.bytes, graph.view(picked));
  if (!BY_SUM.test(model.architecture)) return picked;
  const sum = graph.compute(F32 * tokens, graph.view(picked));
  return graph.compute(picked.bytes, graph.view(picked), graph.change(sum.bytes, sum));
}

/** llama.cpp's `LLAMA_MAX_EXPERTS`; a hostile number would otherwise fill the memory. */
const MAX_EXPERTS = 512;

/** llama.cpp's `build_moe_ffn`. */
function experts(pass: Pass, { tensors }: Block, normed: GraphTensor, tokens: number): GraphTensor {
  const { graph, model } = pass;
  const used = Math.min(model.expertsUsed ?? 1, MAX_EXPERTS);
  const [length = 0] = tensors.get("ffn_down_exps.weight") ?? [];
  const count = tensors.get("ffn_gate_inp.weight")?.[1] ?? 0;
  const perExpert = (numbers: number): number => F32 * numbers * used * tokens;

  const logits = graph.compute(F32 * count * tokens, normed);
  const probabilities = graph.change(logits.bytes, logits);
  const sorted = graph.compute(F32 * count * tokens, probabilities);
  const chosen = graph.view(sorted);
  const picked = graph.compute(F32 * used * tokens, graph.view(probabilities), chosen);
  const weights = weighed(pass, picked, tokens);

  const input = graph.view(normed);
  const isFused = tensors.get("ffn_gate_up_exps.weight") !== undefined;
  const hasGate = isFused || tensors.get("ffn_gate_exps.weight") !== undefined;
  const once = (): GraphTensor => graph.compute(perExpert(length), input, chosen);
  const inner = isFused
    ? graph.compute(perExpert(length), graph.compute(perExpert(2 * length), input, chosen))
    : hasGate
      ? graph.compute(perExpert(length), once(), once())
      : graph.change(perExpert(length), once());
  const down = graph.compute(perExpert(embeddingOf(pass)), inner, chosen);
  return sumUp(pass, graph.change(down.bytes, down, weights), used, tokens);
}

function sumUp(pass: Pass, all: GraphTensor, used: number, tokens: number): GraphTensor {
  const { graph } = pass;
  const bytes = F32 * embeddingOf(pass) * tokens;
  if (used === 1) return graph.compute(bytes, graph.view(all));
  const parts = Array.from({ length: used }, () => graph.view(all));
  return parts.reduce((sum, part) =>
    sum.viewOf === undefined ? graph.change(bytes, sum, part) : graph.compute(bytes, sum, part),
  );
}
