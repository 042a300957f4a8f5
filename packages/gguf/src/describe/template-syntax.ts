import { parse, tokenize } from "@huggingface/jinja";

// The longest chat template known has some 40,000 characters. Parsing takes memory and, on hostile
// text, more than linear time.
const MAX_TEMPLATE_LENGTH = 2 ** 17;

/** A node of a Jinja template's syntax tree. */
export interface TemplateNode {
  readonly type: string;
}

/** A node with its place in the tree. */
export interface PlacedNode {
  readonly node: TemplateNode;
  readonly parent: TemplateNode | undefined;
  /** Whether the node is part of a condition and not of what is written out. */
  readonly inCondition: boolean;
}

/**
 * Parses a chat template, without running any of it. Undefined where it is no Jinja that can be
 * read, or too long.
 */
export function parseTemplate(template: string): TemplateNode | undefined {
  if (template.length > MAX_TEMPLATE_LENGTH) return undefined;
  try {
    // The lexer's expressions take quadratic time on runs of blanks; what they are tells nothing.
    const text = template.replace(/\s{2,}/g, (blanks) => (blanks.includes("\n") ? "\n" : " "));
    return parse(tokenize(text, { lstrip_blocks: true, trim_blocks: true }));
  } catch {
    return undefined; // a syntax error, or nested so deep that the stack overflows
  }
}

/** Every node from `root` on, in the template's order. Not recursive: trees may be deep. */
export function* templateNodes(root: TemplateNode): Generator<PlacedNode> {
  const open: PlacedNode[] = [{ node: root, parent: undefined, inCondition: false }];
  for (let placed = open.pop(); placed !== undefined; placed = open.pop()) {
    yield placed;
    const { node: parent } = placed;
    const children = [...childrenOf(parent)].map(([field, node]) => {
      const inCondition = placed.inCondition || isCondition(parent, field);
      return { node, parent, inCondition };
    });
    // One by one: as arguments, the children of a hostile template would overflow the stack.
    for (const child of children.toReversed()) open.push(child);
  }
}

function isCondition({ type }: TemplateNode, field: string): boolean {
  return field === "test" || field === "condition" || type === "TestExpression";
}

function* childrenOf(node: TemplateNode): Generator<[field: string, child: TemplateNode]> {
  for (const [field, value] of Object.entries(node)) {
    // An operator is a token, which has a type too.
    if (field === "operator") continue;
    const values: unknown[] = value instanceof Map ? [...value].flat() : [value].flat();
    for (const child of values) if (isNode(child)) yield [field, child];
  }
}

function isNode(value: unknown): value is TemplateNode {
  return typeof value === "object" && value !== null && "type" in value;
}

/** A node's field that is a node, or undefined. */
export function nodeField(node: TemplateNode | undefined, field: string): TemplateNode | undefined {
  const value: unknown = node && Reflect.get(node, field);
  return isNode(value) ? value : undefined;
}

/** The name of an identifier, or the text of a string; undefined for every other node. */
export function textOf(
  node: TemplateNode | undefined,
  type: "Identifier" | "StringLiteral",
): string | undefined {
  const value: unknown = node?.type === type ? Reflect.get(node, "value") : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The operator of a unary or binary expression. */
export function operatorOf(node: TemplateNode): string | undefined {
  const operator: unknown = Reflect.get(node, "operator");
  return isNode(operator) ? String(Reflect.get(operator, "value")) : undefined;
}
