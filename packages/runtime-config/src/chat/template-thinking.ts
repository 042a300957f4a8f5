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

/** Whether a template that takes an effort asks for any where none is given. */
export function thinksByEffort(template: string, effort: string): boolean {
  const value = assignedLiteral(template, effort);
  return value === undefined || !NO_EFFORT.test(value);
}

/** The first text or whole number that a template assigns to a variable, in lower case. */
function assignedLiteral(template: string, variable: string): string | undefined {
  const literal = String.raw`-?\d+|"[^"\n]*"|'[^'\n]*'`;
  const source = String.raw`\bset\s+${variable}\s*=\s*(${literal})\s*[-+]?%\}`;
  const [, value] = new RegExp(source, "i").exec(template) ?? [];
  return value?.replaceAll(/["']/g, "").toLowerCase();
}
