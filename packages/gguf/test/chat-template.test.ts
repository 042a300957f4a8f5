import { describe, expect, it } from "vitest";

import { chatTemplateOf, type ChatTemplate } from "../src/index.ts";

function read(template: string): ChatTemplate {
  const chat = chatTemplateOf(template);
  if (chat === undefined) throw new Error(`cannot be read: ${template}`);
  return chat;
}

describe("thinking switch", () => {
  it.each<[string, string, string | undefined, string | undefined]>([
    [
      "Qwen3's",
      "{%- if enable_thinking is defined and enable_thinking is false %}<think></think>{% endif %}",
      "enable_thinking",
      "on",
    ],
    ["GLM-4.5's", "{{ '/nothink' if not enable_thinking else '' }}", "enable_thinking", "off"],
    [
      "SmolLM3's",
      "{%- if enable_thinking is not defined %}{% set enable_thinking = true %}{% endif %}{% if enable_thinking %}x{% endif %}",
      "enable_thinking",
      "on",
    ],
    [
      "DeepSeek-V3.1's",
      "{% if not thinking is defined %}{% set thinking = false %}{% endif %}{% if thinking %}<think>{% endif %}",
      "thinking",
      "off",
    ],
    [
      "a defaulted one",
      "{% set thinking = thinking | default(true) %}{{ thinking }}",
      "thinking",
      "on",
    ],
    [
      "one in a ternary",
      "{{ '<think>' if enable_thinking|default(false) else '' }}",
      "enable_thinking",
      "off",
    ],
    [
      "one in a disjunction",
      "{% if enable_thinking is not defined or enable_thinking %}t{% endif %}",
      "enable_thinking",
      "on",
    ],
    [
      "one whose default hangs on more",
      "{% if enable_thinking and tools %}t{% endif %}",
      "enable_thinking",
      undefined,
    ],
    ["one compared", "{% if enable_thinking == false %}t{% endif %}", "enable_thinking", "on"],
    ["a message's field", "{{ message.thinking }}", undefined, undefined],
    [
      "text",
      "{{ 'enable_thinking' }} enable_thinking {# {{ enable_thinking }} #}",
      undefined,
      undefined,
    ],
    ["a variable of its own", "{% set thinking = 'deep' %}{{ thinking }}", undefined, undefined],
    [
      "a loop's variable",
      "{% for thinking in messages %}{{ thinking }}{% endfor %}",
      undefined,
      undefined,
    ],
    [
      "a macro's argument",
      "{% macro say(thinking) %}{{ thinking }}{% endmacro %}",
      undefined,
      undefined,
    ],
    ["a filter or function", "{{ content | thinking }}{{ thinking() }}", undefined, undefined],
  ])("%s", (_, template, name, byDefault) => {
    expect(read(template).thinking).toMatchObject({ switch: name, default: byDefault });
  });

  it("may be an amount", () => {
    const { thinking } = read(
      "{%- set effort = reasoning_effort | default('medium') %}{{ effort }}",
    );
    expect(thinking).toMatchObject({ switch: undefined, effort: "reasoning_effort" });
  });
});

describe("thoughts", () => {
  it.each([
    ["<think>{{ content }}</think>", true],
    ["{{ '[THINK]' + thoughts + '[/THINK]' }}", true],
    ["{{ '<seed:think>' }}", true],
    ["{{ '<|START_THINKING|>' }}", true],
    ["{# <think> #}{{ content }}", false],
    ["I think <thinker>", false],
  ])("%j has their tags: %s", (template, tags) => {
    expect(read(template).thinking.tags).toBe(tags);
  });

  it.each([
    ["{% set content = message.content.split('</think>')[-1] %}", true],
    ["{{ (content.split('</think>') | last).lstrip() }}", true],
    ["{% if '</think>' in content %}{{ content }}{% endif %}", false],
    ["{{ content.split('\\n') }}</think>", false],
  ])("%j cuts them out of history: %s", (template, stripsHistory) => {
    expect(read(template).thinking.stripsHistory).toBe(stripsHistory);
  });
});

describe("tools", () => {
  it.each([
    ["{% for tool in tools %}{{ tool | tojson }}{% endfor %}", true, false],
    ["{% if custom_tools is defined %}{% set tools = custom_tools %}{% endif %}", true, false],
    ["{% for call in message['tool_calls'] %}{{ call.name }}{% endfor %}", false, true],
    ["{% for call in message.tool_calls %}{{ call.name }}{% endfor %}", false, true],
    ["{{ message.tools }} tools {{ 'tools' }}", false, false],
  ])("%j: tools %s, calls %s", (template, tools, toolCalls) => {
    expect(read(template)).toMatchObject({ tools, toolCalls });
  });
});

describe("system role", () => {
  it.each([
    ["{% if messages[0]['role'] == 'system' %}{{ messages[0].content }}{% endif %}", "supported"],
    [
      "{% for m in messages %}{{ '<|im_start|>' + m['role'] + m.content }}{% endfor %}",
      "supported",
    ],
    [
      "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}{% set role = messages[0].role %}",
      "refused",
    ],
    [
      "{% if messages[0].role == 'system' %}{% set s = messages[0].content %}{% endif %}{% for m in messages[1:] %}{% if m.role == 'system' %}{{ raise_exception('late') }}{% endif %}{% endfor %}",
      "supported",
    ],
    [
      "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}",
      "ignored",
    ],
    ["{{ 'system' if false }}{{ messages[0].content }}", "supported"],
  ])("of %j is %s", (template, systemRole) => {
    expect(read(template).systemRole).toBe(systemRole);
  });
});

describe("variables", () => {
  it("are those that the caller gives", () => {
    const template =
      "{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = loop.index %}{{ bos_token + m.content }}{% endfor %}{% if add_generation_prompt is true and tools is not none %}{{ strftime_now('%d') }}{% endif %}";
    expect(read(template).variables).toEqual([
      "add_generation_prompt",
      "bos_token",
      "messages",
      "tools",
    ]);
  });
});

describe("hostile templates", () => {
  it.each([
    ["unclosed", "{% if a %}"],
    ["no Jinja", "{{ 1 + }}"],
    ["nested too deep for the stack", `{{ ${"(".repeat(100_000)}`],
    ["too long", "x".repeat(2 ** 17 + 1)],
  ])("%s: cannot be read, without an error", (_, template) => {
    expect(chatTemplateOf(template)).toBeUndefined();
  });

  it("with runs of blanks or deep conditions take no time worth speaking of", () => {
    expect(chatTemplateOf(`${" ".repeat(130_000)}{{ a }}`)).toBeDefined();
    expect(chatTemplateOf(`${"\n ".repeat(60_000)}{% generation %}`)).toBeDefined();
    const deep = `{% if ${"not ".repeat(1000)}enable_thinking %}x{% endif %}`;
    expect(read(deep).thinking).toMatchObject({ switch: "enable_thinking", default: undefined });
  });
});
