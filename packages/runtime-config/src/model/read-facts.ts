import { describe, type Gguf } from "@ggufkit/gguf";

import { UnplannableModelError } from "../errors.ts";
import { blockTensorsOf } from "./block-tensors.ts";
import { endTokensOf } from "./end-tokens.ts";
import type { ModelFacts } from "./facts.ts";
import { fileSamplingOf } from "./file-sampling.ts";
import { layerCachesOf } from "./layer-caches.ts";
import { otherSamplingOf } from "./other-sampling.ts";
import { weightsOf } from "./weights.ts";

/** llama.cpp's `LLAMA_MAX_LAYERS`; a hostile number would otherwise fill the memory. */
const MAX_BLOCKS = 512;

/**
 * Reads what a plan needs from the headers of a model. Of a split model, `gguf` is the first shard
 * and `laterShards` are all the others.
 *
 * @throws UnplannableModelError for a later shard, a set with shards missing, a file that is no
 * model, or one that lacks what the size of its cache rests on.
 */
export function modelFacts(gguf: Gguf, laterShards: readonly Gguf[] = []): ModelFacts {
  const description = describe(gguf, laterShards);
  const { architecture, kind, split, blocks } = description;
  if (split !== undefined && split.no > 0) {
    const message = `expected the first shard of the set, got shard ${split.no + 1} of ${split.count}`;
    throw new UnplannableModelError("split.no", message);
  }
  if (kind === "shard") {
    const message = `expected all ${split?.count} shards of the set, got ${laterShards.length + 1}`;
    throw new UnplannableModelError("split.count", message);
  }
  if (kind !== "model")
    throw new UnplannableModelError("general.type", `expected a language model, got ${kind}`);
  if (architecture === undefined)
    throw new UnplannableModelError("general.architecture", "expected a name, got none");
  if (blocks === undefined || blocks < 1 || blocks > MAX_BLOCKS) {
    const key = `${architecture}.block_count`;
    const message = `${key}: expected a number of blocks between 1 and ${MAX_BLOCKS}, got ${blocks ?? "none"}`;
    throw new UnplannableModelError(key, message);
  }
  const tensors = [gguf, ...laterShards].flatMap((shard) => shard.tensors);
  return {
    ...description,
    architecture,
    sampling: fileSamplingOf(gguf),
    otherSampling: otherSamplingOf(gguf),
    endTokens: endTokensOf(gguf),
    weights: weightsOf(tensors, blocks),
    blockTensors: blockTensorsOf(tensors, blocks),
    caches: layerCachesOf(gguf, { ...description, architecture, blocks }),
  };
}
