import { InvalidWishError } from "../errors.ts";
import { type Family, recognizeFamily } from "../model/families.ts";
import type { ModelFacts } from "../model/facts.ts";
import { MAX_CONTEXT } from "../memory/settings.ts";
import type { Origin, PlanWarning, Setting, YarnScaling } from "./plan.ts";

/**
 * Without a wish, what Qwen3's files carry: 32,768 tokens of output, as thinking models want, and
 * 8,192 for the prompt. A longer context costs memory whether it is used or not.
 */
const DEFAULT_CONTEXT = 40_960;

/** For files that do not say what they were trained for: what nearly every model can take. */
const FALLBACK_CONTEXT = 4_096;

/** A factor "as needed", which the model cards ask for, without factors like 1.2500305. */
const FACTOR_STEP = 0.25;

/** In these the scaling is part of the weights' training and no choice of a run. */
const SCALINGS_IN_FILE: ReadonlySet<string> = new Set(["llama3", "longrope", "su"]);

export type ContextPlan = {
  context: Setting<number>;
  rope: Setting<YarnScaling> | undefined;
  warnings: PlanWarning[];
};

/**
 * Decides on the context and on YaRN. A context within what the file declares needs no scaling;
 * beyond it the factor is context / original, rounded up to the next quarter.
 *
 * @throws InvalidWishError for a context that is no whole number between 1 and MAX_CONTEXT.
 */
export function planContext(
  model: ModelFacts,
  family: Family | undefined,
  wish: number | "max" | undefined,
): ContextPlan {
  const native = nativeContext(model, family);
  const context = chooseContext(native, family, wish);
  const warnings = [
    ...warnAboutFile(model, native),
    ...warnAboutNativeContext(family, context.value),
  ];
  if (native === undefined || context.value <= native) {
    return { context, rope: undefined, warnings };
  }
  const inFile = scalingInFile(model);
  if (inFile !== undefined) {
    const message = `The file uses ${inFile} scaling up to ${tokens(native)}, which cannot be stretched by YaRN; what stands behind that is beyond its training`;
    warnings.push({ code: "context-beyond-file", message });
    return { context, rope: undefined, warnings };
  }
  const original = originalContext(model, family, native);
  const factor = yarnFactor(context.value, original.value);
  if (factor <= 1) return { context, rope: undefined, warnings };
  const why = `${tokens(context.value)} / ${original.value.toLocaleString("en-US")} of original context (${original.why}), rounded up to the next ${FACTOR_STEP}`;
  warnings.push(...warnAboutYarn(context.value, factor, family));
  return {
    context,
    rope: {
      value: { type: "yarn", factor, originalContext: original.value },
      from: original.from,
      why,
    },
    warnings,
  };
}

/** The smallest quarter that stretches `original` tokens to `context` tokens. */
export function yarnFactor(context: number, original: number): number {
  const steps = 1 / FACTOR_STEP;
  // Whole numbers are multiplied before the one division, which keeps exact multiples exact.
  return Math.ceil((context * steps) / original) / steps;
}

/** The longest context in tokens that a model is known to take, with YaRN where its makers have validated it. */
export function longestContext(model: ModelFacts): number {
  return planContext(model, recognizeFamily(model), "max").context.value;
}

/** Tokens that need no scaling by us: what the file says, or more where its family is known for more. */
function nativeContext(model: ModelFacts, family: Family | undefined): number | undefined {
  const declared = model.contextLength;
  if (declared === undefined || declared < 1) {
    return family?.nativeContext ?? family?.originalContext;
  }
  return Math.max(declared, family?.nativeContext ?? 0);
}

