import type { Family } from "../model/families.ts";
import type { ModelFacts } from "../model/facts.ts";
import type { PlanWarning, ThinkingSetting } from "./plan.ts";

/** Words that the first Qwen3 models obey in a prompt, the last one that is said. */
const QWEN3_WORDS = { on: "/think", off: "/no_think" };

/** Decides whether the model is to think, which also selects its sampling. */
export function planThinking(
  model: ModelFacts,
  family: Family | undefined,
  wish: boolean | undefined,
): { thinking: ThinkingSetting; warnings: PlanWarning[] } {
  const usual = usualThinking(model, family);
  if (wish === undefined) return { thinking: usual, warnings: [] };
  if (usual.switch !== undefined) {
    const thinking: ThinkingSetting = { ...usual, value: wish, from: "user", why: "as asked" };
    return { thinking, warnings: [] };
  }
  if (wish === usual.value) return { thinking: usual, warnings: [] };
  const message = `Thinking cannot be switched ${wish ? "on" : "off"}: ${usual.why}`;
  return { thinking: usual, warnings: [{ code: "no-thinking-switch", message }] };
}

function usualThinking(model: ModelFacts, family: Family | undefined): ThinkingSetting {
  const { effort } = model.thinking;
  const fixed = { switch: undefined, effort };
  if (family !== undefined && family.thinking !== "switch") {
    const value = family.thinking === "always";
    const why = `${family.label} ${value ? "always" : "never"} thinks`;
    return { value, ...fixed, from: "family", why };
  }
  const words = family?.id === "qwen3" ? QWEN3_WORDS : undefined;
  if (model.chatTemplate !== undefined) {
    const variable = model.thinking.switch;
    if (variable === undefined) {
      const why = "the chat template has no switch for thinking";
      return { value: false, ...fixed, from: "file", why };
    }
    const value = model.thinking.default !== "off";
    const why = `the chat template has the switch ${variable}, ${value ? "on" : "off"} unless told otherwise`;
    return { value, switch: { variable, words }, effort, from: "file", why };
  }
  if (family !== undefined) {
    const why = `${family.label} thinks unless told otherwise`;
    const variable = "enable_thinking";
    return { value: true, switch: { variable, words }, effort, from: "family", why };
  }
  return { value: false, ...fixed, from: "rule", why: "nothing says that it thinks" };
}
