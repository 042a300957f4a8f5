import type { TensorInfo } from "../format/gguf.ts";
import type { PerLayer } from "./hyperparameters.ts";
import { blockOf } from "./tensor-sums.ts";

/** The elements of all tensors. */
export function countParameters(tensors: readonly TensorInfo[]): number {
  return tensors.reduce((sum, { elements }) => sum + elements, 0);
}

// llama.cpp stacks a block's experts in one tensor, `ffn_up_exps`; it once kept one tensor an
// expert, `ffn_up.3`. Shared experts are named `_shexp`: they work on every token.
const EXPERT_TENSOR =
  /^blk\.\d+\.ffn_(?:(?:up|down|gate_up|gate)_(?:ch)?exps|(?:up|down|gate)\.\d+)\./;

/** Whether a tensor holds routed experts, of which only some work on a token. */
export function isExpertTensor(name: string): boolean {
  return EXPERT_TENSOR.test(name);
}

/**
 * The parameters that work on one token: all but the routed experts, and of those the share
 * `used / experts`, where `used` may differ by layer. Undefined where the model has no routed
 * experts or does not say how many.
 */
export function countActiveParameters(
  tensors: readonly TensorInfo[],
  experts: number | undefined,
  used: PerLayer | undefined,
): number | undefined {
  if (!experts || !used) return undefined;
  const routed = tensors.filter(({ name }) => isExpertTensor(name));
  if (routed.length === 0) return undefined;
  const usedIn = (name: string): number =>
    typeof used === "number" ? used : (used[blockOf(name) ?? 0] ?? 0);
  const active = routed.reduce((sum, { name, elements }) => sum + elements * usedIn(name), 0);
  return countParameters(tensors) - countParameters(routed) + Math.round(active / experts);
}
