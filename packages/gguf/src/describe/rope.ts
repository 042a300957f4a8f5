import type { Gguf, TensorInfo } from "../format/gguf.ts";
import { perLayerOf } from "../format/kv.ts";
import type { Hyperparameters } from "./hyperparameters.ts";

/** The rotary position embedding, as the file has it. */
export interface Rope {
  /** `rope.freq_base`. llama.cpp takes 10,000 where it is undefined. */
  readonly base: number | undefined;
  /** `rope.freq_base_swa`: the base in layers with a sliding window, where it is another. */
  readonly slidingWindowBase: number | undefined;
  /** `rope.dimension_count`. llama.cpp takes the head dimension where it is undefined. */
  readonly dimensions: number | undefined;
  /** `rope.dimension_sections`: how M-RoPE shares the dimensions among time, height and width. */
  readonly sections: readonly number[] | undefined;
  /** How the file already scales; undefined where it does not. */
  readonly scaling: RopeScaling | undefined;
  /**
   * Factors by frequency that the file has as tensors, which llama.cpp applies by itself: Llama 3.1's
   * scaling (`rope_freqs.weight`), or LongRoPE's for long and short contexts.
   */
  readonly factorTensors: "llama3" | "longrope" | undefined;
}

/** A scaling beyond the context that the model was trained with. */
export interface RopeScaling {
  /** `linear`, `yarn`, `longrope`, … as the file says. */
  readonly type: string;
  readonly factor: number | undefined;
  readonly originalContextLength: number | undefined;
  /** `attn_factor`, or else `yarn_attn_factor`: by what the attention's logits are scaled. */
  readonly attentionFactor?: number | undefined;
  readonly yarnExtFactor?: number | undefined;
  readonly yarnBetaFast?: number | undefined;
  readonly yarnBetaSlow?: number | undefined;
  readonly yarnLogMultiplier?: number | undefined;
  /** `alpha` of NTK-aware scaling, as in Hunyuan. */
  readonly alpha?: number | undefined;
}

/** Reads the `rope.*` hyperparameters, and which tensors of factors there are. */
export function ropeOf(
  { kv }: Pick<Gguf, "kv">,
  prefix: string,
  keys: Hyperparameters,
  tensors: readonly TensorInfo[],
): Rope {
  const sections = perLayerOf(kv.get(`${prefix}.rope.dimension_sections`));
  return {
    base: keys.number("rope.freq_base"),
    slidingWindowBase: keys.number("rope.freq_base_swa"),
    dimensions: keys.number("rope.dimension_count"),
    sections: typeof sections === "number" ? undefined : sections,
    scaling: scalingOf(keys),
    factorTensors: factorTensorsOf(tensors),
  };
}

function scalingOf(keys: Hyperparameters): RopeScaling | undefined {
  // rope.scale_linear is what files before 2024 have for a linear factor.
  const factor = keys.number("rope.scaling.factor") ?? keys.number("rope.scale_linear");
  const type = keys.string("rope.scaling.type") ?? (factor === undefined ? "none" : "linear");
  if (type === "none") return undefined;
  const further = {
    attentionFactor:
      keys.number("rope.scaling.attn_factor") ?? keys.number("rope.scaling.yarn_attn_factor"),
    yarnExtFactor: keys.number("rope.scaling.yarn_ext_factor"),
    yarnBetaFast: keys.number("rope.scaling.yarn_beta_fast"),
    yarnBetaSlow: keys.number("rope.scaling.yarn_beta_slow"),
    yarnLogMultiplier: keys.number("rope.scaling.yarn_log_multiplier"),
    alpha: keys.number("rope.scaling.alpha"),
  };
  const given = Object.entries(further).filter(([, value]) => value !== undefined);
  const originalContextLength = keys.number("rope.scaling.original_context_length");
  return { type, factor, originalContextLength, ...Object.fromEntries(given) };
}

const LLAMA3 = /^(?:blk\.\d+\.)?rope_freqs\.weight$/;
const LONGROPE = /^(?:blk\.\d+\.)?rope_factors_(?:long|short)\.weight$/;

function factorTensorsOf(tensors: readonly TensorInfo[]): Rope["factorTensors"] {
  if (tensors.some(({ name }) => LONGROPE.test(name))) return "longrope";
  return tensors.some(({ name }) => LLAMA3.test(name)) ? "llama3" : undefined;
}
