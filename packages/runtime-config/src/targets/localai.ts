import type { RunPlan } from "../plan/plan.ts";
import { basename } from "./base-name.ts";
import { buildLosses, commonFlags } from "./llama-flags.ts";
import { lossesAmong } from "./losses.ts";
import type { Loss, TargetInput, TargetRun } from "./target.ts";
import { hasWordsOnly, wordsFor } from "./thinking-words.ts";
import { yamlText, type YamlValue } from "./yaml-text.ts";

/** llama-server's flags that LocalAI has no field for; it hands them on as options (`--flag:value`). */
const HANDED_ON: ReadonlySet<string> = new Set([
  "--rope-scaling",
  "--rope-scale",
  "--yarn-orig-ctx",
  "--override-kv",
  "--rpc",
]);

/**
 * A model file for LocalAI's llama-cpp backend (checked with the sources of August 2026), to be saved
 * in its models directory beside the model; a split one is named by its first shard.
 */
export function renderLocalAi(input: TargetInput): TargetRun {
  const { plan, place } = input;
  const { placement, threads, thinking } = plan;
  const { gpuLayers, tensorSplit } = placement;
  const variable = thinking.switch?.variable;
  const text = yamlText({
    name: basename(place.path),
    backend: "llama-cpp",
    known_usecases: ["chat"],
    parameters: parametersOf(input),
    // All slots share what is asked for here.
    context_size: plan.context.value * plan.parallel.value,
    cache_type_k: plan.kvType.value,
    cache_type_v: plan.kvType.value,
    flash_attention: plan.flashAttention.value ? "on" : "off",
    // Without GPUs nothing is said: whoever has one keeps the engine's own fitting.
    gpu_layers: gpuLayers.value > 0 ? gpuLayers.value : undefined,
    tensor_split: tensorSplit?.value.join(","),
    threads: threads.generation.value,
    reasoning: variable === "enable_thinking" ? { disable: !thinking.value } : undefined,
    chat_template_kwargs:
      variable === undefined || variable === "enable_thinking"
        ? undefined
        : { [variable]: thinking.value },
    template: { use_tokenizer_template: true },
    options: optionsOf(input),
  });
  return { runtime: "localai", format: "yaml", text, before: [], losses: lossesOf(input) };
}

function parametersOf({ plan, place }: TargetInput): Record<string, YamlValue | undefined> {
  const { sampling, outputTokens, batch, seed } = plan;
  return {
    model: fileName(place.path),
    temperature: sampling.temperature.value,
    top_k: sampling.topK.value,
    top_p: sampling.topP.value,
    min_p: sampling.minP.value,
    presence_penalty: sampling.presencePenalty.value,
    repeat_penalty: sampling.repeatPenalty.value,
    max_tokens: outputTokens.value,
    batch: batch.logical.value,
    seed: seed?.value,
  };
}

function optionsOf(input: TargetInput): string[] {
  const { batch, threads, parallel, placement } = input.plan;
  const experts = placement.cpuExpertLayers.value;
  return [
    "use_jinja:true",
    `n_ubatch:${batch.physical.value}`,
    `threads_batch:${threads.batch.value}`,
    ...(parallel.value > 1
      ? // The plan's context is for each slot; LocalAI's one cache for all would share it.
        [`parallel:${parallel.value}`, "kv_unified:false"]
      : []),
    ...(experts > 0 && placement.gpuLayers.value > 0 ? [`n_cpu_moe:${experts}`] : []),
    ...commonFlags(input)
      .filter(([name]) => HANDED_ON.has(name))
      .map(([name, value]) => `${name}:${value}`),
  ];
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function lossesOf(input: TargetInput): Loss[] {
  const { plan, place, options } = input;
  const losses = lossesAmong([
    [
      fileName(place.path) !== place.path,
      "model",
      `it looks into its models directory alone: put ${fileName(place.path)}${place.shards > 1 ? " and the other shards" : ""} there`,
    ],
    [
      isHandedOn(plan, options.rpc ?? []),
      plan.rope === undefined ? "rpc" : "rope",
      "options that begin with a dash are llama-server's, which older versions pass over",
    ],
    [hasWordsOnly(plan.thinking), "thinking", `${wordsFor(plan.thinking)} in the prompt`],
  ]);
  return [...losses, ...buildLosses(input)];
}

function isHandedOn({ rope }: RunPlan, rpc: readonly string[]): boolean {
  return rope !== undefined || rpc.length > 0;
}
