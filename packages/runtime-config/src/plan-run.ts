import { MAX_CONTEXT, planContext } from "./context.ts";
import { InvalidWishError } from "./errors.ts";
import { type Family, recognizeFamily } from "./families.ts";
import type { ModelFacts } from "./model.ts";
import type { PlanWarning, RunPlan, Sampling, Setting } from "./plan.ts";
import { planSampling } from "./sampling.ts";
import { planThinking } from "./thinking.ts";

/** What the user wants; what is left out is decided by the file, the model's family or a rule. */
export type Wishes = {
  /** Tokens of prompt and output together; "max" is the longest that the model was validated for. */
  context?: number | "max" | undefined;
  thinking?: boolean | undefined;
  sampling?: Partial<Sampling> | undefined;
  /** For generating, which reads all weights for each token. */
  threads?: number | undefined;
  /** For reading the prompt; `threads` unless told otherwise. */
  batchThreads?: number | undefined;
  seed?: number | undefined;
  outputTokens?: number | undefined;
};

export type Hardware = {
  /** Cores that this process may use, as `os.availableParallelism()` tells. */
  cores: number;
  /** Bytes of main memory that this process may use. */
  memoryBytes?: number | undefined;
};

/** llama.cpp's `GGML_MAX_N_THREADS`. */
const MAX_THREADS = 512;
/** Seeds are uint32 in llama.cpp, and the highest one asks for a random seed. */
const MAX_SEED: number = 2 ** 32 - 2;
/** What a prompt should have left of the context, up to half of a small one. */
const PROMPT_RESERVE = 8_192;

/**
 * Works out how to run a model: one plan with a reason for each value, for any runtime.
 *
 * @throws InvalidWishError for wishes and hardware that no plan can be made for.
 */
export function planRun(model: ModelFacts, wishes: Wishes, hardware: Hardware): RunPlan {
  const family = recognizeFamily(model);
  const { context, rope, warnings } = planContext(model, family, wishes.context);
  const { thinking, warnings: aboutThinking } = planThinking(model, family, wishes.thinking);
  const samplingPlan = planSampling(model, family, thinking.value, wishes.sampling ?? {});
  const outputTokens = planOutput(family, context.value, wishes.outputTokens);
  return {
    architecture: model.architecture,
    family: family?.id,
    context,
    rope,
    thinking,
    sampling: samplingPlan.sampling,
    seed: planSeed(wishes.seed),
    threads: planThreads(wishes, hardware),
    outputTokens,
    warnings: [
      ...warnings,
      ...aboutThinking,
      ...samplingPlan.warnings,
      ...warnAboutOutput(outputTokens, context.value),
    ],
  };
}

function planOutput(
  family: Family | undefined,
  context: number,
  wish: number | undefined,
): Setting<number> {
  if (wish !== undefined) {
    requireWhole("outputTokens", wish, 1, MAX_CONTEXT);
    return { value: wish, from: "user", why: "as asked" };
  }
  const room = context - Math.min(PROMPT_RESERVE, Math.floor(context / 2));
  const advised = family?.outputTokens;
  if (family !== undefined && advised !== undefined && advised <= room) {
    return { value: advised, from: "family", why: `${family.label}: ${family.source}` };
  }
  return { value: room, from: "rule", why: "what the context has beside the prompt" };
}

function warnAboutOutput(outputTokens: Setting<number>, context: number): PlanWarning[] {
  if (outputTokens.from !== "user" || outputTokens.value < context) return [];
  const message = `${outputTokens.value} tokens of output leave no room for a prompt in a context of ${context}`;
  return [{ code: "output-beyond-context", message }];
}

function planSeed(wish: number | undefined): Setting<number> | undefined {
  if (wish === undefined) return undefined;
  requireWhole("seed", wish, 0, MAX_SEED);
  return { value: wish, from: "user", why: "as asked" };
}

function planThreads(wishes: Wishes, hardware: Hardware): RunPlan["threads"] {
  const { threads, batchThreads } = wishes;
  const generation = threads ?? Math.max(1, Math.min(Math.floor(hardware.cores), MAX_THREADS));
  requireWhole("threads", generation, 1, MAX_THREADS);
  const generationSetting: Setting<number> =
    threads === undefined
      ? { value: generation, from: "rule", why: "one for each core that the process may use" }
      : { value: threads, from: "user", why: "as asked" };
  if (batchThreads === undefined)
    return { generation: generationSetting, batch: generationSetting };
  requireWhole("batchThreads", batchThreads, 1, MAX_THREADS);
  const batch: Setting<number> = { value: batchThreads, from: "user", why: "as asked" };
  return { generation: generationSetting, batch };
}

function requireWhole(field: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new InvalidWishError(field, value, `a whole number between ${min} and ${max}`);
}
