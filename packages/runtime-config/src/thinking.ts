import type { Family } from "./families.ts";
import type { ModelFacts } from "./model.ts";
import type { PlanWarning, ThinkingSetting } from "./plan.ts";

/** The variable by which chat templates of Qwen3, GLM-4.5 and SmolLM3 take the choice. */
const SWITCH = /\benable_thinking\b/;

/** Decides whether the model is to think, which also selects its sampling. */
export function planThinking(
  model: ModelFacts,
  family: Family | undefined,
  wish: boolean | undefined,
): { thinking: ThinkingSetting; warnings: PlanWarning[] } {
  const usual = usualThinking(model, family);
  if (wish === undefined) return { thinking: usual, warnings: [] };
  if (usual.switchable) {
    const thinking: ThinkingSetting = { ...usual, value: wish, from: "user", why: "as asked" };
    return { thinking, warnings: [] };
  }
  if (wish === usual.value) return { thinking: usual, warnings: [] };
  const message = `Thinking cannot be switched ${wish ? "on" : "off"}: ${usual.why}`;
  return { thinking: usual, warnings: [{ code: "no-thinking-switch", message }] };
}

function usualThinking(model: ModelFacts, family: Family | undefined): ThinkingSetting {
  if (family !== undefined && family.thinking !== "switch") {
    const value = family.thinking === "always";
    const why = `${family.label} ${value ? "always" : "never"} thinks`;
    return { value, switchable: false, from: "family", why };
  }
  const template = model.chatTemplate;
  if (template !== undefined) {
    const value = SWITCH.test(template);
    const why = value
      ? "the chat template has the switch enable_thinking, on unless told otherwise"
      : "the chat template has no enable_thinking";
    return { value, switchable: value, from: "file", why };
  }
  if (family !== undefined) {
    const why = `${family.label} thinks unless told otherwise`;
    return { value: true, switchable: true, from: "family", why };
  }
  return { value: false, switchable: false, from: "rule", why: "nothing says that it thinks" };
}
