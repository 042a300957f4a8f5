import { opensThoughts, switchWords, thinksByEffort } from "../chat/template-thinking.ts";
import type { ModelFacts } from "../model/facts.ts";
import type { Family } from "../model/families.ts";
import type { Origin, PlanWarning, ThinkingSetting, ThinkingSwitch } from "./plan.ts";

/** Names of models that were made to think and nothing else: "Kimi K2 Thinking", "Phi 4 mini reasoning". */
const THINKING_NAME = /\b(?:thinking|thinker|reasoning|reasoner)\b/i;
const NOT_THINKING_NAME = /\bno[nt]?[ _-]?(?:thinking|reasoning)\b/i;

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
  const instead =
    usual.effort === undefined
      ? ""
      : `; how much it thinks is set by its template's ${usual.effort}`;
  const message = `Thinking cannot be switched ${wish ? "on" : "off"}: ${usual.why}${instead}`;
  return { thinking: usual, warnings: [{ code: "no-thinking-switch", message }] };
}

/** What holds where nobody wishes anything, with the switch that a run has. */
function usualThinking(model: ModelFacts, family: Family | undefined): ThinkingSetting {
  const { effort } = model.thinking;
  // Weights that were never taught to think do not begin to by a switch in a borrowed template.
  const switched = family?.thinking === "never" ? undefined : switchOf(model, family);
  return { ...usualValue(model, family, switched), switch: switched, effort };
}

function usualValue(
  model: ModelFacts,
  family: Family | undefined,
  switched: ThinkingSwitch | undefined,
): { value: boolean; from: Origin; why: string } {
  const template = model.chatTemplate;
  if (family !== undefined && family.thinking !== "switch") {
    const value = family.thinking === "always";
    return { value, from: "family", why: `${family.label} ${value ? "always" : "never"} thinks` };
  }
  if (template !== undefined && switched?.variable !== undefined) {
    // What nothing is known of thinks, as most models with a switch do.
    const value = model.thinking.default !== "off";
    const why = `the chat template has the switch ${switched.variable}, ${value ? "on" : "off"} unless told otherwise`;
    return { value, from: "file", why };
  }
  if (family !== undefined) {
    const value = family.thinksByDefault ?? true;
    const why = `${family.label} ${value ? "thinks" : "does not think"} unless told otherwise`;
    return { value, from: "family", why };
  }
  return template === undefined ? byName(model) : byTemplate(model, template, switched);
}

/** What can be told by a template that has no variable for it. */
function byTemplate(
  model: ModelFacts,
  template: string,
  switched: ThinkingSwitch | undefined,
): { value: boolean; from: Origin; why: string } {
  const { effort } = model.thinking;
  if (switched?.words !== undefined) {
    const why = `the chat template looks for ${switched.words.off} in the prompt, and the model thinks without it`;
    return { value: true, from: "file", why };
  }
  if (opensThoughts(template)) {
    const why = "the chat template begins each answer within thoughts, and has no switch for it";
    return { value: true, from: "file", why };
  }
  if (effort !== undefined) {
    const value = thinksByEffort(template, effort);
    const why = `the chat template sets by ${effort} how much the model thinks, ${value ? "something" : "nothing"} unless told otherwise`;
    return { value, from: "file", why };
  }
  const named = byName(model);
  return named.value
    ? named
    : { value: false, from: "file", why: "the chat template has no switch for thinking" };
}

function byName({ name = "" }: ModelFacts): { value: boolean; from: Origin; why: string } {
  if (THINKING_NAME.test(name) && !NOT_THINKING_NAME.test(name)) {
    return { value: true, from: "file", why: `the name says so: ${name}` };
  }
  return { value: false, from: "rule", why: "nothing says that it thinks" };
}

function switchOf(model: ModelFacts, family: Family | undefined): ThinkingSwitch | undefined {
  const template = model.chatTemplate;
  const words = family?.words ?? (template === undefined ? undefined : switchWords(template));
  const variable = variableOf(model, family);
  return variable === undefined && words === undefined ? undefined : { variable, words };
}

function variableOf(model: ModelFacts, family: Family | undefined): string | undefined {
  return model.chatTemplate === undefined ? family?.variable : model.thinking.switch;
}
