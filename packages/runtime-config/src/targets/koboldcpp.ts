import type { KvType } from "../memory/kv-type.ts";
import type { RunPlan } from "../plan/plan.ts";
import { lossesAmong } from "./losses.ts";
import type { Loss, TargetInput, TargetRun } from "./target.ts";
import { wordsFor } from "./thinking-words.ts";
import { yarnInFile } from "./yarn-in-file.ts";

/** KoboldCpp's `--quantkv`: f16, 8 bits or 4 bits, the nearest for each type. */
const QUANT_KV: Readonly<Record<KvType, 0 | 1 | 2>> = {
  f32: 0,
  f16: 0,
  bf16: 0,
  q8_0: 1,
  q5_1: 1,
  q5_0: 1,
  q4_1: 2,
  q4_0: 2,
  iq4_nl: 2,
};
const QUANT_KV_NAMES = ["f16", "q8_0", "q4_0"] as const;

/** The most that `--defaultgenamt` takes, in tokens. */
const MAX_GENERATED = 8_192;
/** The most that `--contextsize` takes, in tokens. */
const MAX_CONTEXT = 262_144;

/**
 * A `.kcpps` file for KoboldCpp (`koboldcpp --config FILE`), whose keys are the names of its
 * arguments (checked with 1.102). It reads a split model by its first shard.
 */
export function renderKoboldCpp(input: TargetInput): TargetRun {
  const { plan, place } = input;
  const { placement, threads, flashAttention } = plan;
  const { gpuLayers, cpuExpertLayers, tensorSplit } = placement;
  const settings = {
    model_param: place.path,
    contextsize: plan.context.value,
    // Without GPUs nothing is said: whoever has one keeps KoboldCpp's own fitting.
    ...(gpuLayers.value > 0 ? { gpulayers: gpuLayers.value } : {}),
    ...(cpuExpertLayers.value > 0 ? { moecpu: cpuExpertLayers.value } : {}),
    ...(tensorSplit === undefined ? {} : { tensor_split: tensorSplit.value }),
    quantkv: QUANT_KV[plan.kvType.value],
    // One name in older versions, the other one in newer ones, which have it on.
    flashattention: flashAttention.value,
    noflashattention: !flashAttention.value,
    batchsize: plan.batch.physical.value,
    threads: threads.generation.value,
    blasthreads: threads.batch.value,
    multiuser: plan.parallel.value,
    defaultgenamt: Math.min(plan.outputTokens.value, MAX_GENERATED),
    gendefaults: JSON.stringify(generationDefaults(plan)),
    jinja: true,
  };
  return {
    runtime: "koboldcpp",
    format: "json",
    text: `${JSON.stringify(settings, undefined, 2)}\n`,
    before: [],
    losses: lossesOf(input),
  };
}

/** Fields of its API for requests that leave them out; it has a text of JSON in JSON. */
function generationDefaults({ sampling, seed }: RunPlan): Record<string, number> {
  return {
    temperature: sampling.temperature.value,
    top_k: sampling.topK.value,
    top_p: sampling.topP.value,
    min_p: sampling.minP.value,
    presence_penalty: sampling.presencePenalty.value,
    rep_pen: sampling.repeatPenalty.value,
    ...(seed === undefined ? {} : { sampler_seed: seed.value }),
  };
}

function lossesOf({ plan, options }: TargetInput): Loss[] {
  const { rope, kvType, parallel, context, outputTokens, thinking } = plan;
  const nearest = QUANT_KV_NAMES[QUANT_KV[kvType.value]];
  const variable = thinking.switch?.variable;
  const words = wordsFor(thinking);
  const kwargs =
    variable === undefined
      ? ""
      : `send "chat_template_kwargs": ${JSON.stringify({ [variable]: thinking.value })} with each request`;
  return lossesAmong([
    [
      rope !== undefined,
      "rope",
      `it has no YaRN, but stretches by NTK-aware scaling of its own: run llama-server, or ${yarnInFile(plan)} and check that it is read`,
    ],
    [context.value > MAX_CONTEXT, "context", `its command line takes ${MAX_CONTEXT} at most`],
    [kvType.value !== nearest, "kvType", `it has no ${kvType.value}: ${nearest} is the nearest`],
    [
      parallel.value > 1,
      "parallel",
      `it answers one request at a time; ${parallel.value} may wait (multiuser)`,
    ],
    [
      outputTokens.value > MAX_GENERATED,
      "outputTokens",
      `${MAX_GENERATED} is the most by default: send "max_tokens": ${outputTokens.value} with each request`,
    ],
    [
      true,
      "sampling",
      "older versions read no gendefaults: send the same fields with each request there",
    ],
    [
      thinking.switch !== undefined,
      "thinking",
      [words, kwargs].filter((way) => way !== "").join(", or "),
    ],
    [(options.rpc?.length ?? 0) > 0, "rpc", "it knows no RPC servers"],
  ]);
}
