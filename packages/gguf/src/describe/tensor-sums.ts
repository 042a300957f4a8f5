import type { TensorInfo } from "../format/gguf.ts";
import type { TensorTypeName } from "../format/tensor-type.ts";

/** Tensors summed up. */
export interface TensorSum {
  readonly tensors: number;
  readonly bytes: number;
  readonly parameters: number;
}

/** The tensors of one type, summed up. */
export interface TensorTypeShare extends TensorSum {
  readonly type: TensorTypeName;
}

/** The tensors of one block, or of everything outside the blocks, summed up. */
export interface LayerShare extends TensorSum {
  /** Number of the block, from 0; undefined for embedding, output and the like. */
  readonly block: number | undefined;
}

/** Sums the tensors up by type, the type with the most bytes first. */
export function tensorTypeShares(tensors: readonly TensorInfo[]): TensorTypeShare[] {
  return [...sumBy(tensors, ({ type }) => type)]
    .map(([type, sum]) => ({ type, ...sum }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.type < b.type ? -1 : 1));
}

/** Sums the tensors up by block, in the order of the blocks; what is outside of them comes last. */
export function layerShares(tensors: readonly TensorInfo[]): LayerShare[] {
  return [...sumBy(tensors, ({ name }) => blockOf(name))]
    .map(([block, sum]) => ({ block, ...sum }))
    .toSorted((a, b) => (a.block ?? Infinity) - (b.block ?? Infinity));
}

// v.blk, a.blk and enc.blk are those of projectors and encoders.
const BLOCK = /(?:^|\.)blk\.(\d+)\./;

/** The number of the block that a tensor belongs to, from its name. */
export function blockOf(name: string): number | undefined {
  const block = BLOCK.exec(name)?.[1];
  return block === undefined ? undefined : Number(block);
}

function sumBy<Key>(
  tensors: readonly TensorInfo[],
  keyOf: (tensor: TensorInfo) => Key,
): Map<Key, TensorSum> {
  const sums = new Map<Key, { tensors: number; bytes: number; parameters: number }>();
  for (const tensor of tensors) {
    const key = keyOf(tensor);
    const sum = sums.get(key) ?? { tensors: 0, bytes: 0, parameters: 0 };
    sum.tensors += 1;
    sum.bytes += tensor.bytes;
    sum.parameters += tensor.elements;
    sums.set(key, sum);
  }
  return sums;
}
