import type { RunPlan } from "../plan/plan.ts";

/** Samplers under the names that vLLM and SGLang share, transformers' for the most part. */
export type EngineSampling = {
  temperature: number;
  top_p: number;
  /** -1 switches it off. */
  top_k: number;
  min_p: number;
  repetition_penalty: number;
};

/** The plan's samplers but for the penalty on presence, which is no part of a generation config. */
export function engineSampling({ sampling }: RunPlan): EngineSampling {
  return {
    temperature: sampling.temperature.value,
    top_p: sampling.topP.value,
    top_k: sampling.topK.value === 0 ? -1 : sampling.topK.value,
    min_p: sampling.minP.value,
    repetition_penalty: sampling.repeatPenalty.value,
  };
}
