import { expect, test } from "vitest";
import { type ModelFacts, type RunPlan, type Wishes, planRun } from "../src/index.ts";
import { factsOf } from "./facts.ts";
import { qwen3, qwen3Instruct2507, unknown } from "./models.ts";

const plan = (model: ModelFacts, wishes: Wishes = {}): RunPlan =>
  planRun(model, wishes, { cores: 4 });
const codes = (run: RunPlan): string[] => run.warnings.map((warning) => warning.code);
const withTemplate = async (chatTemplate: string, name = "Somebody's 7B"): Promise<ModelFacts> =>
  factsOf({ architecture: "llama", contextLength: 8_192, chatTemplate, name });

const OPENING =
  "{% for m in messages %}{{ m.content.split('</think>')[-1] }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|><think>\\n' }}{% endif %}";

test("a model without a switch does what it was made for, and says so", () => {
  const instruct = plan(qwen3Instruct2507, { thinking: true });
  expect(instruct.thinking).toMatchObject({ value: false, switch: undefined });
  expect(codes(instruct)).toEqual(["no-thinking-switch"]);
  expect(instruct.sampling.temperature.value).toBe(0.7);
  const r1 = { ...unknown, architecture: "qwen2", name: "DeepSeek R1 Distill Qwen 7B" };
  expect(codes(plan(r1, { thinking: false }))).toEqual(["no-thinking-switch"]);
  expect(codes(plan(r1, { thinking: true }))).toEqual([]);
});

test("an unknown model's template tells whether thinking can be switched", async () => {
  const granite = await withTemplate("{% if thinking %}Think.{% endif %}");
  expect(plan(granite).thinking).toMatchObject({ value: false, switch: { variable: "thinking" } });
  expect(plan(granite, { thinking: true }).thinking.value).toBe(true);
  expect(plan(unknown).thinking).toMatchObject({ value: false, switch: undefined });
});

test("a template that begins answers within thoughts always thinks, whoever made the model", async () => {
  const run = plan(await withTemplate(OPENING), { thinking: false });
  expect(run.thinking).toMatchObject({ value: true, switch: undefined, from: "file" });
  expect(codes(run)).toEqual(["no-thinking-switch"]);
});

test.each([
  ["thoughts that are closed at once", OPENING.replace("<think>", "<think></think>")],
  ["tags in the history alone", OPENING.replace("<think>", "")],
  ["no generation prompt", "{{ '<think>' }}"],
])("a template with %s does not", async (_, template) => {
  expect(plan(await withTemplate(template)).thinking.value).toBe(false);
});

test("a model that always thinks can be stopped by a template made for that", async () => {
  const template = `${OPENING}{% if not enable_thinking %}{{ '</think>' }}{% endif %}`;
  const r1 = await withTemplate(template, "DeepSeek R1 Distill Llama 8B");
  expect(plan(r1).thinking).toMatchObject({ value: true, from: "family" });
  const stopped = plan(r1, { thinking: false });
  expect(stopped.thinking).toMatchObject({ value: false, switch: { variable: "enable_thinking" } });
  expect(stopped.sampling.temperature).toMatchObject({ value: 0.6, from: "family" });
});

test("a borrowed template teaches no model to think", async () => {
  const model = await factsOf({
    architecture: "qwen3moe",
    contextLength: 262_144,
    name: "Qwen3 30B A3B Instruct 2507",
  });
  expect(model.thinking.switch).toBe("enable_thinking");
  expect(plan(model).thinking).toMatchObject({ value: false, switch: undefined });
});

test("words in the prompt are a switch where the template looks for them", async () => {
  const nemotron = await withTemplate(
    "{% set ns = namespace(enable_thinking=true) %}{% for m in messages %}{% if '/no_think' in m.content %}{% set ns.enable_thinking = false %}{% endif %}{% endfor %}",
  );
  const words = { on: "/think", off: "/no_think" };
  const ways = { variable: undefined, words };
  expect(plan(nemotron).thinking).toMatchObject({ value: true, switch: ways });
  expect(plan(nemotron, { thinking: false }).thinking).toMatchObject({
    value: false,
    switch: ways,
  });
  const mentioned = await withTemplate("{{ 'You may say /no_think.' }}");
  expect(plan(mentioned).thinking.switch).toBeUndefined();
});

test("the first Qwen3 thinks under a template without a switch, and obeys words", async () => {
  const model = await factsOf({ chatTemplate: "{{ messages }}" });
  expect(plan(model).thinking).toMatchObject({
    value: true,
    from: "family",
    switch: { variable: undefined, words: { off: "/no_think" } },
  });
  expect(plan({ ...qwen3, chatTemplate: undefined }).thinking.switch?.variable).toBe(
    "enable_thinking",
  );
});

test.each([
  [
    "DeepSeek-V3.1's",
    "{% if not thinking is defined %}{% if enable_thinking is defined %}{% set thinking = enable_thinking %}{% else %}{% set thinking = false %}{% endif %}{% endif %}{{ thinking }}",
    false,
  ],
  [
    "Kimi K3's",
    "{% macro a() %}{% if thinking %}b{% endif %}{% endmacro %}{% if thinking is undefined %}{% set thinking = true %}{% endif %}{{ thinking }}",
    true,
  ],
  ["Gemma 4's", "{% if not enable_thinking | default(false) %}a{% endif %}", false],
  ["Qwen3's", "{% if enable_thinking is defined and enable_thinking is false %}a{% endif %}", true],
])("%s template has its own default", async (_, template, value) => {
  const run = plan(await withTemplate(template));
  expect(run.thinking).toMatchObject({ value, from: "file" });
  expect(run.thinking.switch).toBeDefined();
});

test("a switch that takes words is none that can be set to true or false", async () => {
  const minimax = await withTemplate("{% if thinking_mode == 'disabled' %}a{% endif %}");
  expect(plan(minimax).thinking.switch).toBeUndefined();
});

test("a model with an effort thinks, and its user is told of the effort", async () => {
  const effort = (value: string): string =>
    `{% if not reasoning_effort is defined %}{% set reasoning_effort = '${value}' %}{% endif %}{{ reasoning_effort }}`;
  const run = plan(await withTemplate(effort("medium")), { thinking: false });
  expect(run.thinking).toMatchObject({ value: true, effort: "reasoning_effort" });
  expect(run.warnings[0]?.message).toContain("reasoning_effort");
  expect(plan(await withTemplate(effort("no_think"))).thinking.value).toBe(false);
});

test.each([
  ["Kimi K2 Thinking", true],
  ["Phi 4 Mini Reasoning", true],
  ["Somebody's Non-Thinking 7B", false],
  ["Somebody's Rethinking 7B", false],
])("the name %s tells: %s", (name, value) => {
  expect(plan({ ...unknown, name }).thinking.value).toBe(value);
});