function chooseContext(
  native: number | undefined,
  family: Family | undefined,
  wish: number | "max" | undefined,
): Setting<number> {
  if (typeof wish === "number") {
    if (!Number.isInteger(wish) || wish < 1 || wish > MAX_CONTEXT) {
      const expected = `a whole number of tokens between 1 and ${MAX_CONTEXT}`;
      throw new InvalidWishError("context", wish, expected);
    }
    const within = native !== undefined && wish <= native;
    const why = within ? `as asked; within the ${tokens(native)} that need no scaling` : "as asked";
    return { value: wish, from: "user", why };
  }
  const validated = family?.validatedContext ?? 0;
  if (wish === "max" && family !== undefined && validated > (native ?? 0)) {
    const why = `the longest context that ${family.label}'s makers have validated (${family.source})`;
    return { value: validated, from: "family", why };
  }
  if (native === undefined) {
    const why = "the file does not say what it was trained for, so a length that nearly all take";
    return { value: FALLBACK_CONTEXT, from: "rule", why };
  }
  if (wish === "max" || native <= DEFAULT_CONTEXT) {
    return { value: native, from: "file", why: "all that needs no scaling" };
  }
  const why = `enough for 32,768 tokens of output and 8,192 of prompt; the model takes up to ${tokens(native)}, at the cost of memory`;
  return { value: DEFAULT_CONTEXT, from: "rule", why };
}

/** The context before any scaling: the file's word, else the family's, else the declared length. */
function originalContext(
  model: ModelFacts,
  family: Family | undefined,
  native: number,
): { value: number; from: Origin; why: string } {
  const inFile = model.rope.scaling?.originalContextLength;
  if (inFile !== undefined && inFile >= 1) {
    return { value: inFile, from: "file", why: "rope.scaling.original_context_length" };
  }
  if (family?.originalContext !== undefined) {
    const why = `${family.label} was trained for it, whatever context_length says; ${family.source}`;
    return { value: family.originalContext, from: "family", why };
  }
  return { value: native, from: "rule", why: "the file's context_length" };
}

/** The kind of a scaling that is part of the weights: by name, or by its tensors of factors. */
function scalingInFile({ rope }: ModelFacts): string | undefined {
  const type = rope.scaling?.type;
  return type !== undefined && SCALINGS_IN_FILE.has(type) ? type : rope.factorTensors;
}

function warnAboutFile(model: ModelFacts, native: number | undefined): PlanWarning[] {
  if (model.contextLength === undefined || model.contextLength < 1) {
    const known = native === undefined ? "nothing" : `${tokens(native)} by its family`;
    const message = `The file has no context_length: what is known about how long a text it can take is ${known}`;
    return [{ code: "no-context-length", message }];
  }
  const inFile = scalingInFile(model);
  if (inFile !== undefined) {
    const message = `The file uses ${inFile} scaling, which the engine applies by itself and which no option changes`;
    return [{ code: "scaling-in-file", message }];
  }
  const { scaling } = model.rope;
  if (scaling === undefined || (scaling.factor ?? 1) === 1) return [];
  const message = `The file itself scales by ${scaling.type} with factor ${scaling.factor}, as it was trained or converted; a factor given at run time replaces that one`;
  return [{ code: "file-already-scaled", message }];
}

function warnAboutNativeContext(family: Family | undefined, context: number): PlanWarning[] {
  const native = family?.nativeContext;
  // Only whom older siblings have taught to add YaRN at this length needs the hint.
  if (native === undefined || context > native || context <= DEFAULT_CONTEXT) return [];
  const message = `${family?.label} takes ${tokens(native)} natively: do not add YaRN within that, as Qwen3's first release needs`;
  return [{ code: "native-context", message }];
}

function warnAboutYarn(context: number, factor: number, family: Family | undefined): PlanWarning[] {
  const warnings: PlanWarning[] = [
    {
      code: "static-yarn",
      message: `YaRN with factor ${factor} holds for texts of every length and may hurt short ones: use it only when long texts are at hand`,
    },
  ];
  const validated = family?.validatedContext;
  if (validated === undefined) {
    const message = "Nobody is known to have validated this model with YaRN: check its answers";
    warnings.push({ code: "yarn-beyond-validated", message });
  } else if (context > validated) {
    const message = `${tokens(context)} are more than the ${tokens(validated)} that ${family?.label} was validated for with YaRN`;
    warnings.push({ code: "yarn-beyond-validated", message });
  }
  return warnings;
}

function tokens(count: number): string {
  return `${count.toLocaleString("en-US")} tokens`;
}
