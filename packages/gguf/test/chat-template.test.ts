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
    [
      "one under another name",
      "{% if not thinking is defined %}{% if enable_thinking is defined %}{% set thinking = enable_thinking %}{% else %}{% set thinking = false %}{% endif %}{% endif %}{% if prefix and thinking %}a{% endif %}{% if not thinking %}</think>{% endif %}",
      "enable_thinking",
      "off",
    ],
    [
      "one under another name that is written out alone",
      "{% if not thinking is defined %}{% if enable_thinking is defined %}{% set thinking = enable_thinking %}{% else %}{% set thinking = false %}{% endif %}{% endif %}{{ thinking }}",
      "enable_thinking",
      "off",
    ],
    [
      "one that becomes a word",
      "{% if enable_thinking is defined %}{% set option = 'on' if enable_thinking else 'off' %}{% elif thinking_option is not defined %}{% set option = 'on' %}{% endif %}{% if option == 'off' %}</think>{% endif %}",
      "enable_thinking",
      "on",
    ],
    [
      "one whose default comes after a macro that reads it",
      "{% macro open() %}{% if thinking %}<think>{% endif %}{% endmacro %}{% if thinking is undefined %}{% set thinking = true %}{% endif %}{{ open() }}",
      "thinking",
      "on",
    ],
    [
      "one set to itself or a default",
      "{% set enable_thinking = enable_thinking if enable_thinking is defined else true %}{% if enable_thinking %}t{% endif %}",
      "enable_thinking",
      "on",
    ],
    [
      "one whose default is that of an effort that is not given",
      "{% set reasoning = reasoning if reasoning is not undefined else (false if reasoning_effort is defined and reasoning_effort | lower == 'none' else true) %}{% if reasoning %}t{% endif %}",
      "reasoning",
      "on",
    ],
    [
      "one set in a loop, which does not last",
      "{% for m in messages %}{% set enable_thinking = true %}{% endfor %}{% if enable_thinking is defined and enable_thinking %}t{% endif %}",
      "enable_thinking",
      "off",
    ],
    [
      "one set where who knows",
      "{% if tools %}{% set enable_thinking = false %}{% elif enable_thinking is not defined %}{% set enable_thinking = true %}{% endif %}{% if enable_thinking %}t{% endif %}",
      "enable_thinking",
      undefined,
    ],
    [
      "one that is none of its two values where it is missing",
      "{% if enable_thinking is defined %}{% if enable_thinking is false %}</think>{% elif enable_thinking is true %}<think>{% endif %}{% endif %}",
      "enable_thinking",
      undefined,
    ],
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

  it.each([
    [
      "compared with words",
      "{% if thinking_mode is defined and thinking_mode == 'disabled' %}a{% endif %}",
    ],
    ["one of words", "{% if thinking_mode | lower not in ['on', 'auto'] %}a{% endif %}"],
    ["compared the other way round", "{% if 'off' != thinking_mode %}a{% endif %}"],
    ["with a word as its default", "{{ 'Mode: ' + thinking_mode | default('adaptive') }}"],
    ["tested for being text", "{% if thinking_mode is string %}{{ thinking_mode }}{% endif %}"],
  ])("is none that takes words: %s", (_, template) => {
    const { thinking } = read(template);
    expect(thinking).toMatchObject({ switch: undefined, default: undefined });
    expect(thinking.effort).toBe("thinking_mode");
  });

  it("may take words beside true and false", () => {
    const { thinking } = read("{% if reasoning == 'on' or reasoning is true %}t{% endif %}");
    expect(thinking).toMatchObject({ switch: "reasoning", default: "off", effort: undefined });
  });

  it("may be sent as a word", () => {
    const { thinking } = read(
      "{% if enable_thinking is defined and enable_thinking is string %}{% set enable_thinking = enable_thinking == 'true' %}{% endif %}{% if enable_thinking %}t{% endif %}",
    );
    expect(thinking).toMatchObject({ switch: "enable_thinking", default: "off" });
  });

  it("is found beside a variable that takes words", () => {
    const { thinking } = read(
      "{% if thinking_mode == 'off' or not use_thinking %}a{% endif %}{% if use_thinking %}t{% endif %}",
    );
    expect(thinking).toMatchObject({
      switch: "use_thinking",
      default: "off",
      effort: "thinking_mode",
    });
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
    const nested = `${"{% if a %}".repeat(500)}{% if enable_thinking %}x{% endif %}${"{% endif %}".repeat(500)}`;
    expect(read(nested).thinking).toMatchObject({ switch: "enable_thinking", default: undefined });
    const filtered = `{{ thinking${"|default".repeat(15_000)} }}`;
    expect(read(filtered).thinking).toMatchObject({ switch: "thinking", default: undefined });
    const many = "{% if a %}{% set b = enable_thinking %}{% endif %}".repeat(2_500);
    expect(read(many).thinking).toMatchObject({ switch: "enable_thinking", default: undefined });
  });
});
