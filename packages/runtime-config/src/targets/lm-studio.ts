import { shardSetNames } from "@ggufkit/gguf";

import type { RunPlan } from "../plan/plan.ts";
import { basename } from "./base-name.ts";
import { isUneven } from "./gpus.ts";
import { lossesAmong } from "./losses.ts";
import { quoteCommand } from "./shell-quote.ts";
import type { Loss, TargetInput, TargetRun } from "./target.ts";
import { hasWordsOnly, wordsFor } from "./thinking-words.ts";
import { yamlString } from "./yaml-text.ts";
import { yarnInFile } from "./yarn-in-file.ts";

/** Where LM Studio is told that an imported model comes from. */
const PUBLISHER = "local";

/**
 * Settings for LM Studio's SDK, as JSON: `load` is the config of `client.llm.load`
 * (`LLMLoadModelConfig`), `prediction` that of `model.respond` (`LLMPredictionConfig`). Names as in
 * lmstudio-js of August 2026. LM Studio knows the models of its own directory, so an import comes
 * first, of every shard.
 */
export function renderLmStudio(input: TargetInput): TargetRun {
  const { plan, place, options } = input;
  const repository = `${PUBLISHER}/${basename(place.path).replaceAll(/[^\w.-]+/g, "-")}`;
  const shards = place.shards === 1 ? [place.path] : shardSetNames(place.path);
  const settings = { load: loadConfig(input), prediction: predictionConfig(plan) };
  return {
    runtime: "lm-studio",
    format: "json",
    text: `${JSON.stringify(settings, undefined, 2)}\n`,
    before: shards.map((shard) =>
      quoteCommand(options.shell ?? "posix", [
        "lms",
        "import",
        "--symbolic-link",
        "--user-repo",
        repository,
        "-y",
        shard,
      ]),
    ),
    losses: lossesOf(input),
  };
}

function loadConfig({ plan, model }: TargetInput): Record<string, unknown> {
  const { placement, kvType, seed } = plan;
  const blocks = model.weights.layers.length;
  const { gpuLayers, cpuExpertLayers } = placement;
  const experts = cpuExpertLayers.value;
  const gpu = {
    ratio: share(gpuLayers.value, blocks + 1),
    ...(experts > 0 ? { numCpuExpertLayersRatio: share(experts, blocks) } : {}),
  };
  const type = kvType.value === "bf16" ? "f16" : kvType.value;
  return {
    contextLength: plan.context.value,
    maxParallelPredictions: plan.parallel.value,
    // The plan's context is for each of them; one cache for all would share it.
    ...(plan.parallel.value > 1 ? { useUnifiedKvCache: false } : {}),
    // Without GPUs nothing is said: whoever has one keeps LM Studio's own fitting.
    ...(gpuLayers.value > 0 ? { gpu } : {}),
    evalBatchSize: plan.batch.logical.value,
    physicalBatchSize: plan.batch.physical.value,
    flashAttention: plan.flashAttention.value,
    llamaKCacheQuantizationType: type,
    llamaVCacheQuantizationType: type,
    ...(seed === undefined ? {} : { seed: seed.value }),
  };
}

/** Part of the layers, between 0 and 1; "max" where it is all of them. */
function share(layers: number, all: number): number | "max" {
  return layers >= all ? "max" : Number((layers / all).toFixed(4));
}

/** `false` switches a sampler off; leaving it out means LM Studio's own value. */
function predictionConfig({
  sampling,
  outputTokens,
  stop,
  threads,
  thinking,
}: RunPlan): Record<string, unknown> {
  const unless = (off: number, value: number): number | false => (value === off ? false : value);
  return {
    temperature: sampling.temperature.value,
    topKSampling: sampling.topK.value,
    topPSampling: unless(1, sampling.topP.value),
    minPSampling: unless(0, sampling.minP.value),
    repeatPenalty: unless(1, sampling.repeatPenalty.value),
    presencePenalty: unless(0, sampling.presencePenalty.value),
    maxTokens: outputTokens.value,
    ...(stop.value.length > 0 ? { stopStrings: stop.value } : {}),
    cpuThreads: threads.generation.value,
    ...(thinking.switch?.variable === "enable_thinking" ? { enableThinking: thinking.value } : {}),
  };
}

function lossesOf({ plan, model, options }: TargetInput): Loss[] {
  const { rope, kvType, placement, threads, thinking } = plan;
  const variable = thinking.switch?.variable;
  const isPartial =
    placement.gpuLayers.value > 0 && placement.gpuLayers.value <= model.weights.layers.length;
  const own = threads.generation.value;
  return lossesAmong([
    [rope !== undefined, "rope", `it has linear RoPE scaling only: ${yarnInFile(plan)}`],
    [kvType.value === "bf16", "kvType", "it has no bf16: f16 takes as much room"],
    [isPartial, "placement.gpuLayers", "it takes a share of the layers, which it rounds by itself"],
    [
      isUneven(plan),
      "placement.tensorSplit",
      "it shares layers evenly, or fills one GPU first (splitStrategy)",
    ],
    [
      threads.batch.value !== own,
      "threads.batch",
      `threads for reading the prompt (${threads.batch.value}): the same number serves both, ${own}`,
    ],
    [
      variable !== undefined && variable !== "enable_thinking",
      "thinking",
      `it sets enable_thinking alone, and this template has ${yamlString(variable ?? "")}`,
    ],
    [hasWordsOnly(thinking), "thinking", `${wordsFor(thinking)} in the prompt`],
    [(options.rpc?.length ?? 0) > 0, "rpc", "it knows no RPC servers"],
  ]);
}
