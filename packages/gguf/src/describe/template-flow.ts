import { either, evaluateCondition, truth, type Truth } from "./template-condition.ts";
import { nodeField, type TemplateNode, templateNodes, textOf } from "./template-syntax.ts";

/** What becomes of a template that is given certain variables. */
export interface TemplateFlow {
  /** What each condition comes to that is reached, or may be, in the order of running. */
  readonly conditions: ReadonlyMap<TemplateNode, Truth>;
  /** What the variables that the template sets are in the end. */
  readonly variables: ReadonlyMap<string, Truth>;
}

/** Variables that are set within a branch or a loop, over those around it. */
interface Scope {
  readonly outer: Scope | undefined;
  readonly own: Map<string, Truth>;
}

interface Walk {
  readonly given: ReadonlyMap<string, Truth>;
  readonly conditions: Map<TemplateNode, Truth>;
  /** Run when the rest has, as a macro sees what is set before it is called and not where it stands. */
  readonly macros: TemplateNode[];
}

// No template that a person wrote nests its statements as deep.
const MAX_DEPTH = 64;

/**
 * Follows a template from its first statement to its last, as it would run if it were given these
 * variables and nothing were known of the others. Where a condition is unknown both branches are
 * followed, and what they set differently is unknown afterwards. Nothing of the template runs.
 */
export function followTemplate(
  root: TemplateNode,
  given: ReadonlyMap<string, Truth>,
): TemplateFlow {
  const walk: Walk = { given, conditions: new Map(), macros: [] };
  const scope = inner(undefined);
  for (const statement of statements(root, "body")) follow(statement, scope, walk, 0);
  // Macros within macros are appended while this runs.
  for (const macro of walk.macros) followLocal(macro, ["body"], scope, walk, 0);
  return { conditions: walk.conditions, variables: scope.own };
}

function follow(node: TemplateNode, scope: Scope, walk: Walk, depth: number): void {
  if (depth > MAX_DEPTH) return;
  switch (node.type) {
    case "If":
      return followIf(node, scope, walk, depth);
    case "For":
      noteTernaries(nodeField(node, "iterable"), scope, walk);
      return followLocal(node, ["body", "defaultBlock"], scope, walk, depth);
    case "Macro":
      walk.macros.push(node);
      return;
    case "Set": {
      const value = nodeField(node, "value"); // none: a block whose text is the value
      noteTernaries(value, scope, walk);
      const name = textOf(nodeField(node, "assignee"), "Identifier");
      if (name !== undefined) scope.own.set(name, evaluate(value, scope, walk));
      return;
    }
    case "CallStatement":
    case "FilterStatement":
      return followLocal(node, ["body"], scope, walk, depth);
    default:
      return noteTernaries(node, scope, walk);
  }
}

function followIf(node: TemplateNode, scope: Scope, walk: Walk, depth: number): void {
  const test = nodeField(node, "test");
  noteTernaries(test, scope, walk);
  const value = evaluate(test, scope, walk);
  walk.conditions.set(node, value);
  const known = truth(value);
  if (known !== undefined) {
    for (const statement of statements(node, known ? "body" : "alternate"))
      follow(statement, scope, walk, depth + 1);
    return;
  }
  const [onTrue, onFalse] = [inner(scope), inner(scope)];
  for (const statement of statements(node, "body")) follow(statement, onTrue, walk, depth + 1);
  for (const statement of statements(node, "alternate"))
    follow(statement, onFalse, walk, depth + 1);
  for (const name of new Set([...onTrue.own.keys(), ...onFalse.own.keys()]))
    scope.own.set(name, either(undefined, lookUp(name, onTrue, walk), lookUp(name, onFalse, walk)));
}

/** What is set in a loop or a macro is not seen outside; what they take from there is unknown. */
function followLocal(
  node: TemplateNode,
  bodies: readonly string[],
  scope: Scope,
  walk: Walk,
  depth: number,
): void {
  const local = inner(scope);
  for (const name of parametersOf(node)) local.own.set(name, undefined);
  for (const body of bodies)
    for (const statement of statements(node, body)) follow(statement, local, walk, depth + 1);
}

/** The names that a loop, a macro or a call binds in its body. */
function parametersOf(node: TemplateNode): string[] {
  const bound = ["loopvar", "args", "callerArgs"].flatMap((field): unknown => {
    const value: unknown = node.type === "FilterStatement" ? undefined : Reflect.get(node, field);
    return value ?? [];
  }) as TemplateNode[];
  return bound
    .flatMap((parameter) => [...templateNodes(parameter)])
    .flatMap(({ node: part }) => {
      const name = textOf(part, "Identifier");
      return name === undefined ? [] : [name];
    });
}

/** Conditions within an expression: `{{ 'a' if thinking else 'b' }}`. */
function noteTernaries(expression: TemplateNode | undefined, scope: Scope, walk: Walk): void {
  if (expression === undefined) return;
  for (const { node } of templateNodes(expression)) {
    const field =
      node.type === "Ternary" ? "condition" : node.type === "SelectExpression" ? "test" : undefined;
    if (field !== undefined)
      walk.conditions.set(node, evaluate(nodeField(node, field), scope, walk));
  }
}

function evaluate(node: TemplateNode | undefined, scope: Scope, walk: Walk): Truth {
  return evaluateCondition(node, (name) => lookUp(name, scope, walk));
}

function lookUp(name: string, scope: Scope, walk: Walk): Truth {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer)
    if (at.own.has(name)) return at.own.get(name);
  return walk.given.get(name);
}

function inner(outer: Scope | undefined): Scope {
  return { outer, own: new Map() };
}

function statements(node: TemplateNode, field: string): readonly TemplateNode[] {
  const body: unknown = Reflect.get(node, field);
  return Array.isArray(body) ? body : [];
}
