import { MAX_CONTEXT } from "../memory/settings.ts";
import { recognizeFamily } from "../model/families.ts";
import { planContext } from "../plan/context.ts";
import { capsContext } from "../targets/llama-build.ts";
import { type LintFinding, type Mend, setTo, tokens } from "./finding.ts";
import type { LintInput } from "./lint-input.ts";
import { pools } from "./llama-run.ts";
import { fitsMemory } from "./memory-of-run.ts";
import { overriddenNumber } from "./override-kv.ts";

/** How many tokens a slot has, and whether they can be used. */
export function lintContext(input: LintInput): LintFinding[] {
  return [
    ...missingContext(input),
    ...sharedContext(input),
    ...beyondFile(input),
    ...cappedContext(input),
    ...longOutput(input),
  ];
}

function missingContext({ run, plan, model }: LintInput): LintFinding[] {
  if (run.context !== undefined) return [];
  const native = model.contextLength;
  const size = plan.context.value * pools(run);
  const share = run.unified || run.slots === 1 ? "" : `, shared by ${run.slots} slots`;
  const all = native === undefined ? "the file's context_length" : tokens(native);
  const message = `--ctx-size is missing or 0: llama.cpp then takes ${all}${share}; ${size} would do (${plan.context.why})`;
  const isCostly = native !== undefined && native > size;
  const isShort = share !== "" && native !== undefined && native < size;
  const severity = isCostly || isShort ? "warning" : "note";
  const setting = "ctx-size";
  return [{ code: "context-missing", severity, message, setting, fix: [setTo(setting, size)] }];
}

function sharedContext(input: LintInput): LintFinding[] {
  const { context, slots, unified, slotContext } = input.run;
  if (context === undefined || slotContext === undefined || unified || slots === 1) return [];
  const what = `--ctx-size ${context} is shared by ${slots} slots: ${tokens(slotContext)} each`;
  const setting = "ctx-size";
  if (!isScaledForAll(input))
    return [{ code: "context-shared", severity: "note", message: what, setting }];
  const message = `${what}, while RoPE is scaled for ${tokens(context)}`;
  return [
    { code: "context-beyond-slots", severity: "warning", message, setting, fix: slotMends(input) },
  ];
}

/** Whether the scaling fits what all slots have together, and is more than one of them needs. */
export function isScaledForAll({ run, plan, model }: LintInput): boolean {
  const { context, slots, unified, rope } = run;
  if (context === undefined || unified || slots === 1 || rope.type !== "yarn") return false;
  if (rope.factor <= (plan.rope?.value.factor ?? 1) || context > MAX_CONTEXT) return false;
  const forAll = planContext(model, recognizeFamily(model), context).rope;
  return forAll !== undefined && rope.factor <= forAll.value.factor;
}

/** As much for each slot as was asked for all; where that is too much, one cache that all may fill. */
function slotMends(input: LintInput): Mend[] {
  const { context = 0, slots } = input.run;
  const more = { ...input.run, context: context * slots, slotContext: context };
  return fitsMemory({ ...input, run: more }) !== false
    ? [setTo("ctx-size", context * slots)]
    : [setTo("kv-unified", "on")];
}

/** Scaling that is part of the weights goes no further than the file says. */
function beyondFile({ plan, run, model }: LintInput): LintFinding[] {
  const warning = plan.warnings.find(({ code }) => code === "context-beyond-file");
  if (warning === undefined || model.contextLength === undefined) return [];
  const setting = "ctx-size";
  const fix = [setTo(setting, model.contextLength * pools(run))];
  return [
    { code: "context-beyond-file", severity: "warning", message: warning.message, setting, fix },
  ];
}

/** @throws InvalidWishError for a day that is none. */
function cappedContext({ plan, run, model, options }: LintInput): LintFinding[] {
  const { llamaBuild } = options;
  const isOld = llamaBuild !== undefined && capsContext(llamaBuild);
  if (llamaBuild !== undefined && !isOld) return [];
  if (plan.rope === undefined || run.slotContext === undefined) return [];
  if (run.settings.program !== "llama-server") return [];
  const key = `${model.architecture}.context_length`;
  const given = run.settings.entries.flatMap(({ name, value }) =>
    name === "override-kv" && value !== undefined ? [value] : [],
  );
  if ((overriddenNumber(given, key) ?? 0) >= run.slotContext) return [];
  const flag = `${key}=int:${run.slotContext}`;
  const setting = "override-kv";
  const fix = [setTo(setting, flag)];
  const message = `Builds from before 30 August 2026 cap a slot at the file's context_length, whatever YaRN says, unless --override-kv ${flag} is given`;
  const severity = isOld ? "error" : "note";
  return [{ code: "context-capped", severity, message, setting, fix }];
}

/** Whether the model takes so many tokens, scaled or not. */
function canEachHave({ model }: LintInput, context: number): boolean {
  if (context > MAX_CONTEXT) return false;
  const { warnings } = planContext(model, recognizeFamily(model), context);
  return warnings.every(({ code }) => code !== "context-beyond-file");
}

function longOutput(input: LintInput): LintFinding[] {
  const { output, slotContext, context = 0 } = input.run;
  if (output === undefined || slotContext === undefined || output < slotContext) return [];
  if (isScaledForAll(input)) return [];
  const setting = "predict";
  const message = `--predict ${output} leaves no room for a prompt in the ${tokens(slotContext)} that a slot has`;
  if (output < context && canEachHave(input, context)) {
    const fix = slotMends(input);
    return [{ code: "context-beyond-slots", severity: "warning", message, setting, fix }];
  }
  const fix = [setTo(setting, input.plan.outputTokens.value)];
  return [{ code: "output-beyond-context", severity: "warning", message, setting, fix }];
}
