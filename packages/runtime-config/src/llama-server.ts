import type { RunPlan } from "./plan.ts";
import { quoteArgument } from "./posix-quote.ts";

export type LlamaServerRun = {
  /** Program and arguments, to be run without a shell. */
  command: string[];
  /** The same for a POSIX shell. */
  text: string;
  /** What this runtime cannot be told, in words. */
  losses: string[];
};

export type LlamaServerOptions = {
  /**
   * For builds from before 30 August 2026, which cap a request at the file's `context_length`
   * whatever YaRN says: raises that number, too.
   */
  raiseContextLength?: boolean;
};

type Flag = readonly [name: string, value: string | number];

/** The command line of llama.cpp's server; all samplers are written out, since its defaults are not neutral. */
export function renderLlamaServer(
  plan: RunPlan,
  modelPath: string,
  options: LlamaServerOptions = {},
): LlamaServerRun {
  const { raiseContextLength = false } = options;
  const raise: Flag = [
    "--override-kv",
    `${plan.architecture}.context_length=int:${plan.context.value}`,
  ];
  const flags: Flag[] = [
    ["-m", modelPath],
    ["-c", plan.context.value],
    ...ropeFlags(plan),
    ...(plan.rope !== undefined && raiseContextLength ? [raise] : []),
    ...samplingFlags(plan),
    ["-t", plan.threads.generation.value],
    ["-tb", plan.threads.batch.value],
    ["-n", plan.outputTokens.value],
  ];
  if (plan.thinking.switchable) flags.push(["--reasoning", plan.thinking.value ? "on" : "off"]);
  const command = ["llama-server", ...flags.flat().map(String)];
  const losses: string[] = [];
  if (plan.rope !== undefined && !raiseContextLength) {
    losses.push(
      `the context, in builds from before 30 August 2026: they cap it at the file's context_length unless ${raise.join(" ")} is added`,
    );
  }
  return { command, text: command.map(quoteArgument).join(" "), losses };
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

function samplingFlags({ sampling, seed }: RunPlan): Flag[] {
  const flags: Flag[] = [
    ["--temp", sampling.temperature.value],
    ["--top-k", sampling.topK.value],
    ["--top-p", sampling.topP.value],
    ["--min-p", sampling.minP.value],
    ["--presence-penalty", sampling.presencePenalty.value],
    ["--repeat-penalty", sampling.repeatPenalty.value],
  ];
  if (seed !== undefined) flags.push(["-s", seed.value]);
  return flags;
}
