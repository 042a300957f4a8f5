import type { TensorInfo } from "@ggufkit/gguf";

/** Shapes of a block's tensors by their names within it, such as `attn_q.weight`; the innermost dimension first. */
export type BlockTensors = ReadonlyMap<string, readonly number[]>;

const NAME = /^blk\.(\d+)\.(.+)$/;

/** The tensors of each block. */
export function blockTensorsOf(tensors: readonly TensorInfo[], blocks: number): BlockTensors[] {
  const all = Array.from({ length: blocks }, () => new Map<string, readonly number[]>());
  for (const { name, shape } of tensors) {
    const [, block = "", own = ""] = NAME.exec(name) ?? [];
    all[Number.parseInt(block, 10)]?.set(own, shape.map(Number));
  }
  return all;
}
