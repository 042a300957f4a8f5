import { checkHardware, type Hardware } from "../hardware/hardware.ts";
import { estimateMemory } from "../memory/estimate.ts";
import type { KvType } from "../memory/kv-type.ts";
import type { ModelFacts } from "../model/facts.ts";
import { recognizeFamily } from "../model/families.ts";
import { planContext } from "./context.ts";
import { fitRun, placementOf } from "./fit-run.ts";
import { warnAboutFileSampling } from "./file-sampling-warning.ts";
import { planOutput, warnAboutOutput } from "./output.ts";
import type { RunPlan, Sampling, Setting } from "./plan.ts";
import { planSampling } from "./sampling.ts";
import { planStop } from "./stop.ts";
import { planThinking } from "./thinking.ts";
import { planThreads } from "./threads.ts";
import { requireWhole } from "./whole-number.ts";

/** What the user wants; what is left out is decided by the file, the model's family or a rule. */
export type Wishes = {
  /**
   * Tokens of prompt and output together, for each slot; "max" is the longest that the model was
   * validated for.
   */
  context?: number | "max" | undefined;
  /** Slots: sequences served at once; 1 unless told. */
  parallel?: number | undefined;
  kvType?: KvType | undefined;
  /** What gives way where not both can be had; "quality" unless told. */
  prefer?: "speed" | "quality" | undefined;
  thinking?: boolean | undefined;
  sampling?: Partial<Sampling> | undefined;
  /** For generating, which reads all weights for each token. */
  threads?: number | undefined;
  /** For reading the prompt; `threads` unless told otherwise. */
  batchThreads?: number | undefined;
  seed?: number | undefined;
  outputTokens?: number | undefined;
  /** Hard problems of mathematics and programming need longer outputs; false unless told. */
  hardProblems?: boolean | undefined;
};

/** Seeds are uint32 in llama.cpp, and the highest one asks for a random seed. */
const MAX_SEED: number = 2 ** 32 - 2;
/** llama.cpp's `LLAMA_MAX_SEQ`. */
const MAX_PARALLEL = 256;
/** llama.cpp's defaults of `--batch-size` and `--ubatch-size`, in tokens. */
const BATCH = { logical: 2_048, physical: 512 };

/**
 * Works out how to run a model: one plan with a reason for each value, for any runtime.
 *
 * @throws InvalidWishError for wishes and hardware that no plan can be made for.
 */
export function planRun(model: ModelFacts, wishes: Wishes, hardware: Hardware): RunPlan {
  checkHardware(hardware);
  const family = recognizeFamily(model);
  const wanted = planContext(model, family, wishes.context);
  const parallel = planParallel(wishes.parallel);
  const batch = planBatch();
  const settings = {
    parallel: parallel.value,
    flashAttention: true,
    physicalBatch: batch.physical.value,
    outputs: batch.physical.value,
    unified: false,
    swaFull: false,
  };
  const { context, kvType, placed, warnings } = fitRun(
    model,
    {
      context: wanted.context,
      kvType: wishes.kvType,
      prefer: wishes.prefer ?? "quality",
      settings,
    },
    hardware,
  );
  // A context that had to shrink may need less scaling, or none.
  const scaled = context === wanted.context ? wanted : planContext(model, family, context.value);
  const { thinking, warnings: aboutThinking } = planThinking(model, family, wishes.thinking);
  const { sampling, warnings: aboutSampling } = planSampling(
    model,
    family,
    thinking.value,
    wishes.sampling ?? {},
  );
  const outputTokens = planOutput(family, context.value, wishes.outputTokens, wishes.hardProblems);
  const memory = estimateMemory(model, {
    ...settings,
    context: context.value,
    keyType: kvType.value,
    valueType: kvType.value,
  });
  return {
    architecture: model.architecture,
    family: family?.id,
    context,
    parallel,
    rope: scaled.rope,
    kvType,
    flashAttention: {
      value: true,
      from: "rule",
      why: "less memory for attention, and a quantised cache needs it",
    },
    placement: placementOf(model, placed),
    batch,
    threads: planThreads(wishes, hardware),
    sampling,
    seed: planSeed(wishes.seed),
    thinking,
    outputTokens,
    stop: planStop(model),
    prompts: family?.prompts ?? {},
    memory: { ...memory, devices: placed.devices },
    warnings: [
      ...scaled.warnings,
      ...warnings,
      ...aboutThinking,
      ...aboutSampling,
      ...warnAboutFileSampling(model.otherSampling),
      ...warnAboutOutput(outputTokens, context.value),
    ],
  };
}

function planParallel(wish: number | undefined): Setting<number> {
  if (wish === undefined) return { value: 1, from: "rule", why: "one user at a time" };
  requireWhole("parallel", wish, 1, MAX_PARALLEL);
  return { value: wish, from: "user", why: "as asked" };
}

function planBatch(): RunPlan["batch"] {
  const why = "llama.cpp's own: larger ones take more memory for intermediate results";
  return {
    logical: { value: BATCH.logical, from: "rule", why },
    physical: { value: BATCH.physical, from: "rule", why },
  };
}

function planSeed(wish: number | undefined): Setting<number> | undefined {
  if (wish === undefined) return undefined;
  requireWhole("seed", wish, 0, MAX_SEED);
  return { value: wish, from: "user", why: "as asked" };
}
