import { nodeField, operatorOf, type TemplateNode, textOf } from "./template-syntax.ts";
import { filterName } from "./template-variables.ts";

/** What a variable may be, or an expression may come to; undefined where that depends on others. */
export type Truth = boolean | "missing" | undefined;

// No condition that a person wrote nests as deep; a hostile one must not overflow the stack.
const MAX_DEPTH = 64;

const LITERALS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", false],
  ["None", false],
]);

/**
 * What a condition comes to when the variable `name` has the value `value`, by three-valued logic:
 * everything else in it is unknown. Nothing of the template runs.
 */
export function evaluateCondition(
  node: TemplateNode | undefined,
  name: string,
  value: Truth,
  depth = 0,
): Truth {
  if (node === undefined || depth > MAX_DEPTH) return undefined;
  const inner = (field: string): Truth =>
    evaluateCondition(nodeField(node, field), name, value, depth + 1);
  switch (node.type) {
    case "Identifier": {
      const identifier = textOf(node, "Identifier") ?? "";
      return identifier === name ? value : LITERALS.get(identifier);
    }
    case "UnaryExpression":
      return operatorOf(node) === "not" ? not(inner("argument")) : undefined;
    case "BinaryExpression":
      return combine(operatorOf(node), inner("left"), inner("right"));
    case "TestExpression": {
      const result = test(textOf(nodeField(node, "test"), "Identifier"), inner("operand"));
      return Reflect.get(node, "negate") === true ? not(result) : result;
    }
    case "FilterExpression": {
      if (filterName(node) !== "default") return undefined;
      const operand = inner("operand");
      const [fallback] = argumentsOf(nodeField(node, "filter"));
      return operand === "missing" ? evaluateCondition(fallback, name, value, depth + 1) : operand;
    }
    default:
      return undefined;
  }
}

function argumentsOf(node: TemplateNode | undefined): readonly TemplateNode[] {
  const args: unknown = node && Reflect.get(node, "args");
  return Array.isArray(args) ? args : [];
}

/** A missing variable counts as false. */
export function truth(value: Truth): boolean | undefined {
  return value === "missing" ? false : value;
}

function not(value: Truth): Truth {
  const known = truth(value);
  return known === undefined ? undefined : !known;
}

function combine(operator: string | undefined, leftValue: Truth, rightValue: Truth): Truth {
  const [left, right] = [truth(leftValue), truth(rightValue)];
  const isKnown = left !== undefined && right !== undefined;
  switch (operator) {
    case "and":
      return left === false || right === false ? false : isKnown ? true : undefined;
    case "or":
      return left === true || right === true ? true : isKnown ? false : undefined;
    // Unlike in conditions, a missing variable is not equal to false.
    case "==":
      return isKnown ? leftValue === rightValue : undefined;
    case "!=":
      return isKnown ? leftValue !== rightValue : undefined;
    default:
      return undefined;
  }
}

function test(name: string | undefined, value: Truth): Truth {
  if (value === undefined) return undefined;
  switch (name) {
    case "defined":
      return value !== "missing";
    case "undefined":
      return value === "missing";
    case "true":
      return value === true;
    case "false":
      return value === false;
    case "none":
      return false;
    default:
      return undefined;
  }
}
