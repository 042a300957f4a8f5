import { truth, type Truth } from "./template-condition.ts";
import { followTemplate, type TemplateFlow } from "./template-flow.ts";
import type { PlacedNode } from "./template-syntax.ts";

/**
 * What holds where a template's switch is not given; undefined where the template does not tell.
 *
 * The template is followed three times: without the variable, with true, with false, each time
 * without the `others` that say something of thinking. The first condition that tells true from
 * false shows which of them the absence is like; where there is none, a variable that is only set
 * and written out does.
 */
export function switchDefault(
  nodes: readonly PlacedNode[],
  name: string,
  others: readonly string[],
): "on" | "off" | undefined {
  const root = nodes[0]?.node;
  if (root === undefined) return undefined;
  const absent = others.map((other): [string, Truth] => [other, "missing"]);
  const flow = (value: Truth): TemplateFlow =>
    followTemplate(root, new Map([...absent, [name, value]]));
  const [missing, on, off] = [flow("missing"), flow(true), flow(false)];
  for (const node of missing.conditions.keys()) {
    const [like, ...ends] = [missing, on, off].map(({ conditions }) => conditions.get(node));
    const found = nearer(like, ends);
    if (found !== undefined) return found;
  }
  for (const variable of [name, ...others]) {
    const [like, ...ends] = [missing, on, off].map(({ variables }) => variables.get(variable));
    const found = nearer(like, ends);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Which of two ends, on and off, something known is like; undefined where they do not differ. */
function nearer(value: Truth, ends: readonly Truth[]): "on" | "off" | undefined {
  const like = truth(value);
  const [on, off] = ends.map(truth);
  if (like === undefined || on === undefined || off === undefined || on === off) return undefined;
  return like === on ? "on" : "off";
}
