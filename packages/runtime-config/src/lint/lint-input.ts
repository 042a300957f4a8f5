import type { ModelFacts } from "../model/facts.ts";
import { KV_TYPES, type KvType } from "../memory/kv-type.ts";
import { MAX_CONTEXT } from "../memory/settings.ts";
import type { RunPlan } from "../plan/plan.ts";
import { planRun } from "../plan/plan-run.ts";
import type { LintOptions } from "./lint-options.ts";
import { type LlamaRun, llamaRunOf } from "./llama-run.ts";
import type { LlamaSettings } from "./llama-settings.ts";

/** What the rules for llama.cpp look at: a run, and the plan for the same wishes. */
export type LintInput = {
  model: ModelFacts;
  options: LintOptions;
  run: LlamaRun;
  plan: RunPlan;
};

/** Nobody told of a machine: threads are not what is looked at. */
const ANY_MACHINE = { cores: 1 };

export function lintInput(
  model: ModelFacts,
  settings: LlamaSettings,
  options: LintOptions,
): LintInput {
  const run = llamaRunOf(settings, model);
  const { slotContext, slots, unified, thinking, valueType } = run;
  const plan = planRun(
    model,
    {
      context:
        slotContext === undefined ? undefined : Math.min(Math.max(1, slotContext), MAX_CONTEXT),
      parallel: unified ? 1 : slots,
      kvType: usableType(model, valueType),
      thinking,
    },
    options.hardware ?? ANY_MACHINE,
  );
  return { model, options, run, plan };
}

/** The type, if llama.cpp has it, and its blocks divide the heads and rows of this model. */
export function usableType(model: ModelFacts, type: string): KvType | undefined {
  if (!isKvType(type)) return undefined;
  const { elements } = KV_TYPES[type];
  const { headDim = elements, valueDim = elements } = model;
  const heads = headDim % elements === 0 && valueDim % elements === 0;
  return heads && rowsDivide(model, elements) ? type : undefined;
}

function rowsDivide({ caches }: ModelFacts, elements: number): boolean {
  return caches.every(
    ({ attention }) =>
      attention === undefined ||
      (attention.keyLength % elements === 0 && attention.valueLength % elements === 0),
  );
}

export function isKvType(type: string): type is KvType {
  return Object.hasOwn(KV_TYPES, type);
}
