import { MAX_CONTEXT } from "../memory/settings.ts";
import type { Family } from "../model/families.ts";
import type { PlanWarning, Setting } from "./plan.ts";
import { requireWhole } from "./whole-number.ts";

/** What a prompt should have left of the context, up to half of a small one. */
const PROMPT_RESERVE = 8_192;

/**
 * The most tokens to generate: the wish, else the family's advice as far as the context allows. With
 * `hard` that is the advice for hard problems, where there is one.
 *
 * @throws InvalidWishError for a wish that is no whole number between 1 and MAX_CONTEXT.
 */
export function planOutput(
  family: Family | undefined,
  context: number,
  wish: number | undefined,
  hard = false,
): Setting<number> {
  if (wish !== undefined) {
    requireWhole("outputTokens", wish, 1, MAX_CONTEXT);
    return { value: wish, from: "user", why: "as asked" };
  }
  const room = context - Math.min(PROMPT_RESERVE, Math.floor(context / 2));
  const forHard = hard ? family?.hardOutputTokens : undefined;
  const advised = forHard ?? family?.outputTokens;
  if (family !== undefined && advised !== undefined && advised <= room) {
    const what = forHard === undefined ? "" : ", for hard problems";
    return { value: advised, from: "family", why: `${family.label}${what}: ${family.source}` };
  }
  return { value: room, from: "rule", why: "what the context has beside the prompt" };
}

export function warnAboutOutput(outputTokens: Setting<number>, context: number): PlanWarning[] {
  if (outputTokens.from !== "user" || outputTokens.value < context) return [];
  const message = `${outputTokens.value} tokens of output leave no room for a prompt in a context of ${context}`;
  return [{ code: "output-beyond-context", message }];
}
