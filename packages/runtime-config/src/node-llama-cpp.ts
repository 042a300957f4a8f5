import type { RunPlan, YarnScaling } from "./plan.ts";

/** Options of node-llama-cpp (checked with 3.22.1), by the call that takes them. */
export type NodeLlamaCppRun = {
  /**
   * For `llama.loadModel`, beside `modelPath`. For each override that is a string, the engine's
   * native code writes a line `Override: …` to the process's stdout, past the logger.
   */
  loadModel: { metadataOverrides?: MetadataOverrides };
  /** For `model.createContext`. */
  createContext: { contextSize: number; threads: number };
  /** For `session.prompt`. */
  prompt: {
    temperature: number;
    topK: number;
    topP: number;
    minP: number;
    /** `false` where neutral, since leaving it out means a penalty of 1.1. */
    repeatPenalty: false | { penalty: number; presencePenalty: number };
    seed?: number;
    maxTokens: number;
  };
  /** For a chat wrapper with such an option, as QwenChatWrapper; absent for models without a switch. */
  thoughts?: "auto" | "discourage";
  /** What this runtime cannot be told, in words. */
  losses: string[];
};

export type MetadataOverrides = {
  [architecture: string]: {
    rope: { scaling: { type: "yarn"; factor: number; original_context_length: number } };
  };
};

/**
 * node-llama-cpp passes whole numbers as integers, and llama.cpp refuses an integer for the float
 * `rope.scaling.factor` and goes on unscaled. This little more makes the number a float; from an
 * original context of 32,768 it moves no position by more than 0.02.
 */
const FLOAT_NUDGE = 1e-6;

/** The plan as node-llama-cpp takes it. It has no options for YaRN, but overrides of the file's metadata. */
export function renderNodeLlamaCpp(plan: RunPlan): NodeLlamaCppRun {
  const { sampling, threads, rope, thinking } = plan;
  const presencePenalty = sampling.presencePenalty.value;
  const penalty = sampling.repeatPenalty.value;
  const isNeutral = presencePenalty === 0 && penalty === 1;
  return {
    loadModel:
      rope === undefined
        ? {}
        : { metadataOverrides: { [plan.architecture]: ropeOverride(rope.value) } },
    createContext: { contextSize: plan.context.value, threads: threads.generation.value },
    prompt: {
      temperature: sampling.temperature.value,
      topK: sampling.topK.value,
      topP: sampling.topP.value,
      minP: sampling.minP.value,
      repeatPenalty: isNeutral ? false : { penalty, presencePenalty },
      ...(plan.seed === undefined ? {} : { seed: plan.seed.value }),
      maxTokens: plan.outputTokens.value,
    },
    ...(thinking.switchable ? { thoughts: thinking.value ? "auto" : "discourage" } : {}),
    losses:
      threads.batch.value === threads.generation.value
        ? []
        : [
            `threads for reading the prompt (${threads.batch.value}): the same number serves both, ${threads.generation.value}`,
          ],
  };
}

function ropeOverride({ type, factor, originalContext }: YarnScaling): MetadataOverrides[string] {
  return {
    rope: {
      scaling: {
        type,
        factor: Number.isInteger(factor) ? factor + FLOAT_NUDGE : factor,
        original_context_length: originalContext,
      },
    },
  };
}
