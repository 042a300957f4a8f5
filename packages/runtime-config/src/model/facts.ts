import type { ModelDescription } from "@ggufkit/gguf";
import type { Sampling } from "../plan/plan.ts";
import type { BlockTensors } from "./block-tensors.ts";
import type { LayerCache } from "./layer-cache.ts";
import type { OtherSampling } from "./other-sampling.ts";
import type { Weights } from "./weights.ts";

/** `general.sampling.*` of a file; there is no presence penalty among these keys. */
export type FileSampling = Partial<Omit<Sampling, "presencePenalty">>;

/** What a plan needs to know of a model: all that `describe` of @ggufkit/gguf tells, and more. */
export interface ModelFacts extends Omit<ModelDescription, "architecture"> {
  /** llama.cpp's name of the architecture, the prefix of metadata keys. */
  readonly architecture: string;
  /** What the file recommends for sampling, as far as it does. */
  readonly sampling: FileSampling;
  /** What else it says about sampling. */
  readonly otherSampling: readonly OtherSampling[];
  /** Texts of the tokens that end a turn or a text (`tokenizer.ggml.eos_token_id`, `eot`, `eom`). */
  readonly endTokens: readonly string[];
  /** Bytes of the tensors, by where an engine can put them. */
  readonly weights: Weights;
  /** Shapes of the tensors of each block, by their names in it. */
  readonly blockTensors: readonly BlockTensors[];
  /** What each block keeps of earlier tokens; one entry a block. */
  readonly caches: readonly LayerCache[];
}

/** Tokens before any scaling that the file declares: a scaled file's `context_length` has its factor in it. */
export function baseContextLength(
  model: Pick<ModelFacts, "contextLength" | "rope">,
): number | undefined {
  const { contextLength, rope } = model;
  const { scaling } = rope;
  if (scaling?.originalContextLength !== undefined) return scaling.originalContextLength;
  return contextLength === undefined ? undefined : contextLength / (scaling?.factor ?? 1);
}

/** False for files whose weights are kept at 16 or 32 bits; a file without a label counts as quantised. */
export function isQuantized(model: ModelFacts): boolean {
  return !/^(?:all[ _-])?(?:bf16|f16|f32|f64)\b/i.test(model.quantization ?? "");
}
