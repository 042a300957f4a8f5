import { InvalidWishError } from "../errors.ts";
import type { ThinkingSwitch } from "../plan/plan.ts";

const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** Names that templates read for the same choice, one over the other: DeepSeek-V3.1 reads both. */
const ALIASES: readonly string[] = ["enable_thinking", "thinking"];

/**
 * A chat template that always thinks, or never: for runtimes that have no way to set a variable of
 * the template (`--chat-template-file` of llama.cpp and the like). It is the template behind an
 * assignment that overrules what the runtime or a request passes, and adds nothing to its output.
 *
 * A `set` at the top holds in loops and macros, too, since nothing there assigns the variable to an
 * outer scope. The template must be made for engines that trim blocks, as chat templates are.
 *
 * Returns undefined for a switch of words alone (`/no_think`): no template can say them, so they
 * belong into the prompt.
 *
 * @throws InvalidWishError for a variable that is no identifier.
 */
export function forceThinking(
  template: string,
  { variable }: ThinkingSwitch,
  on: boolean,
): string | undefined {
  if (variable === undefined) return undefined;
  if (!IDENTIFIER.test(variable)) {
    throw new InvalidWishError("thinking.switch.variable", variable, "an identifier of Jinja");
  }
  const aliases = ALIASES.filter((name) => name !== variable && mayBeGiven(template, name));
  const tags = [variable, ...aliases].map((name) => `{%- set ${name} = ${on} -%}`).join("");
  // Blanks at a template's head are part of its output, or trimmed by its own tags: behind a tag
  // that trims they would be lost. The line's end then goes as every one behind a block does.
  const prefix = /^\s/.test(template) ? tags.replace(/-%\}$/, "%}") : tags;
  return `${prefix}\n${template}`;
}

/** Whether a template asks if a variable was given to it. */
function mayBeGiven(template: string, name: string): boolean {
  return new RegExp(String.raw`(?<![\w.])${name}\s+is\s+(?:not\s+)?(?:un)?defined\b`).test(
    template,
  );
}
