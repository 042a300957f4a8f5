import { isExpertTensor, type TensorInfo } from "@ggufkit/gguf";

/** Bytes of the tensors, without the padding between them, by where an engine can put them. */
export type Weights = {
  /** All tensors. */
  readonly bytes: number;
  /** The token embedding and what belongs to it, which llama.cpp keeps in main memory. */
  readonly inputBytes: number;
  /**
   * The output layer and its norms. Where the token embedding serves as the output layer, too, it
   * counts here a second time: a GPU gets a copy of it.
   */
  readonly outputBytes: number;
  readonly layers: readonly LayerWeights[];
};

/** The bytes of one block. */
export type LayerWeights = {
  readonly bytes: number;
  /** Of these, the routed experts, which can stay in main memory while the rest is on a GPU. */
  readonly expertBytes: number;
};

const TOKEN_EMBEDDING = "token_embd.weight";
const INPUT = /^(?:token_embd|token_types|position_embd|per_layer_token_embd)/;
const BLOCK = /^(?:enc\.|dec\.)?blk\.(\d+)\./;

/**
 * Sums tensors up by block. `blocks` is `block_count`; a tensor of a block beyond it counts as part
 * of the output, so that nothing is lost.
 */
export function weightsOf(tensors: readonly TensorInfo[], blocks: number): Weights {
  const layers = Array.from({ length: blocks }, () => ({ bytes: 0, expertBytes: 0 }));
  let [bytes, inputBytes, outputBytes] = [0, 0, 0];
  for (const tensor of tensors) {
    bytes += tensor.bytes;
    const layer = layers[Number(BLOCK.exec(tensor.name)?.[1] ?? Number.NaN)];
    if (layer !== undefined) {
      layer.bytes += tensor.bytes;
      if (isExpertTensor(tensor.name)) layer.expertBytes += tensor.bytes;
    } else if (INPUT.test(tensor.name)) inputBytes += tensor.bytes;
    else outputBytes += tensor.bytes;
  }
  return { bytes, inputBytes, outputBytes: outputBytes + tiedBytes(tensors), layers };
}

function tiedBytes(tensors: readonly TensorInfo[]): number {
  if (tensors.some(({ name }) => name === "output.weight")) return 0;
  return tensors.find(({ name }) => name === TOKEN_EMBEDDING)?.bytes ?? 0;
}
