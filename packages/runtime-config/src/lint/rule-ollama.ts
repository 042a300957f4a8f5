import { parseShardName } from "@ggufkit/gguf";

import type { ModelFacts } from "../model/facts.ts";
import type { RunPlan, Sampling } from "../plan/plan.ts";
import { nearest } from "./edit-distance.ts";
import { type LintFinding, remove, setTo, tokens } from "./finding.ts";
import { parseNumber } from "./llama-settings.ts";
import type { Instruction } from "./read-modelfile.ts";
import type { GivenSampling } from "./rule-sampling.ts";

/** Options of Ollama's `api/types.go` (August 2026); what it takes no more, with a warning, counts. */
const PARAMETERS: readonly string[] = [
  "num_ctx num_batch num_gpu main_gpu use_mmap num_thread draft_num_predict num_keep seed num_predict",
  "top_k top_p min_p typical_p repeat_last_n temperature repeat_penalty presence_penalty",
  "frequency_penalty stop penalize_newline low_vram f16_kv logits_all vocab_only use_mlock mirostat",
  "mirostat_tau mirostat_eta",
].flatMap((line) => line.split(" "));

const NAMES: GivenSampling["names"] = {
  temperature: "temperature",
  topK: "top_k",
  topP: "top_p",
  minP: "min_p",
  presencePenalty: "presence_penalty",
  repeatPenalty: "repeat_penalty",
};

/** Ollama's `DefaultOptions`, August 2026. */
const DEFAULTS: Sampling = {
  temperature: 0.8,
  topK: 40,
  topP: 0.9,
  minP: 0,
  presencePenalty: 0,
  repeatPenalty: 1,
};

const WHOLE: ReadonlySet<string> = new Set(["num_ctx", "num_predict", "top_k", "seed"]);

/** Parameters that the rules count with, by name: the last one holds. */
export type OllamaParameters = ReadonlyMap<string, string>;

export function parametersOf(instructions: readonly Instruction[]): OllamaParameters {
  return new Map(
    instructions.flatMap(({ name, parameter, argument }) =>
      name === "PARAMETER" ? [[parameter, argument] as const] : [],
    ),
  );
}

export function ollamaSampling(parameters: OllamaParameters): GivenSampling {
  const entries = Object.entries(NAMES).flatMap(([name, parameter]) => {
    const value = parseNumber(parameters.get(parameter) ?? "");
    return value === undefined ? [] : [[name, value] as const];
  });
  const given = Object.fromEntries(entries);
  return { given, defaults: DEFAULTS, names: NAMES, prefix: "", runtime: "Ollama" };
}

/** Parameters that `ollama create` refuses. */
export function lintParameters(parameters: OllamaParameters): LintFinding[] {
  const read = new Set([...Object.values(NAMES), ...WHOLE]);
  return [...parameters].flatMap(([setting, value]): LintFinding[] => {
    if (!PARAMETERS.includes(setting)) {
      const close = nearest(setting, PARAMETERS);
      const hint = close === undefined ? "" : `; did you mean ${close}?`;
      const message = `PARAMETER ${setting}: ollama create refuses it, as it has no such parameter${hint}`;
      const base = { code: "unknown-flag", severity: "error", message, setting } as const;
      return [
        close === undefined ? base : { ...base, fix: [{ action: "rename", setting, to: close }] },
      ];
    }
    if (!read.has(setting)) return [];
    const number = parseNumber(value);
    if (number !== undefined && (!WHOLE.has(setting) || Number.isInteger(number))) return [];
    const what = WHOLE.has(setting) ? "a whole number" : "a number";
    const message = `PARAMETER ${setting}: expected ${what}, got ${JSON.stringify(value)}`;
    return [{ code: "bad-value", severity: "error", message, setting, fix: [remove(setting)] }];
  });
}

/** Ollama's context: a default that depends on the GPUs, and no way to scale RoPE. */
export function lintOllamaContext(
  model: ModelFacts,
  plan: RunPlan,
  parameters: OllamaParameters,
): LintFinding[] {
  const setting = "num_ctx";
  const asked = parseNumber(parameters.get(setting) ?? "");
  if (asked === undefined || asked < 1) {
    const message = `num_ctx is missing: Ollama takes 4,096 tokens where there are less than 24 GiB of GPU memory, and cuts off what is longer; ${plan.context.value} would do: ${plan.context.why}`;
    const fix = [setTo(setting, plan.context.value)];
    return [{ code: "context-missing", severity: "warning", message, setting, fix }];
  }
  const output = parseNumber(parameters.get("num_predict") ?? "") ?? -1;
  const native = model.contextLength ?? Infinity;
  const isBeyond = plan.context.value > native && asked > native;
  const fix = [setTo(setting, native)];
  if (isBeyond) {
    const message = `num_ctx ${asked}: the file goes up to ${tokens(native)}, and Ollama cannot scale RoPE; write the scaling into the file with ggufkit edit, or ask for no more`;
    return [{ code: "cannot-scale", severity: "error", message, setting, fix }];
  }
  if (output < asked) return [];
  const message = `num_predict ${output} leaves no room for a prompt in num_ctx ${asked}`;
  const mend = [setTo("num_predict", plan.outputTokens.value)];
  return [
    {
      code: "output-beyond-context",
      severity: "warning",
      message,
      setting: "num_predict",
      fix: mend,
    },
  ];
}

/** What FROM names: a whole model, in one file for all versions of Ollama. */
export function lintFrom(instructions: readonly Instruction[]): LintFinding[] {
  const setting = "FROM";
  const froms = instructions.filter(({ name }) => name === setting);
  if (froms.length === 0) {
    const message = "FROM is missing: ollama create does not know of which model";
    return [{ code: "from-missing", severity: "error", message, setting }];
  }
  const shards = froms.flatMap(({ argument }) => parseShardName(argument) ?? []);
  const [shard] = shards;
  if (shard === undefined || shards.length === shard.splitCount) return [];
  const merged = `${shard.prefix}.gguf`;
  const message = `FROM names ${shards.length} of the model's ${shard.splitCount} shards: merge them first (ggufkit merge FIRST_SHARD ${merged}); newer versions also take all shards, one FROM each`;
  const fix = [setTo(setting, merged)];
  return [{ code: "split-model", severity: "error", message, setting, fix }];
}
