import { Template } from "@huggingface/jinja";
import { describe, expect, it } from "vitest";
import { forceThinking } from "../src/chat/forced-template.ts";

/** Small templates with the constructs of published ones. */
const TEMPLATES: readonly [name: string, variable: string, template: string][] = [
  [
    "a test at the end, as Qwen3's",
    "enable_thinking",
    "{%- for message in messages %}\n    {{- message.role + '\\n' + message.content }}\n{%- endfor %}\n{%- if add_generation_prompt %}\n    {{- 'assistant\\n' }}\n    {%- if enable_thinking is defined and enable_thinking is false %}\n        {{- '<think>\\n\\n</think>\\n\\n' }}\n    {%- endif %}\n{%- endif %}",
  ],
  [
    "a default that is set, as SmolLM3's",
    "enable_thinking",
    '{# defaults #}\n{%- if enable_thinking is not defined -%}\n    {%- set enable_thinking = true -%}\n{%- endif -%}\n{%- set mode = "/think" if enable_thinking else "/no_think" -%}\n{{ mode }}{% for message in messages %}{{ message.content }}{% endfor %}',
  ],
  [
    "a filter, as Spark's",
    "enable_thinking",
    "{%- set enable_thinking = enable_thinking | default(true) %}\n{{ '<think>' if enable_thinking else '</think>' }}",
  ],
  [
    "an expression in a loop, as GLM-4.6's",
    "enable_thinking",
    "[gMASK]<sop>\n{%- for m in messages -%}\n{{ m.content }}{{- '/nothink' if (enable_thinking is defined and not enable_thinking) else '' -}}\n{%- endfor -%}",
  ],
  [
    "a macro and a namespace, as Kimi K3's and Nemotron's",
    "enable_thinking",
    "{%- macro tag(name) -%}<{{ name }}{% if enable_thinking %}!{% endif %}>{%- endmacro -%}\n{%- set ns = namespace(thinks=enable_thinking) -%}\n{%- for message in messages -%}\n{%- if message.role == 'user' and ns.thinks -%}{%- set ns.thinks = enable_thinking -%}{%- endif -%}\n{%- endfor -%}\n{{ tag('a') }}{{ ns.thinks }}",
  ],
  [
    "another variable, as Granite 3.3's",
    "thinking",
    "{%- if thinking %}\n{%- set system = 'Think.' %}\n{%- else %}\n{%- set system = 'Answer.' %}\n{%- endif %}\n{{- system }}",
  ],
  [
    "one variable over another, as DeepSeek-V3.1's",
    "enable_thinking",
    "{%- if not thinking is defined -%}\n  {%- if enable_thinking is defined -%}\n    {%- set thinking = enable_thinking -%}\n  {%- else -%}\n    {%- set thinking = false -%}\n  {%- endif -%}\n{%- endif -%}\n{{ '<think>' if thinking else '<think></think>' }}",
  ],
  [
    "blanks at its head",
    "enable_thinking",
    "\n  {% if enable_thinking %}\nA\n{% else %}\n  B\n{% endif %}\n",
  ],
  ["text at its head", "enable_thinking", "Hello\n{% if enable_thinking %}A{% endif %}"],
];

const messages = [
  { role: "user", content: "Who are you?" },
  { role: "user", content: "And I?" },
];

function render(template: string, given: Record<string, unknown>): string {
  return new Template(template).render({ messages, add_generation_prompt: true, ...given });
}

function forced(template: string, variable: string, on: boolean): string {
  const text = forceThinking(template, { variable, words: undefined }, on);
  if (text === undefined) throw new Error("expected a template, got none");
  return text;
}

describe.each(TEMPLATES)("a template with %s", (_, variable, template) => {
  it.each([true, false])("is forced to %s, whatever is given to it", (on) => {
    const expected = render(template, { [variable]: on });
    const text = forced(template, variable, on);
    for (const given of [true, false, undefined]) {
      const others = given === undefined ? {} : { enable_thinking: given, thinking: given };
      expect(render(text, others)).toBe(expected);
    }
    expect(render(template, { [variable]: !on })).not.toBe(expected);
  });
});

it("a switch of words alone makes no template", () => {
  const words = { on: "/think", off: "/no_think" };
  expect(forceThinking("{{ messages }}", { variable: undefined, words }, false)).toBeUndefined();
});

it("a variable that is no identifier is refused, since it would be run", () => {
  const ways = { variable: "a = 1 -%}{{ messages }}{%- set b", words: undefined };
  expect(() => forceThinking("", ways, true)).toThrow(
    expect.objectContaining({ name: "InvalidWishError", field: "thinking.switch.variable" }),
  );
});
