import type { ModelDescription, RopeScaling } from "@ggufkit/gguf";
import type { Sampling } from "./plan.ts";

/** RoPE scaling as the file's metadata has it (`{arch}.rope.scaling.*`). */
export type FileRopeScaling = Partial<RopeScaling> & Pick<RopeScaling, "type">;

/**
 * What a plan needs to know of a model: a part of what `describe` of @ggufkit/gguf returns, and the
 * file's recommended sampling, if it carries any.
 */
export type ModelFacts = {
  architecture: string;
  rope?: { scaling?: FileRopeScaling | undefined };
  /** `general.sampling.*`; there is no presence penalty among these keys. */
  sampling?: Partial<Omit<Sampling, "presencePenalty">> | undefined;
} & Partial<Pick<ModelDescription, "name" | "contextLength" | "quantization" | "chatTemplate">>;

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
