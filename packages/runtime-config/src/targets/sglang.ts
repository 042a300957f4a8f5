import type { KvType } from "../memory/kv-type.ts";
import type { ModelFacts } from "../model/facts.ts";
import type { RunPlan } from "../plan/plan.ts";
import { baseModelOf } from "./base-model.ts";
import { engineSampling } from "./engine-sampling.ts";
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

/** Types of the cache that it has, by the plan's; the model's own type, of 16 bits, for all others. */
const KV_TYPES: ReadonlyMap<KvType, string> = new Map([
  ["bf16", "bf16"],
  ["q8_0", "fp8_e4m3"],
]);

/** The port of SGLang's own examples. */
const INIT_PORT = 20_000;

/**
 * The command of SGLang's server (checked with 0.5.23). It reads one GGUF file only, so a merge
 * comes first where the model is split. Of several machines each starts it with a rank of its own.
 *
 * @throws InvalidWishError for a number of hosts that makes no sense.
 */
export function renderSgLang(input: TargetInput): TargetRun {
  const { plan, model, options } = input;
  const { path, before } = mergeFirst(input);
  const parallelism = parallelismOf(model, plan, options);
  const parser = reasoningParser(plan, "sglang");
  const flags: Flag[] = [
    ["--model-path", localPath(path)],
    ["--load-format", "gguf"],
    ["--quantization", "gguf"],
    ...given("--tokenizer-path", baseModelOf(options)),
    ["--context-length", plan.context.value],
    ...given("--json-model-override-args", configOverrides(plan, model)),
    ...given("--kv-cache-dtype", KV_TYPES.get(plan.kvType.value)),
    ["--max-running-requests", plan.parallel.value],
    ...given("--tp-size", parallelism.tensor > 1 ? parallelism.tensor : undefined),
    ...given("--pp-size", parallelism.pipeline > 1 ? parallelism.pipeline : undefined),
    ["--preferred-sampling-params", JSON.stringify(samplingParams(plan))],
    ...given("--random-seed", plan.seed?.value),
    ...given("--reasoning-parser", parser),
    ...given("--default-chat-template-kwargs", templateVariables(plan)),
    ...templateFlags("--chat-template", input),
  ];
  const ofRank = (rank: number): string[] => [
    "python",
    "-m",
    "sglang.launch_server",
    ...argumentsOf([...flags, ...rankFlags(rank, parallelism, options)]),
  ];
  const others = Array.from({ length: parallelism.hosts - 1 }, (_, index) => ofRank(index + 1));
  const command = ofRank(0);
  const shell = options.shell ?? "posix";
  return {
    runtime: "sglang",
    format: "shell",
    text: quoteCommand(shell, command),
    command,
    before: [...before, ...others.map((other) => quoteCommand(shell, other))],
    losses: lossesOf(input, parallelism, parser),
  };
}

/**
 * A context beyond `max_position_embeddings` is refused, whatever YaRN says, so that is raised too;
 * YaRN itself goes by its own original context.
 */
function configOverrides({ context, rope }: RunPlan, model: ModelFacts): string | undefined {
  if (context.value <= (model.contextLength ?? 0)) return undefined;
  const scaling =
    rope === undefined
      ? {}
      : {
          rope_scaling: {
            rope_type: rope.value.type,
            factor: rope.value.factor,
            original_max_position_embeddings: rope.value.originalContext,
          },
        };
  return JSON.stringify({ ...scaling, max_position_embeddings: context.value });
}

/** Which of the machines this is, of several. */
function rankFlags(rank: number, { hosts }: Parallelism, options: TargetOptions): Flag[] {
  if (hosts === 1) return [];
  return [
    ["--nnodes", hosts],
    ["--node-rank", rank],
    ["--dist-init-addr", `${options.headAddress ?? "HEAD"}:${INIT_PORT}`],
  ];
}

/** For SGLang's own API, /generate, by its `SamplingParams`. */
function samplingParams(plan: RunPlan): Record<string, unknown> {
  const { sampling, outputTokens, stop } = plan;
  return {
    ...engineSampling(plan),
    presence_penalty: sampling.presencePenalty.value,
    max_new_tokens: outputTokens.value,
    ...(stop.value.length > 0 ? { stop: stop.value } : {}),
  };
}

function lossesOf(
  input: TargetInput,
  parallelism: Parallelism,
  parser: string | undefined,
): Loss[] {
  const { plan, options } = input;
  const { kvType, sampling, outputTokens } = plan;
  const request = {
    ...engineSampling(plan),
    presence_penalty: sampling.presencePenalty.value,
    max_tokens: outputTokens.value,
  };
  return lossesAmong([
    [
      true,
      "sampling",
      `its OpenAI API does not go by --preferred-sampling-params: send ${JSON.stringify(request)} with each request`,
    ],
    [
      options.baseModel === undefined,
      "tokenizer",
      "it converts the file's own, which it can for some models only: give the original repository, --tokenizer-path OWNER/NAME",
    ],
    [
      kvType.value === "q8_0",
      "kvType",
      "its fp8_e4m3 takes the place of q8_0: about the same room, a little less exact",
    ],
    [
      !["f16", "bf16", "q8_0"].includes(kvType.value),
      "kvType",
      `it has no ${kvType.value}: the cache keeps the model's 16 bits; --kv-cache-dtype fp8_e4m3 halves it`,
    ],
    [
      parallelism.hosts > 1,
      "hosts",
      "start all machines at the same time; the file must lie at the same path on all of them",
    ],
    ...gpuEngineLosses(input, parallelism, parser),
  ]);
}
