import { InvalidWishError } from "../errors.ts";
import type { Family } from "../model/families.ts";
import { type ModelFacts, isQuantized } from "../model/facts.ts";
import type { PlanWarning, RunPlan, Sampling, Setting } from "./plan.ts";

/**
 * For models that nobody has published values for: llama.cpp's own temperature, top-k and top-p,
 * and everything else off, so that all engines sample alike whatever their defaults are.
 */
const NEUTRAL: Sampling = {
  temperature: 0.8,
  topP: 0.95,
  topK: 40,
  minP: 0,
  presencePenalty: 0,
  repeatPenalty: 1,
};

/** The values that switch each sampler off. */
const OFF: Omit<Sampling, "temperature"> = {
  topP: 1,
  topK: 0,
  minP: 0,
  presencePenalty: 0,
  repeatPenalty: 1,
};

type Range = { min: number; max: number; whole?: boolean };

/** What the engines accept; the penalties' upper ends are where texts have long become unreadable. */
const RANGES: Record<keyof Sampling, Range> = {
  temperature: { min: 0, max: 10 },
  topP: { min: 0, max: 1 },
  topK: { min: 0, max: 2 ** 31 - 1, whole: true },
  minP: { min: 0, max: 1 },
  presencePenalty: { min: -2, max: 2 },
  repeatPenalty: { min: 0, max: 10 },
};

/**
 * Decides on each sampler: the user's wish, else the file's `general.sampling.*`, else what the
 * family's makers publish for this mode, else neutral values.
 *
 * @throws InvalidWishError for a wish outside of what engines accept.
 */
export function planSampling(
  model: ModelFacts,
  family: Family | undefined,
  thinking: boolean,
  wishes: Partial<Sampling>,
): { sampling: RunPlan["sampling"]; warnings: PlanWarning[] } {
  const choose = (name: keyof Sampling): Setting<number> => {
    const wish = wishes[name];
    if (wish !== undefined) {
      checkRange(name, wish);
      return { value: wish, from: "user", why: "as asked" };
    }
    return fromFile(model, name) ?? fromFamily(model, family, thinking, name) ?? neutral(name);
  };
  const sampling = {
    temperature: choose("temperature"),
    topP: choose("topP"),
    topK: choose("topK"),
    minP: choose("minP"),
    presencePenalty: choose("presencePenalty"),
    repeatPenalty: choose("repeatPenalty"),
  };
  const warnings: PlanWarning[] = [];
  if (thinking && sampling.temperature.value === 0) {
    const message =
      "Greedy decoding while thinking leads to endless repetition in many models; set a temperature above 0";
    warnings.push({ code: "greedy-thinking", message });
  }
  return { sampling, warnings };
}

function fromFile(model: ModelFacts, name: keyof Sampling): Setting<number> | undefined {
  if (name === "presencePenalty") return undefined; // GGUF has no key for it
  const value = model.sampling[name];
  if (value === undefined || !isInRange(name, value)) return undefined;
  return { value, from: "file", why: "general.sampling in the file" };
}

function fromFamily(
  model: ModelFacts,
  family: Family | undefined,
  thinking: boolean,
  name: keyof Sampling,
): Setting<number> | undefined {
  const preset = presetOf(family, thinking);
  if (family === undefined || preset === undefined) return undefined;
  if (name === "presencePenalty" && family.quantizedPresencePenalty !== undefined) {
    return quantizedPenalty(model, family, family.quantizedPresencePenalty);
  }
  const value = preset[name];
  const mode = family.thinking === "switch" ? (thinking ? ", thinking" : ", not thinking") : "";
  if (value !== undefined) {
    return { value, from: "family", why: `${family.label}${mode}: ${family.source}` };
  }
  if (name === "temperature") return undefined;
  const why = `off: ${family.label}'s recommendation has no such value`;
  return { value: OFF[name], from: "rule", why };
}

/** The other mode's values are still the makers' own where a template switches what they do not. */
function presetOf(family: Family | undefined, thinking: boolean): Partial<Sampling> | undefined {
  const { thinking: ofThinking, plain } = family?.sampling ?? {};
  return thinking ? (ofThinking ?? plain) : (plain ?? ofThinking);
}

function quantizedPenalty(model: ModelFacts, family: Family, penalty: number): Setting<number> {
  if (isQuantized(model)) {
    const why = `${family.label}, against repetition in quantised models: ${family.source}`;
    return { value: penalty, from: "family", why };
  }
  const why = `off: ${family.label}'s ${penalty} is advised for quantised weights, and these are ${model.quantization}`;
  return { value: 0, from: "family", why };
}

function neutral(name: keyof Sampling): Setting<number> {
  return { value: NEUTRAL[name], from: "rule", why: "no recommendation known: a neutral value" };
}

function checkRange(name: keyof Sampling, value: number): void {
  if (isInRange(name, value)) return;
  const { min, max, whole = false } = RANGES[name];
  const kind = whole ? "a whole number" : "a number";
  throw new InvalidWishError(`sampling.${name}`, value, `${kind} between ${min} and ${max}`);
}

function isInRange(name: keyof Sampling, value: number): boolean {
  const { min, max, whole = false } = RANGES[name];
  return value >= min && value <= max && (!whole || Number.isInteger(value));
}
