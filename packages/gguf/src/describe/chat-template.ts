import {
  nodeField,
  operatorOf,
  parseTemplate,
  type PlacedNode,
  type TemplateNode,
  templateNodes,
  textOf,
} from "./template-syntax.ts";
import { inputVariables } from "./template-variables.ts";
import { type Thinking, thinkingOf } from "./thinking.ts";

/** What a chat template can do, read off its syntax tree; it is never run. */
export interface ChatTemplate {
  /** The variables that it takes from its caller, in alphabetical order. */
  readonly variables: readonly string[];
  readonly thinking: Thinking;
  /** Whether it writes out the tools that the model may call. */
  readonly tools: boolean;
  /** Whether it writes out the calls that the model made earlier. */
  readonly toolCalls: boolean;
  /** What becomes of a message from `system`: it is written out, an error, or passed over. */
  readonly systemRole: "supported" | "refused" | "ignored";
}

const TOOL_VARIABLES: readonly string[] = ["tools", "custom_tools", "builtin_tools"];

/** Reads a template; undefined where it is no Jinja that can be read. */
export function chatTemplateOf(template: string): ChatTemplate | undefined {
  const root = parseTemplate(template);
  if (root === undefined) return undefined;
  const nodes = [...templateNodes(root)];
  const variables = [...inputVariables(nodes)].toSorted();
  return {
    variables,
    thinking: thinkingOf(nodes),
    tools: variables.some((name) => TOOL_VARIABLES.includes(name)),
    toolCalls: nodes.some(({ node }) => memberName(node) === "tool_calls"),
    systemRole: systemRoleOf(nodes),
  };
}

/** `tool_calls` of both `message.tool_calls` and `message['tool_calls']`. */
function memberName(node: TemplateNode): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  const property = nodeField(node, "property");
  return textOf(property, "Identifier") ?? textOf(property, "StringLiteral");
}

function systemRoleOf(nodes: readonly PlacedNode[]): ChatTemplate["systemRole"] {
  const mentions = nodes.filter(({ node }) => textOf(node, "StringLiteral") === "system").length;
  const refusals = nodes.filter(({ node }) => refusesSystem(node)).length;
  if (refusals > 0 && refusals >= mentions) return "refused";
  if (mentions > 0) return "supported";
  // `'<|im_start|>' + message['role']` writes any role out.
  const writesRole = nodes.some(
    ({ node, inCondition }) => !inCondition && memberName(node) === "role",
  );
  return writesRole ? "supported" : "ignored";
}

/** `{% if … == 'system' %}{{ raise_exception(…) }}{% endif %}` */
function refusesSystem(node: TemplateNode): boolean {
  const test = nodeField(node, "test");
  if (node.type !== "If" || test?.type !== "BinaryExpression" || operatorOf(test) !== "==")
    return false;
  const sides = [nodeField(test, "left"), nodeField(test, "right")];
  if (!sides.some((side) => textOf(side, "StringLiteral") === "system")) return false;
  const body: unknown = Reflect.get(node, "body");
  return Array.isArray(body) && body.some((statement: TemplateNode) => isRaise(statement));
}

function isRaise(node: TemplateNode): boolean {
  return textOf(nodeField(node, "callee"), "Identifier") === "raise_exception";
}
