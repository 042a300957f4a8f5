import { nodeField, type PlacedNode, type TemplateNode, textOf } from "./template-syntax.ts";

/** What looks like a variable but is Jinja's own. */
const BUILT_IN: ReadonlySet<string> = new Set([
  "loop",
  "true",
  "True",
  "false",
  "False",
  "none",
  "None",
]);

/**
 * The variables that a template expects from its caller: those that it reads without setting them,
 * and those that it sets only where they are not given (`is defined`, `default`).
 */
export function inputVariables(nodes: readonly PlacedNode[]): Set<string> {
  const bound = new Set<string>();
  const read = new Set<string>();
  const optional = new Set<string>();
  for (const { node, parent } of nodes) {
    const name = textOf(node, "Identifier");
    if (name === undefined || parent === undefined) continue;
    if (BUILT_IN.has(name) || isName(node, parent)) continue;
    if (isBinding(node, parent)) bound.add(name);
    else read.add(name);
    if (isOptional(node, parent)) optional.add(name);
  }
  return new Set([...read].filter((name) => !bound.has(name) || optional.has(name)));
}

/** Whether an identifier names an attribute, argument, filter, test or function, not a variable. */
function isName(node: TemplateNode, parent: TemplateNode): boolean {
  switch (parent.type) {
    case "MemberExpression":
      return nodeField(parent, "property") === node && Reflect.get(parent, "computed") !== true;
    case "KeywordArgumentExpression":
      return nodeField(parent, "key") === node;
    case "FilterExpression":
      return nodeField(parent, "filter") === node;
    case "TestExpression":
      return nodeField(parent, "test") === node;
    case "CallExpression":
      return nodeField(parent, "callee") === node;
    default:
      return false;
  }
}

function isBinding(node: TemplateNode, parent: TemplateNode): boolean {
  if (parent.type === "Set") return nodeField(parent, "assignee") === node;
  if (parent.type === "For") return nodeField(parent, "loopvar") === node;
  // A tuple is what a loop unpacks its items into, nearly always.
  return parent.type === "Macro" || parent.type === "TupleLiteral";
}

function isOptional(node: TemplateNode, parent: TemplateNode): boolean {
  if (nodeField(parent, "operand") !== node) return false;
  if (parent.type === "TestExpression") {
    const test = textOf(nodeField(parent, "test"), "Identifier");
    return test === "defined" || test === "undefined" || test === "none";
  }
  return filterName(parent) === "default";
}

/** The name of a filter, with arguments or without. */
export function filterName(node: TemplateNode): string | undefined {
  const filter = nodeField(node, "filter");
  return textOf(
    filter?.type === "CallExpression" ? nodeField(filter, "callee") : filter,
    "Identifier",
  );
}
