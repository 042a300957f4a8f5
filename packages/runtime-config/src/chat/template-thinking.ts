import type { ModelFacts } from "../model/facts.ts";
import { THOUGHT_TAGS } from "./thought-tags.ts";

/** Words that some templates look for in what the system or the user says. */
const WORDS = { on: "/think", off: "/no_think" };

const GENERATION_PROMPT = "add_generation_prompt";

/** Efforts that mean none: tencent's Hy3 has one as its default. */
const NO_EFFORT = /^(?:no_think|none|off|0)$/;

/**
 * Whether a chat template ends the prompt within thoughts, so that each answer begins in them:
 * DeepSeek-R1, QwQ, Qwen3-Thinking-2507. It tells by the last tag that the template writes where it
 * adds the generation prompt, so it holds for templates without a switch alone.
 */
export function opensThoughts(template: string): boolean {
  const start = template.lastIndexOf(GENERATION_PROMPT);
  if (start === -1) return false;
  const prompt = template.slice(start);
  const last = (tags: readonly string[]): number =>
    Math.max(...tags.map((tag) => prompt.lastIndexOf(tag)));
  return THOUGHT_TAGS.some(
    ({ open, close, opensInPrompt }) => opensInPrompt && last(open) > last(close),
  );
}

/** The words by which a chat template lets a prompt turn thinking on and off, if it does. */
export function switchWords(template: string): { on: string; off: string } | undefined {
  // As a whole string: the template must compare the prompt with it, not only mention it in a text.
  return /(["'])\/no_think\1/.test(template) ? WORDS : undefined;
}

/**
 * Whether the template takes words for its switch, as `thinking_mode == "disabled"` of MiniMax M3;
 * no true or false sets these.
 */
export function takesWords(template: string, variable: string): boolean {
  return new RegExp(String.raw`(?<![\w.])${variable}\s*==\s*["']`).test(template);
}

/**
 * Whether a model thinks where the template's switch is not given. A value that the template
 * itself assigns counts most, as `{% set thinking = false %}` of DeepSeek-V3.1 in a condition that
 * cannot be followed; what nothing is known of thinks, as most models with a switch do.
 */
export function thinksByDefault(
  template: string,
  { thinking }: Pick<ModelFacts, "thinking">,
): boolean {
  const assigned = assignedLiterals(template, [thinking.switch, "thinking"]);
  if (assigned.size === 1) return assigned.has("true");
  return thinking.default !== "off";
}

/** Whether a template that takes an effort asks for any where none is given. */
export function thinksByEffort(template: string, effort: string): boolean {
  const [value] = assignedLiterals(template, [effort]);
  return value === undefined || !NO_EFFORT.test(value);
}

/** The texts, whole numbers and truth values, in lower case, that a template assigns to variables. */
function assignedLiterals(template: string, names: readonly (string | undefined)[]): Set<string> {
  const variables = names.filter((name) => name !== undefined).join("|");
  const literal = String.raw`true|false|-?\d+|"[^"\n]*"|'[^'\n]*'`;
  const source = String.raw`\bset\s+(?:${variables})\s*=\s*(${literal})\s*[-+]?%\}`;
  const found = [...template.matchAll(new RegExp(source, "gi"))];
  return new Set(found.map(([, value = ""]) => value.replaceAll(/["']/g, "").toLowerCase()));
}
