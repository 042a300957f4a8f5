import { DERIVED } from "../families/derived.ts";
import type { Family, TaskPrompts } from "../families/family.ts";
import { MISTRAL } from "../families/mistral.ts";
import { OTHERS } from "../families/others.ts";
import { QWEN } from "../families/qwen.ts";
import { baseContextLength, type ModelFacts } from "./facts.ts";

export type { Family, TaskPrompts } from "../families/family.ts";

/** What a family is told by. */
type Named = Pick<ModelFacts, "architecture" | "name" | "contextLength" | "rope">;

/** The first row that matches counts, so derived models stand before what they derive from. */
export const FAMILIES: readonly Family[] = [...DERIVED, ...QWEN, ...MISTRAL, ...OTHERS];

/** The family that a model belongs to by its architecture, its name and its context length. */
export function recognizeFamily(model: Named): Family | undefined {
  const name = normalizeName(model.name ?? "");
  const base = baseContextLength(model);
  return FAMILIES.find(
    (family) =>
      (family.architectures?.includes(model.architecture) ?? true) &&
      (family.name?.test(name) ?? true) &&
      !family.notName?.test(name) &&
      (family.maxBaseContext === undefined || base === undefined || base <= family.maxBaseContext),
  );
}

/**
 * What the makers of a model ask to be added to prompts, so that answers come in one form; empty
 * where they ask for nothing or the family is not known.
 */
export function taskPrompts(model: Named): TaskPrompts {
  return recognizeFamily(model)?.prompts ?? {};
}

/** "Qwen3 235B A22B Instruct 2507" and "Qwen3_235B-A22B.Instruct.2507" are the same name. */
function normalizeName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
