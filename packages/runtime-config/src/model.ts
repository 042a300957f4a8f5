import type { Sampling } from "./plan.ts";

/** RoPE scaling as the file's metadata has it (`{arch}.rope.scaling.*`). */
export type FileRopeScaling = {
  type: string;
  factor?: number | undefined;
  originalContextLength?: number | undefined;
};

/**
 * What a plan needs to know of a model: a part of `ModelDescription` of @ggufkit/gguf, and the
 * file's recommended sampling, if it carries any.
 */
export type ModelFacts = {
  architecture: string;
  /** `general.name`. */
  name?: string | undefined;
  /** `{arch}.context_length`, in tokens. */
  contextLength?: number | undefined;
  /** The file type's label, for example "Q4_K_M" or "BF16". */
  quantization?: string | undefined;
  rope?: { scaling?: FileRopeScaling | undefined } | undefined;
  chatTemplate?: string | undefined;
  /** `general.sampling.*`; there is no presence penalty among these keys. */
  sampling?: Partial<Omit<Sampling, "presencePenalty">> | undefined;
};

/** Tokens before any scaling that the file declares: a scaled file's `context_length` has its factor in it. */
export function baseContextLength(model: ModelFacts): number | undefined {
  const { contextLength, rope } = model;
  const scaling = rope?.scaling;
  if (scaling?.originalContextLength !== undefined) return scaling.originalContextLength;
  return contextLength === undefined ? undefined : contextLength / (scaling?.factor ?? 1);
}

/** False for files whose weights are kept at 16 or 32 bits; a file without a label counts as quantised. */
export function isQuantized(model: ModelFacts): boolean {
  return !/^(?:all[ _-])?(?:bf16|f16|f32|f64)\b/i.test(model.quantization ?? "");
}
