import { argumentsOf } from "./template-condition.ts";
import {
  nodeField,
  operatorOf,
  type PlacedNode,
  type TemplateNode,
  textOf,
} from "./template-syntax.ts";
import { filterName } from "./template-variables.ts";

const COMPARISON = /^(?:==|!=|in|not in)$/;

/**
 * Whether a variable takes words, as in `thinking_mode == "disabled"` and `in ["low", "high"]`, and
 * nothing that is true or false.
 */
export function takesWords(nodes: readonly PlacedNode[], name: string): boolean {
  const others = nodes.flatMap(({ node }) => comparedWith(node, name));
  return others.some((other) => isWords(other)) && !others.some((other) => isTruthValue(other));
}

/** What a node compares a variable with, or takes for it where it is missing. */
function comparedWith(node: TemplateNode, name: string): TemplateNode[] {
  const isVariable = (side: TemplateNode | undefined): boolean =>
    textOf(unfiltered(side), "Identifier") === name;
  if (node.type === "FilterExpression" && filterName(node) === "default")
    return isVariable(nodeField(node, "operand"))
      ? argumentsOf(nodeField(node, "filter")).slice(0, 1)
      : [];
  if (node.type === "TestExpression") {
    const test = nodeField(node, "test");
    return isVariable(nodeField(node, "operand")) && test !== undefined ? [test] : [];
  }
  if (node.type !== "BinaryExpression" || !COMPARISON.test(operatorOf(node) ?? "")) return [];
  const [left, right] = [nodeField(node, "left"), nodeField(node, "right")];
  if (left === undefined || right === undefined) return [];
  return isVariable(left) ? [right] : isVariable(right) ? [left] : [];
}

// Nobody writes more; a hostile chain of filters must not take quadratic time.
const MAX_FILTERS = 8;

/** `mode` of `mode | lower | trim`. */
function unfiltered(node: TemplateNode | undefined): TemplateNode | undefined {
  let inner = node;
  for (let count = 0; count < MAX_FILTERS && inner?.type === "FilterExpression"; count++)
    inner = nodeField(inner, "operand");
  return inner;
}

/** A word, a list of words, or the test `is string`. */
function isWords(node: TemplateNode): boolean {
  if (node.type === "StringLiteral") return true;
  const value: unknown = Reflect.get(node, "value");
  if (!Array.isArray(value)) return value === "string";
  return value.some((item: TemplateNode) => item.type === "StringLiteral");
}

/** As a value, as a test, or as the word that some callers send for it: `is false`, `== "true"`. */
function isTruthValue(node: TemplateNode): boolean {
  const value = textOf(node, "Identifier") ?? textOf(node, "StringLiteral") ?? "";
  return /^(?:true|false|boolean)$/i.test(value);
}
