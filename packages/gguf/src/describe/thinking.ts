import { nodeField, type PlacedNode, type TemplateNode, textOf } from "./template-syntax.ts";
import { inputVariables } from "./template-variables.ts";
import { switchDefault } from "./thinking-default.ts";
import { takesWords } from "./word-variable.ts";

/** What a chat template does about thinking, and lets its user do. */
export interface Thinking {
  /** The template variable that turns thinking on and off; undefined where there is none. */
  readonly switch: string | undefined;
  /** What holds where the variable is not given; undefined where the template does not tell. */
  readonly default: "on" | "off" | undefined;
  /**
   * The template variable for how much to think, such as `reasoning_effort`; also one that would be
   * a switch but takes words, such as `thinking_mode`.
   */
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
// What a caller leaves out who says nothing of thinking; Ling has a thinking_option.
const RELATED = /think|reason/;
// <think>, [THINK] of Mistral, <seed:think>, <|START_THINKING|> of Command A, the channel of gpt-oss.
const TAG =
  /<\/?(?:\w+:)?think(?:ing)?>|\[\/?THINK\]|<\|(?:START|END)_THINKING\|>|<\|channel\|>analysis/;
const CLOSING_TAG = /<\/(?:\w+:)?think(?:ing)?>|\[\/THINK\]|<\|END_THINKING\|>/;

/** Finds out from the nodes of a template, of which the first is its root. */
export function thinkingOf(nodes: readonly PlacedNode[]): Thinking {
  const variables = [...inputVariables(nodes)].toSorted();
  const named = variables.filter((variable) => SWITCH.test(variable));
  const words = named.filter((variable) => takesWords(nodes, variable));
  const switches = named.filter((variable) => !words.includes(variable));
  const name = switches.includes("enable_thinking") ? "enable_thinking" : switches[0];
  const related = variables.filter((variable) => RELATED.test(variable));
  return {
    switch: name,
    default: name === undefined ? undefined : switchDefault(nodes, name, related),
    effort: variables.find((variable) => EFFORT.test(variable)) ?? words[0],
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
