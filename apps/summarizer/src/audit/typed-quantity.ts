import type { Quantity } from "./quantity.ts";
import { experts, heads, layers, parameters, shards, sizes } from "./typed-counts.ts";
import type { Rule, TypedQuantity } from "./typed-rule.ts";
import { context, output, training } from "./typed-tokens.ts";

/** The first rule that knows the number names its attribute; numbers of other kinds have none. */
const RULES: readonly Rule[] = [
  experts,
  heads,
  layers,
  shards,
  sizes,
  training,
  parameters,
  output,
  context,
];

const PLAIN_RULES: ReadonlySet<Rule> = new Set([experts, heads, layers, shards]);

/** What directly follows a number that counts it. */
const COUNTED = /^ (?:layers|blocks|(?:query |KV |attention )?heads|experts|shards)\b/i;

/** What a number of a claim counts, if it is one of the counts that facts know. */
export function typeOf(quantity: Quantity, text: string, label = ""): TypedQuantity | undefined {
  const before = text.slice(Math.max(0, quantity.at - 80), quantity.at);
  const after = text.slice(quantity.end, quantity.end + 80);
  if (quantity.percent) return undefined;
  const isPlain = quantity.scale === "";
  for (const rule of RULES) {
    // Nobody counts experts, heads or layers in billions, but who says `13B layers` has them wrong.
    if (!isPlain && PLAIN_RULES.has(rule) && !COUNTED.test(after)) continue;
    const typed = rule({ before, after, label, quantity });
    if (typed !== undefined) return { ...typed, quantity };
  }
  return undefined;
}
