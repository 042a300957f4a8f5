import { basename } from "./base-name.ts";
import { quoteCommand } from "./shell-quote.ts";
import type { Loss, TargetInput, TargetRun } from "./target.ts";

/** A Modelfile for `ollama create`. Ollama imports no split models, so a merge comes first. */
export function renderOllama(input: TargetInput): TargetRun {
  const { plan, place, options } = input;
  const isSplit = place.shards > 1;
  const path = isSplit ? `${basename(place.path)}.gguf` : place.path;
  const { sampling, seed, stop } = plan;
  const parameters: [name: string, value: number | string][] = [
    ["num_ctx", plan.context.value],
    ["num_predict", plan.outputTokens.value],
    ["temperature", sampling.temperature.value],
    ["top_k", sampling.topK.value],
    ["top_p", sampling.topP.value],
    ["min_p", sampling.minP.value],
    ["repeat_penalty", sampling.repeatPenalty.value],
    ...(seed === undefined ? [] : [["seed", seed.value] as [string, number]]),
    ...stop.value.map((text): [string, string] => ["stop", quotedText(text)]),
  ];
  const lines = parameters.map(([name, value]) => `PARAMETER ${name} ${value}`);
  const merge = ["ggufkit", "merge", place.path, path];
  return {
    runtime: "ollama",
    format: "modelfile",
    text: [`FROM ${fromPath(path)}`, ...lines, ""].join("\n"),
    before: isSplit ? [quoteCommand(options.shell ?? "posix", merge)] : [],
    losses: lossesOf(input),
  };
}

/** A relative path is told from a model's name by its dot. */
function fromPath(path: string): string {
  if (/[\r\n]/.test(path)) throw new RangeError("a Modelfile's FROM cannot hold a line's end");
  return /^(?:[A-Za-z]:)?[\\/]|^\.\.?[\\/]/.test(path) ? path : `./${path}`;
}

/** Three quotes hold anything but themselves; a text with a quote in it needs them. */
function quotedText(text: string): string {
  return /["\r\n]/.test(text) ? `"""${text}"""` : `"${text}"`;
}

function lossesOf({ plan }: TargetInput): Loss[] {
  const { rope, kvType, parallel, placement, sampling, thinking, threads } = plan;
  const losses: Loss[] = [];
  const add = (setting: string, message: string): void => void losses.push({ setting, message });
  if (rope !== undefined)
    add("rope", "it has no RoPE scaling: write the scaling into the file with ggufkit edit");
  if (kvType.value !== "f16")
    add(
      "kvType",
      `the same for all models: OLLAMA_KV_CACHE_TYPE=${kvType.value} and OLLAMA_FLASH_ATTENTION=1`,
    );
  if (parallel.value > 1)
    add("parallel", `the same for all models: OLLAMA_NUM_PARALLEL=${parallel.value}`);
  if (sampling.presencePenalty.value !== 0)
    add(
      "sampling.presencePenalty",
      "it has none in a Modelfile: send presence_penalty with each request",
    );
  if (placement.cpuExpertLayers.value > 0 || placement.tensorSplit !== undefined)
    add("placement", "it places layers by itself, and knows no offload of experts");
  if (thinking.switch !== undefined)
    add("thinking", `with each request: "think": ${thinking.value}`);
  if (threads.generation.from === "user")
    add("threads", `with each request: "num_thread": ${threads.generation.value}`);
  return losses;
}
