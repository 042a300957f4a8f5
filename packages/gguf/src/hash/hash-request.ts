import { HASH_ALGORITHMS, isLayerAlgorithm, type HashAlgorithm } from "./hash-algorithm.ts";

/** One digest of a file's tensor data. */
export interface HashDigest {
  readonly algorithm: HashAlgorithm;
  /** Name of the tensor; undefined for the digest over all tensors. */
  readonly tensor: string | undefined;
  /** In lower-case hexadecimal digits; a uuid in its usual form. */
  readonly digest: string;
}

/** One digest of one tensor, wanted. */
export interface LayerHash {
  /** Index in `Gguf.tensors`. */
  readonly tensor: number;
  readonly algorithm: HashAlgorithm;
}

/** The digests that are wanted of a file. */
export interface HashRequest {
  /** Algorithms over the data of all tensors. */
  readonly whole: readonly HashAlgorithm[];
  /** Digests of single tensors. */
  readonly layers: readonly LayerHash[];
}

/** Which digests to take. */
export interface HashSelection {
  /** Default `xxh64`, as in llama-gguf-hash. */
  readonly algorithms?: readonly HashAlgorithm[] | undefined;
  /** One digest a tensor. Default true. */
  readonly layers?: boolean | undefined;
  /** One digest over all tensors. Default true. */
  readonly whole?: boolean | undefined;
}

/** Spells a selection out for a file of `tensorCount` tensors, in the order of a manifest. */
export function requestHashes(tensorCount: number, selection: HashSelection): HashRequest {
  const { algorithms = ["xxh64"], layers = true, whole = true } = selection;
  const chosen = HASH_ALGORITHMS.filter((algorithm) => algorithms.includes(algorithm));
  const ofLayers = layers ? chosen.filter(isLayerAlgorithm) : [];
  return {
    whole: whole ? chosen : [],
    layers: Array.from({ length: tensorCount }, (_, tensor) =>
      ofLayers.map((algorithm) => ({ tensor, algorithm })),
    ).flat(),
  };
}
