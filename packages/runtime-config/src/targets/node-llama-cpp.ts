import type { KvType } from "../memory/kv-type.ts";
import type { RunPlan, YarnScaling } from "../plan/plan.ts";
import { lossesAmong } from "./losses.ts";
import type { Loss, TargetInput, TargetRun } from "./target.ts";

/** Options of node-llama-cpp (checked with 3.22.1), by the call that takes them. */
export type NodeLlamaCppRun = {
  /**
   * For `llama.loadModel`, beside `modelPath`. For each override that is a string, the engine's
   * native code writes a line `Override: …` to the process's stdout, past the logger.
   */
  loadModel: { gpuLayers?: number; metadataOverrides?: MetadataOverrides };
  /** For `model.createContext`. */
  createContext: {
    contextSize: number;
    sequences: number;
    batchSize: number;
    flashAttention: boolean;
    threads: number;
    experimentalKvCacheKeyType: Uppercase<KvType>;
    experimentalKvCacheValueType: Uppercase<KvType>;
  };
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
export function nodeLlamaCppOptions(plan: RunPlan): NodeLlamaCppRun {
  const { sampling, threads, rope, thinking } = plan;
  const kvType = plan.kvType.value.toUpperCase() as Uppercase<KvType>;
  const presencePenalty = sampling.presencePenalty.value;
  const penalty = sampling.repeatPenalty.value;
  const isNeutral = presencePenalty === 0 && penalty === 1;
  return {
    loadModel: {
      ...(plan.placement.gpuLayers.value > 0 ? { gpuLayers: plan.placement.gpuLayers.value } : {}),
      ...(rope === undefined
        ? {}
        : { metadataOverrides: { [plan.architecture]: ropeOverride(rope.value) } }),
    },
    createContext: {
      contextSize: plan.context.value,
      sequences: plan.parallel.value,
      batchSize: plan.batch.physical.value,
      flashAttention: plan.flashAttention.value,
      threads: threads.generation.value,
      experimentalKvCacheKeyType: kvType,
      experimentalKvCacheValueType: kvType,
    },
    prompt: {
      temperature: sampling.temperature.value,
      topK: sampling.topK.value,
      topP: sampling.topP.value,
      minP: sampling.minP.value,
      repeatPenalty: isNeutral ? false : { penalty, presencePenalty },
      ...(plan.seed === undefined ? {} : { seed: plan.seed.value }),
      maxTokens: plan.outputTokens.value,
    },
    ...(thinking.switch === undefined ? {} : { thoughts: thinking.value ? "auto" : "discourage" }),
  };
}

/** An ES module that opens a chat with the model. */
export function renderNodeLlamaCpp(input: TargetInput): TargetRun {
  const { plan, place } = input;
  const { loadModel, createContext, prompt, thoughts } = nodeLlamaCppOptions(plan);
  const load = { modelPath: place.path, ...loadModel };
  // Only Qwen's wrapper takes a choice about thoughts; others are found by the template.
  const isQwen = thoughts !== undefined && plan.architecture.startsWith("qwen");
  const wrapper = isQwen ? `, chatWrapper: new QwenChatWrapper(${literal({ thoughts })})` : "";
  const text = `import { getLlama, LlamaChatSession${isQwen ? ", QwenChatWrapper" : ""} } from "node-llama-cpp";

const llama = await getLlama();
const model = await llama.loadModel(${literal(load)});
const context = await model.createContext(${literal(createContext)});
const session = new LlamaChatSession({ contextSequence: context.getSequence()${wrapper} });
console.log(await session.prompt(process.argv[2] ?? "Hello", ${literal(prompt)}));
`;
  return {
    runtime: "node-llama-cpp",
    format: "javascript",
    text,
    before: [],
    losses: lossesOf(input, isQwen),
  };
}

/** JSON is JavaScript, but for two line ends that old engines stumble over. */
function literal(value: object): string {
  return JSON.stringify(value, undefined, 2)
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}

function lossesOf({ plan, options }: TargetInput, isQwen: boolean): Loss[] {
  const { threads, thinking, placement } = plan;
  const [own, batch] = [threads.generation.value, threads.batch.value];
  return lossesAmong([
    [
      own !== batch,
      "threads.batch",
      `threads for reading the prompt (${batch}): the same number serves both, ${own}`,
    ],
    [
      thinking.switch !== undefined && !isQwen,
      "thinking",
      "its wrapper for this model takes no choice",
    ],
    [
      placement.cpuExpertLayers.value > 0,
      "placement.cpuExpertLayers",
      "it has no offload of experts",
    ],
    [
      placement.tensorSplit !== undefined,
      "placement.tensorSplit",
      "it shares the GPUs out by itself",
    ],
    [(options.rpc?.length ?? 0) > 0, "rpc", "it knows no RPC servers"],
  ]);
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
