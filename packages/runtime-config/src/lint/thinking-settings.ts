import { isFalsy, isTruthy, type LlamaSettings, numberOf, valueOf } from "./llama-settings.ts";

/** The template's variables that a run sets, by name. */
function templateVariables(settings: LlamaSettings): Record<string, unknown> {
  // Each flag adds its variables to those before it.
  return Object.assign({}, ...settings.entries.map(variablesOf)) as Record<string, unknown>;
}

function variablesOf({ name, value }: LlamaSettings["entries"][number]): Record<string, unknown> {
  if (name === "chat-template-kwargs") return parseObject(value ?? "") ?? {};
  if (name !== "reasoning") return {};
  if (isTruthy(value)) return { enable_thinking: true };
  return isFalsy(value) ? { enable_thinking: false } : {};
}

/** The JSON object in a text; undefined where it is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** All that `--chat-template-kwargs` says, one after the other; undefined where some is unreadable. */
export function givenVariables(settings: LlamaSettings): Record<string, unknown> | undefined {
  const texts = settings.entries.flatMap(({ name, value }) =>
    name === "chat-template-kwargs" ? [value ?? ""] : [],
  );
  const objects = texts.map(readLenient);
  return objects.includes(undefined) ? undefined : Object.assign({}, ...objects);
}

/** Shells take the quotes away, if they are not quoted themselves. */
function readLenient(text: string): Record<string, unknown> | undefined {
  const quoted = text.replaceAll("'", '"').replaceAll(/([A-Za-z_]\w*)\s*:/g, '"$1":');
  return parseObject(text) ?? parseObject(quoted);
}

/** Names that templates have for their switch. */
export const THINKING_VARIABLES = ["enable_thinking", "thinking"] as const;

/** Whether the model is told to think; undefined where nobody says. */
export function thinkingOf(settings: LlamaSettings): boolean | undefined {
  if (numberOf(settings, "reasoning-budget") === 0) return false;
  const variables = templateVariables(settings);
  const values = THINKING_VARIABLES.map((name) => variables[name]);
  return values.find((value) => typeof value === "boolean");
}

/** Whether the template is told that the model is not to think. */
export function isSwitchedOff(settings: LlamaSettings): boolean {
  const variables = templateVariables(settings);
  return THINKING_VARIABLES.some((name) => variables[name] === false);
}

/** Whether a flag for the template is given at all. */
export function setsTemplate(settings: LlamaSettings): boolean {
  return ["reasoning", "chat-template-kwargs"].some(
    (name) => valueOf(settings, name) !== undefined,
  );
}
