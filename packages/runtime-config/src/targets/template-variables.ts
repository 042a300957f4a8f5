import type { RunPlan } from "../plan/plan.ts";

/** What the chat template is told, as JSON; undefined where it has no switch for thinking. */
export function templateVariables({ thinking }: RunPlan): string | undefined {
  const variable = thinking.switch?.variable;
  return variable === undefined ? undefined : JSON.stringify({ [variable]: thinking.value });
}
