import { evaluateCondition, truth, type Truth } from "./template-condition.ts";
import { nodeField, type PlacedNode, type TemplateNode, textOf } from "./template-syntax.ts";
import { inputVariables } from "./template-variables.ts";

/** What a chat template does about thinking, and lets its user do. */
export interface Thinking {
  /** The template variable that turns thinking on and off; undefined where there is none. */
  readonly switch: string | undefined;
  /** What holds where the variable is not given; undefined where the template does not tell. */
  readonly default: "on" | "off" | undefined;
  /** The template variable for how much to think, such as `reasoning_effort`. */
  readonly effort: string | undefined;
  /** Whether the template mentions the tags around thoughts, such as `<think>`. */
  readonly tags: boolean;
  /** Whether thoughts are cut out of earlier answers. */
  readonly stripsHistory: boolean;
}

/** No template, or one that cannot be read. */
export const NO_THINKING: Thinking = {
  switch: undefined,
  default: undefined,
  effort: undefined,
  tags: false,
  stripsHistory: false,
};

// enable_thinking: Qwen3, GLM-4.5, SmolLM3; thinking: DeepSeek-V3.1, Granite 3.2.
const SWITCH = /^(?:enable_|is_|use_)?(?:thinking|reasoning)(?:_mode|_enabled)?$/;
// reasoning_effort: gpt-oss; thinking_budget: Seed-OSS.
const EFFORT = /^(?:reasoning|thinking)_(?:effort|budget|level)$/;
// <think>, [THINK] of Mistral, <seed:think>, <|START_THINKING|> of Command A, the channel of gpt-oss.
const TAG =
  /<\/?(?:\w+:)?think(?:ing)?>|\[\/?THINK\]|<\|(?:START|END)_THINKING\|>|<\|channel\|>analysis/;
const CLOSING_TAG = /<\/(?:\w+:)?think(?:ing)?>|\[\/THINK\]|<\|END_THINKING\|>/;

/** Finds out from the nodes of a template. */
export function thinkingOf(nodes: readonly PlacedNode[]): Thinking {
  const variables = [...inputVariables(nodes)].toSorted();
  const name = variables.includes("enable_thinking")
    ? "enable_thinking"
    : variables.find((variable) => SWITCH.test(variable));
  return {
    switch: name,
    default: name === undefined ? undefined : defaultOf(nodes, name),
    effort: variables.find((variable) => EFFORT.test(variable)),
    tags: nodes.some(({ node }) => TAG.test(textOf(node, "StringLiteral") ?? "")),
    stripsHistory: nodes.some(({ node }) => isStripping(node)),
  };
}

/** `content.split('</think>')`, whose last part is the answer without its thoughts. */
function isStripping(node: TemplateNode): boolean {
  if (node.type !== "CallExpression") return false;
  const method = textOf(nodeField(nodeField(node, "callee"), "property"), "Identifier");
  const args: unknown = Reflect.get(node, "args");
  if (!Array.isArray(args) || method === undefined || !/^r?split$/.test(method)) return false;
  return args.some((argument: TemplateNode) =>
    CLOSING_TAG.test(textOf(argument, "StringLiteral") ?? ""),
  );
}

function defaultOf(nodes: readonly PlacedNode[], name: string): Thinking["default"] {
  for (const { node } of nodes) {
    const assigned = assignedDefault(node, name, "missing");
    if (assigned !== undefined) return assigned;
    const condition = conditionOf(node);
    if (condition === undefined) continue;
    const like = (value: Truth): boolean | undefined =>
      truth(evaluateCondition(condition, name, value));
    const [missing, on, off] = [like("missing"), like(true), like(false)];
    if (missing === undefined || on === undefined || off === undefined) continue;
    if (on !== off) return missing === on ? "on" : "off";
    if (missing !== on) return defaultInBody(node, name);
  }
  return undefined;
}

function conditionOf(node: TemplateNode): TemplateNode | undefined {
  if (node.type === "If") return nodeField(node, "test");
  return node.type === "Ternary" ? nodeField(node, "condition") : undefined;
}

/** The value in `{% if name is not defined %}{% set name = false %}{% endif %}`. */
function defaultInBody(node: TemplateNode, name: string): Thinking["default"] {
  const body: unknown = Reflect.get(node, "body");
  if (!Array.isArray(body)) return undefined;
  for (const statement of body) {
    const assigned = assignedDefault(statement as TemplateNode, name, undefined);
    if (assigned !== undefined) return assigned;
  }
  return undefined;
}

/** The value in `{% set name = name | default(true) %}`, and in a plain assignment. */
function assignedDefault(node: TemplateNode, name: string, value: Truth): Thinking["default"] {
  if (node.type !== "Set" || textOf(nodeField(node, "assignee"), "Identifier") !== name)
    return undefined;
  const assigned = evaluateCondition(nodeField(node, "value"), name, value);
  return assigned === undefined ? undefined : truth(assigned) ? "on" : "off";
}
