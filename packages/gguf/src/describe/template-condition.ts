import { nodeField, operatorOf, type TemplateNode, textOf } from "./template-syntax.ts";
import { filterName } from "./template-variables.ts";

/**
 * What a variable may be, or an expression may come to; undefined where that depends on what is not
 * known.
 */
export type Truth = boolean | "missing" | "none" | Text | undefined;

interface Text {
  readonly text: string;
}

// No condition that a person wrote nests as deep; a hostile one must not overflow the stack.
const MAX_DEPTH = 64;

const LITERALS: ReadonlyMap<string, Truth> = new Map<string, Truth>([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", "none"],
  ["None", "none"],
]);

/**
 * What an expression comes to when variables have the values that `valueOf` tells, by three-valued
 * logic: all else in it is unknown. Nothing of the template runs.
 */
export function evaluateCondition(
  node: TemplateNode | undefined,
  valueOf: (name: string) => Truth,
  depth = 0,
): Truth {
  if (node === undefined || depth > MAX_DEPTH) return undefined;
  const evaluate = (child: TemplateNode | undefined): Truth =>
    evaluateCondition(child, valueOf, depth + 1);
  const inner = (field: string): Truth => evaluate(nodeField(node, field));
  switch (node.type) {
    case "Identifier": {
      const name = textOf(node, "Identifier") ?? "";
      return LITERALS.has(name) ? LITERALS.get(name) : valueOf(name);
    }
    case "StringLiteral":
      return { text: textOf(node, "StringLiteral") ?? "" };
    case "UnaryExpression":
      return operatorOf(node) === "not" ? not(inner("argument")) : undefined;
    case "BinaryExpression":
      return combine(operatorOf(node), inner("left"), inner("right"));
    case "TestExpression": {
      const result = test(textOf(nodeField(node, "test"), "Identifier"), inner("operand"));
      return Reflect.get(node, "negate") === true ? not(result) : result;
    }
    case "FilterExpression":
      return filterName(node) === "default"
        ? withDefault(inner("operand"), argumentsOf(nodeField(node, "filter")).map(evaluate))
        : undefined;
    case "Ternary":
      return either(truth(inner("condition")), inner("trueExpr"), inner("falseExpr"));
    case "SelectExpression": // a ternary without `else`
      return either(truth(inner("test")), inner("lhs"), "missing");
    default:
      return undefined;
  }
}

/** The arguments of a call. */
export function argumentsOf(node: TemplateNode | undefined): readonly TemplateNode[] {
  const args: unknown = node && Reflect.get(node, "args");
  return Array.isArray(args) ? args : [];
}

/** Whether a value counts as true; a missing variable, `none` and an empty text count as false. */
export function truth(value: Truth): boolean | undefined {
  if (typeof value === "object") return value.text !== "";
  return typeof value === "string" ? false : value;
}

/** What is known of a value that is one of two. */
export function either(isFirst: boolean | undefined, first: Truth, second: Truth): Truth {
  if (isFirst === undefined) return equal(first, second) === true ? first : undefined;
  return isFirst ? first : second;
}

/** `value | default(fallback, any)`: with `any`, all that counts as false is replaced. */
function withDefault(value: Truth, [fallback, any]: readonly Truth[]): Truth {
  if (value === "missing") return fallback;
  return any === true ? either(truth(value), value, fallback) : value;
}

function not(value: Truth): Truth {
  const known = truth(value);
  return known === undefined ? undefined : !known;
}

function combine(operator: string | undefined, left: Truth, right: Truth): Truth {
  switch (operator) {
    case "and":
      return truth(right) === false && truth(left) === undefined
        ? false
        : either(truth(left), right, left);
    case "or":
      return truth(right) === true && truth(left) === undefined
        ? true
        : either(truth(left), left, right);
    case "==":
      return equal(left, right);
    case "!=":
      return not(equal(left, right));
    default:
      return undefined;
  }
}

/** Unlike in conditions, a missing variable is not equal to false. */
function equal(left: Truth, right: Truth): Truth {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === "object" && typeof right === "object") return left.text === right.text;
  return left === right;
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
      return value === "none";
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "object";
    default:
      return undefined;
  }
}
