import { localPath } from "./local-path.ts";
import { lossesAmong } from "./losses.ts";
import { mergeFirst } from "./merge-first.ts";
import type { Loss, TargetInput, TargetRun } from "./target.ts";
import { yarnInFile } from "./yarn-in-file.ts";

/**
 * A Modelfile for `ollama create` (options of Ollama's api/types.go, August 2026). Older versions
 * import no split models, so a merge comes first.
 */
export function renderOllama(input: TargetInput): TargetRun {
  const { plan } = input;
  const { path, before } = mergeFirst(input);
  const { sampling, seed, stop, threads } = plan;
  // Its own number of threads is that of the cores, as the plan's is, unless somebody chose.
  const isAsked = threads.generation.from === "user";
  const parameters: [name: string, value: number | string][] = [
    ["num_ctx", plan.context.value],
    ["num_predict", plan.outputTokens.value],
    ["temperature", sampling.temperature.value],
    ["top_k", sampling.topK.value],
    ["top_p", sampling.topP.value],
    ["min_p", sampling.minP.value],
    ["presence_penalty", sampling.presencePenalty.value],
    ["repeat_penalty", sampling.repeatPenalty.value],
    ...(seed === undefined ? [] : [["seed", seed.value] as [string, number]]),
    ...(isAsked ? [["num_thread", threads.generation.value] as [string, number]] : []),
    ...stop.value.map((text): [string, string] => ["stop", quotedText(text)]),
  ];
  const lines = parameters.map(([name, value]) => `PARAMETER ${name} ${value}`);
  return {
    runtime: "ollama",
    format: "modelfile",
    text: [`FROM ${fromPath(path)}`, ...lines, ""].join("\n"),
    before,
    losses: lossesOf(input),
  };
}

/** A relative path is told from a model's name by its dot. */
function fromPath(path: string): string {
  if (/[\r\n]|\s$/.test(path))
    throw new RangeError("a Modelfile's FROM cannot hold a line's end, or spaces at its own end");
  return localPath(path);
}

/** Three quotes hold anything but themselves; a text with a quote in it needs them. */
function quotedText(text: string): string {
  return /["\r\n]/.test(text) ? `"""${text}"""` : `"${text}"`;
}

function lossesOf({ plan, options }: TargetInput): Loss[] {
  const { rope, kvType, parallel, placement, thinking, threads, flashAttention } = plan;
  const { generation, batch } = threads;
  return lossesAmong([
    [rope !== undefined, "rope", `it has no RoPE scaling: ${yarnInFile(plan)}`],
    [
      kvType.value !== "f16",
      "kvType",
      `the same for all models: OLLAMA_KV_CACHE_TYPE=${kvType.value} and OLLAMA_FLASH_ATTENTION=1`,
    ],
    [!flashAttention.value, "flashAttention", "the same for all models: OLLAMA_FLASH_ATTENTION=0"],
    [
      parallel.value > 1,
      "parallel",
      `the same for all models: OLLAMA_NUM_PARALLEL=${parallel.value}`,
    ],
    [
      placement.cpuExpertLayers.value > 0 || placement.tensorSplit !== undefined,
      "placement",
      "it places layers by itself, and knows no offload of experts",
    ],
    [thinking.switch !== undefined, "thinking", `with each request: "think": ${thinking.value}`],
    [
      batch.value !== generation.value,
      "threads.batch",
      `threads for reading the prompt (${batch.value}): the same number serves both`,
    ],
    [(options.rpc?.length ?? 0) > 0, "rpc", "it knows no RPC servers"],
  ]);
}
