import type { RunPlan } from "../plan/plan.ts";
import { type Flag, given } from "./flag.ts";
import { templateFlags } from "./forced-template.ts";
import { capsContext } from "./llama-build.ts";
import type { Loss, TargetInput } from "./target.ts";

/** What llama-server and llama-cli have in common, the model first. */
export function commonFlags(input: TargetInput): Flag[] {
  const { plan, place, options } = input;
  return [
    ["--model", place.path],
    // All slots share what is asked for here.
    ["--ctx-size", plan.context.value * plan.parallel.value],
    ...ropeFlags(plan),
    ...(raisesContext(input) ? [raisedContext(plan)] : []),
    ["--cache-type-k", plan.kvType.value],
    ["--cache-type-v", plan.kvType.value],
    ["--flash-attn", plan.flashAttention.value ? "on" : "off"],
    ...placementFlags(plan),
    ...given("--rpc", options.rpc?.length ? options.rpc.join(",") : undefined),
    ["--batch-size", plan.batch.logical.value],
    ["--ubatch-size", plan.batch.physical.value],
    ["--threads", plan.threads.generation.value],
    ["--threads-batch", plan.threads.batch.value],
    ...samplingFlags(plan),
    ["--predict", plan.outputTokens.value],
    ...(options.templateFile === undefined ? thinkingFlags(plan) : []),
    ...templateFlags("--chat-template-file", input),
  ];
}

/** Whether the server may cap a slot at the file's `context_length`, unless it is told otherwise. */
export function mayCapContext(input: TargetInput): boolean {
  return input.plan.rope !== undefined && (isBuildUnknown(input) || raisesContext(input));
}

/** What builds of another age are told otherwise. */
export function buildLosses(input: TargetInput): Loss[] {
  if (input.plan.rope === undefined || !isBuildUnknown(input)) return [];
  const flag = raisedContext(input.plan).join(" ");
  const message = `builds from before 30 August 2026 cap a slot at the file's context_length unless ${flag} is added`;
  return [{ setting: "context", message }];
}

function isBuildUnknown({ options }: TargetInput): boolean {
  return options.llamaBuild === undefined;
}

/**
 * Whether the file's `context_length` has to be overridden: the server caps a slot at it, which YaRN
 * prevents in newer builds, and nothing else does in any.
 */
function raisesContext({ plan, model, options }: TargetInput): boolean {
  const isOld = options.llamaBuild !== undefined && capsContext(options.llamaBuild);
  const isBeyond = plan.context.value > (model.contextLength ?? Infinity);
  return plan.rope === undefined ? isBeyond : isOld;
}

/** The original context is always given: without it llama.cpp takes `context_length`, which may be more. */
function ropeFlags({ rope }: RunPlan): Flag[] {
  if (rope === undefined) return [];
  return [
    ["--rope-scaling", rope.value.type],
    ["--rope-scale", rope.value.factor],
    ["--yarn-orig-ctx", rope.value.originalContext],
  ];
}

function raisedContext(plan: RunPlan): Flag {
  return ["--override-kv", `${plan.architecture}.context_length=int:${plan.context.value}`];
}

/** Without GPUs nothing is said: whoever has one keeps the engine's own fitting. */
function placementFlags({ placement }: RunPlan): Flag[] {
  const { gpuLayers, cpuExpertLayers, tensorSplit } = placement;
  if (gpuLayers.value === 0) return [];
  return [
    ["--gpu-layers", gpuLayers.value],
    ...given("--n-cpu-moe", cpuExpertLayers.value > 0 ? cpuExpertLayers.value : undefined),
    ...given("--tensor-split", tensorSplit?.value.join(",")),
  ];
}

/** All samplers are written out, since llama.cpp's defaults are not neutral. */
function samplingFlags({ sampling, seed }: RunPlan): Flag[] {
  return [
    ["--temp", sampling.temperature.value],
    ["--top-k", sampling.topK.value],
    ["--top-p", sampling.topP.value],
    ["--min-p", sampling.minP.value],
    ["--presence-penalty", sampling.presencePenalty.value],
    ["--repeat-penalty", sampling.repeatPenalty.value],
    ...given("--seed", seed?.value),
  ];
}

/** `--reasoning` sets `enable_thinking`; a variable of another name is handed to the template. */
function thinkingFlags({ thinking }: RunPlan): Flag[] {
  const variable = thinking.switch?.variable;
  if (variable === undefined) return [];
  if (variable === "enable_thinking") return [["--reasoning", thinking.value ? "on" : "off"]];
  return [["--chat-template-kwargs", JSON.stringify({ [variable]: thinking.value })]];
}
