import type { KvType } from "../memory/kv-type.ts";
import type { RunPlan } from "../plan/plan.ts";
import { lossesAmong } from "./losses.ts";
import { pythonArguments, pythonLiteral, type PythonValue } from "./python-literal.ts";
import type { Loss, TargetInput, TargetRun } from "./target.ts";

/** llama.cpp's `LLAMA_ROPE_SCALING_TYPE_YARN`. */
const ROPE_SCALING_YARN = 2;

/** ggml's `ggml_type`. */
const GGML_TYPES: Readonly<Record<KvType, number>> = {
  f32: 0,
  f16: 1,
  q4_0: 2,
  q4_1: 3,
  q5_0: 6,
  q5_1: 7,
  q8_0: 8,
  iq4_nl: 20,
  bf16: 30,
};

/**
 * A Python program that answers one prompt (checked with llama-cpp-python 0.3.35). A split model is
 * loaded by its first shard.
 */
export function renderLlamaCppPython(input: TargetInput): TargetRun {
  const { plan, place } = input;
  const word = promptWord(plan);
  const text = `import sys

from llama_cpp import Llama

prompt = sys.argv[1] if len(sys.argv) > 1 else "Hello"
llm = Llama(
${pythonArguments(modelArguments(plan, place.path))})
answer = llm.create_chat_completion(
    messages=[{"role": "user", "content": prompt${word === undefined ? "" : ` + ${pythonLiteral(` ${word}`)}`}}],
${pythonArguments(completionArguments(plan))})
print(answer["choices"][0]["message"]["content"])
`;
  return {
    runtime: "llama-cpp-python",
    format: "python",
    text,
    before: [],
    losses: lossesOf(input),
  };
}

function modelArguments(plan: RunPlan, path: string): Record<string, PythonValue> {
  const { rope, placement, batch, threads, seed } = plan;
  const type = GGML_TYPES[plan.kvType.value];
  return {
    model_path: path,
    n_ctx: plan.context.value,
    ...(rope === undefined
      ? {}
      : {
          rope_scaling_type: ROPE_SCALING_YARN,
          rope_freq_scale: 1 / rope.value.factor,
          yarn_orig_ctx: rope.value.originalContext,
        }),
    type_k: type,
    type_v: type,
    flash_attn: plan.flashAttention.value,
    ...(placement.gpuLayers.value > 0 ? { n_gpu_layers: placement.gpuLayers.value } : {}),
    ...(placement.tensorSplit === undefined ? {} : { tensor_split: placement.tensorSplit.value }),
    n_batch: batch.logical.value,
    n_ubatch: batch.physical.value,
    n_threads: threads.generation.value,
    n_threads_batch: threads.batch.value,
    ...(seed === undefined ? {} : { seed: seed.value }),
    verbose: false,
  };
}

/** All samplers are written out, since its defaults are not neutral. */
function completionArguments({ sampling, seed, outputTokens }: RunPlan): Record<string, number> {
  return {
    temperature: sampling.temperature.value,
    top_k: sampling.topK.value,
    top_p: sampling.topP.value,
    min_p: sampling.minP.value,
    presence_penalty: sampling.presencePenalty.value,
    repeat_penalty: sampling.repeatPenalty.value,
    max_tokens: outputTokens.value,
    ...(seed === undefined ? {} : { seed: seed.value }),
  };
}

/** A word to end the prompt with, where the model obeys one and does not by itself what is planned. */
function promptWord({ thinking }: RunPlan): string | undefined {
  return thinking.value ? undefined : thinking.switch?.words?.off;
}

function lossesOf({ plan, options }: TargetInput): Loss[] {
  const { parallel, placement, thinking } = plan;
  const variable = thinking.switch?.variable;
  return lossesAmong([
    [parallel.value > 1, "parallel", "a Llama object serves one sequence: make more of them"],
    [
      placement.cpuExpertLayers.value > 0,
      "placement.cpuExpertLayers",
      "it has no offload of experts: lower n_gpu_layers, or run llama-server",
    ],
    [
      variable !== undefined && promptWord(plan) === undefined && !isUsual(plan),
      "thinking",
      `create_chat_completion hands no ${variable} to the template: its server does, by --chat_template_kwargs`,
    ],
    [(options.rpc?.length ?? 0) > 0, "rpc", "it takes no RPC servers"],
  ]);
}

/** Whether the model does by itself what is planned: unless the user has chosen, it does. */
function isUsual({ thinking }: RunPlan): boolean {
  return thinking.from !== "user";
}
