import type { ModelFacts } from "../model/facts.ts";
import { isUneven, isWholeOnGpus } from "./gpus.ts";
import type { PossibleLoss } from "./losses.ts";
import type { Parallelism } from "./parallelism.ts";
import type { TargetInput } from "./target.ts";
import { hasWordsOnly, wordsFor } from "./thinking-words.ts";

/** What vLLM and SGLang cannot be told alike: they know GPUs alone, and llama.cpp's cache not. */
export function gpuEngineLosses(
  { plan, model, options }: TargetInput,
  { gpus, tensor }: Parallelism,
  parser: string | undefined,
): PossibleLoss[] {
  const { placement, threads, thinking, flashAttention, stop } = plan;
  const cpu = placement.cpuExpertLayers.value;
  return [
    [
      thinking.value && parser === undefined,
      "thinking",
      "no --reasoning-parser is known for this model: its thoughts stay in the answer",
    ],
    [hasWordsOnly(thinking), "thinking", `${wordsFor(thinking)} in the prompt`],
    [
      gpus > 1 && tensor === 1,
      "placement.tensorSplit",
      `${gpus} GPUs do not divide the attention heads: each holds layers of its own (pipeline parallel)`,
    ],
    [
      !isWholeOnGpus(model, plan),
      cpu > 0 ? "placement.cpuExpertLayers" : "placement.gpuLayers",
      "it keeps the whole model on GPUs, which the plan does not: it may not fit",
    ],
    [
      isUneven(plan),
      "placement.tensorSplit",
      "it shares the model equally among the GPUs, whatever room each has",
    ],
    [
      threads.generation.from === "user" || threads.batch.from === "user",
      "threads",
      "it computes on GPUs: the variable OMP_NUM_THREADS holds for what is left to the processor",
    ],
    [!flashAttention.value, "flashAttention", "it chooses its attention kernels by itself"],
    [
      stop.value.length > 1,
      "stop",
      `it may stop at the first end token alone: send "stop": ${JSON.stringify(stop.value)} with each request`,
    ],
    [
      scalesByTensors(model),
      "rope",
      "the file scales by factors that it keeps as tensors, which may go unread: use the original model's weights",
    ],
    [(options.rpc?.length ?? 0) > 0, "rpc", "llama.cpp's RPC servers are no part of it: see hosts"],
  ];
}

function scalesByTensors({ rope }: ModelFacts): boolean {
  return rope.factorTensors !== undefined;
}
