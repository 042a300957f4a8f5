import type { TensorInfo } from "../format/gguf.ts";
import type { TensorTypeName } from "../format/tensor-type.ts";

/** The tensors of one type, summed up. */
export interface TensorTypeShare {
  readonly type: TensorTypeName;
  readonly tensors: number;
  readonly bytes: number;
  readonly parameters: number;
}

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
 * `used / experts`. Undefined where the model has no routed experts or does not say how many.
 */
export function countActiveParameters(
  tensors: readonly TensorInfo[],
  experts: number | undefined,
  used: number | undefined,
): number | undefined {
  if (!experts || !used) return undefined;
  const routed = countParameters(tensors.filter(({ name }) => isExpertTensor(name)));
  if (routed === 0) return undefined;
  return countParameters(tensors) - routed + Math.round((routed * used) / experts);
}

/** Sums the tensors up by type, the type with the most bytes first. */
export function tensorTypeShares(tensors: readonly TensorInfo[]): TensorTypeShare[] {
  const shares = new Map<TensorTypeName, { tensors: number; bytes: number; parameters: number }>();
  for (const { type, bytes, elements } of tensors) {
    const share = shares.get(type) ?? { tensors: 0, bytes: 0, parameters: 0 };
    share.tensors += 1;
    share.bytes += bytes;
    share.parameters += elements;
    shares.set(type, share);
  }
  return [...shares]
    .map(([type, share]) => ({ type, ...share }))
    .toSorted((a, b) => b.bytes - a.bytes || a.type.localeCompare(b.type));
}
