/** What a chat template lets its user do about thinking. */
export interface Thinking {
  /** The template variable that turns thinking on and off; undefined where there is none. */
  readonly switch: "enable_thinking" | "thinking" | undefined;
  /** Whether the template mentions `<think>` or `</think>`. */
  readonly tags: boolean;
}

const JINJA_BLOCK = /\{[%{][\s\S]*?[%}]\}/g;
const JINJA_STRING = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/g;

/** Looks for a thinking switch in a chat template, by the variables that its blocks name. */
export function thinkingOf(template: string | undefined): Thinking {
  if (template === undefined) return { switch: undefined, tags: false };
  const code = (template.match(JINJA_BLOCK) ?? []).join("\n").replace(JINJA_STRING, "''");
  return { switch: switchOf(code), tags: /<\/?think>/.test(template) };
}

function switchOf(code: string): Thinking["switch"] {
  if (/\benable_thinking\b/.test(code)) return "enable_thinking";
  // `message.thinking` is a field of a message, not a variable.
  return /(?<![\w.])thinking\b/.test(code) ? "thinking" : undefined;
}
