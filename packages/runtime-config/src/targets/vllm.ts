import type { ModelFacts } from "../model/facts.ts";
import type { RunPlan } from "../plan/plan.ts";
import { baseModelOf } from "./base-model.ts";
import { type EngineSampling, engineSampling } from "./engine-sampling.ts";
import { argumentsOf, type Flag, given } from "./flag.ts";
import { templateFlags } from "./forced-template.ts";
import { gpuEngineLosses } from "./gpu-engine-losses.ts";
import { localPath } from "./local-path.ts";
import { lossesAmong } from "./losses.ts";
import { mergeFirst } from "./merge-first.ts";
import { type Parallelism, parallelismOf } from "./parallelism.ts";
import { reasoningParser } from "./reasoning-parser.ts";
import { quoteCommand } from "./shell-quote.ts";
import type { Loss, TargetInput, TargetOptions, TargetRun } from "./target.ts";
import { templateVariables } from "./template-variables.ts";

/** llama.cpp takes it where the file has no `rope.freq_base`. */
const DEFAULT_ROPE_BASE = 10_000;
/** Ray's own default port. */
const RAY_PORT = 6_379;

/**
 * The command of vLLM's server. It reads GGUF by its plugin vllm-gguf-plugin, one file only, so a
 * merge comes first where the model is split. Several machines are one Ray cluster.
 *
 * @throws InvalidWishError for a number of hosts that makes no sense.
 */
export function renderVllm(input: TargetInput): TargetRun {
  const { plan, model, options } = input;
  const { path, before } = mergeFirst(input);
  const parallelism = parallelismOf(model, plan, options);
  const parser = reasoningParser(plan, "vllm");
  const flags: Flag[] = [
    ...given("--tokenizer", baseModelOf(options)),
    ["--max-model-len", plan.context.value],
    ...given("--hf-overrides", ropeOverride(plan, model)),
    ...given("--kv-cache-dtype", plan.kvType.value === "q8_0" ? "fp8" : undefined),
    ["--max-num-seqs", plan.parallel.value],
    ...parallelFlags(parallelism),
    ["--override-generation-config", JSON.stringify(generationConfig(plan))],
    ...given("--seed", plan.seed?.value),
    ...given("--reasoning-parser", parser),
    ...given("--default-chat-template-kwargs", templateVariables(plan)),
    ...templateFlags("--chat-template", input),
  ];
  const command = ["vllm", "serve", localPath(path), ...argumentsOf(flags)];
  const shell = options.shell ?? "posix";
  return {
    runtime: "vllm",
    format: "shell",
    text: quoteCommand(shell, command),
    command,
    before: [...before, ...rayCommands(parallelism, options)],
    losses: lossesOf(input, parallelism, parser),
  };
}

/** vLLM replaces the whole of `rope_parameters`, so the base belongs into it. */
function ropeOverride({ rope }: RunPlan, model: ModelFacts): string | undefined {
  if (rope === undefined) return undefined;
  const { type, factor, originalContext } = rope.value;
  const parameters = {
    rope_type: type,
    factor,
    original_max_position_embeddings: originalContext,
    rope_theta: model.rope.base ?? DEFAULT_ROPE_BASE,
  };
  return JSON.stringify({ rope_parameters: parameters });
}

function parallelFlags({ tensor, pipeline, hosts }: Parallelism): Flag[] {
  return [
    ...given("--tensor-parallel-size", tensor > 1 ? tensor : undefined),
    ...given("--pipeline-parallel-size", pipeline > 1 ? pipeline : undefined),
    ...given("--distributed-executor-backend", hosts > 1 ? "ray" : undefined),
  ];
}

/** One for the first machine, and one for each of the others. */
function rayCommands({ hosts }: Parallelism, options: TargetOptions): string[] {
  if (hosts === 1) return [];
  const { headAddress = "HEAD", shell = "posix" } = options;
  const others = ["ray", "start", `--address=${headAddress}:${RAY_PORT}`];
  return [
    quoteCommand(shell, ["ray", "start", "--head", `--port=${RAY_PORT}`]),
    ...Array.from({ length: hosts - 1 }, () => quoteCommand(shell, others)),
  ];
}

/** vLLM takes no penalty on presence from here. */
function generationConfig(plan: RunPlan): EngineSampling & { max_new_tokens: number } {
  return { ...engineSampling(plan), max_new_tokens: plan.outputTokens.value };
}

function lossesOf(
  input: TargetInput,
  parallelism: Parallelism,
  parser: string | undefined,
): Loss[] {
  const { plan, model, options } = input;
  const { kvType, sampling, context, rope } = plan;
  const declared = model.contextLength ?? 0;
  return lossesAmong([
    [
      options.baseModel === undefined,
      "tokenizer",
      "it converts the file's own, which is slow and may go wrong: give the original repository, --tokenizer OWNER/NAME",
    ],
    [
      rope === undefined && context.value > declared,
      "context",
      `beyond the file's ${declared} tokens it starts only with VLLM_ALLOW_LONG_MAX_MODEL_LEN=1`,
    ],
    [
      kvType.value === "q8_0",
      "kvType",
      "its fp8 takes the place of q8_0: about the same room, a little less exact",
    ],
    [
      !["f16", "bf16", "q8_0"].includes(kvType.value),
      "kvType",
      `it has no ${kvType.value}: the cache keeps the model's 16 bits; --kv-cache-dtype fp8 halves it`,
    ],
    [
      sampling.presencePenalty.value !== 0,
      "sampling.presencePenalty",
      `send "presence_penalty": ${sampling.presencePenalty.value} with each request`,
    ],
    [
      parallelism.hosts > 1,
      "hosts",
      "start Ray on each machine; the file must lie at the same path on all of them",
    ],
    ...gpuEngineLosses(input, parallelism, parser),
  ]);
}
