import { GgufError } from "../format/gguf-error.ts";
import type { Gguf, TensorInfo } from "../format/gguf.ts";

/** A header, or those of a whole set of shards, the first shard first. */
export type ModelHeader = Gguf | readonly [Gguf, ...(readonly Gguf[])];

/** A tensor and which shard of its model it lies in. */
export interface ModelTensor {
  readonly info: TensorInfo;
  /** From 0. */
  readonly shard: number;
}

/** The headers of a model, the first shard's first. */
export function headersOf(model: ModelHeader): readonly [Gguf, ...(readonly Gguf[])] {
  return "kv" in model ? [model] : model;
}

/**
 * All tensors of a model by name, in the order of the shards and of each file.
 *
 * @throws {GgufError} `duplicate-tensor` where two shards have a tensor of the same name
 */
export function tensorsByName(headers: readonly Gguf[]): Map<string, ModelTensor> {
  const tensors = new Map<string, ModelTensor>();
  for (const [shard, gguf] of headers.entries())
    for (const info of gguf.tensors) {
      const { name: tensor } = info;
      const earlier = tensors.get(tensor);
      if (earlier) {
        const reason = `shards ${earlier.shard + 1} and ${shard + 1} both have it`;
        throw new GgufError({ code: "duplicate-tensor", reason, tensor });
      }
      tensors.set(tensor, { info, shard });
    }
  return tensors;
}

/** Whether what both maps have stands in another order in each. */
export function isReordered(
  a: ReadonlyMap<string, unknown>,
  b: ReadonlyMap<string, unknown>,
): boolean {
  const inB = b.keys();
  for (const name of a.keys()) {
    if (!b.has(name)) continue;
    let next = inB.next();
    while (!next.done && !a.has(next.value)) next = inB.next();
    if (next.value !== name) return true;
  }
  return false;
}
