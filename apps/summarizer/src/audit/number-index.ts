import type { Passage } from "./passage.ts";
import { type Quantity, quantitiesOf } from "./quantity.ts";

/** A number of a source, with its passage. */
export interface SourceNumber {
  readonly quantity: Quantity;
  readonly passage: Passage;
}

/** The numbers of the sources: a claim's is compared with those of about its size alone. */
export interface NumberIndex {
  /** The numbers that may be the same, in the order of the sources. */
  near(quantity: Quantity): readonly SourceNumber[];
  /** The numbers of one passage. */
  of(passage: Passage): readonly Quantity[];
}

export function indexNumbers(passages: readonly Passage[]): NumberIndex {
  const buckets = new Map<number, SourceNumber[]>();
  const own = new Map<Passage, readonly Quantity[]>();
  for (const passage of passages) {
    const quantities = quantitiesOf(passage.text);
    if (quantities.length > 0) own.set(passage, quantities);
    for (const quantity of quantities)
      for (const key of bucketsOf(quantity)) {
        const known = buckets.get(key);
        if (known === undefined) buckets.set(key, [{ quantity, passage }]);
        else known.push({ quantity, passage });
      }
  }
  return {
    near: (quantity) => {
      const found = new Map<Quantity, SourceNumber>();
      for (const key of bucketsOf(quantity))
        for (const number of buckets.get(key) ?? []) found.set(number.quantity, number);
      return [...found.values()];
    },
    of: (passage) => own.get(passage) ?? [],
  };
}

/** Steps of a size: four to each doubling. */
const STEPS = 4;
const ZERO = Number.NEGATIVE_INFINITY;

function bucketsOf({ spans }: Quantity): number[] {
  const keys = new Set<number>();
  for (const [low, high] of spans) {
    if (low <= 0) keys.add(ZERO);
    if (high <= 0) continue;
    const last = Math.floor(Math.log2(high) * STEPS + 1e-6);
    // `1K` may be as little as 500: a span is never wide.
    const first = Math.floor(Math.log2(Math.max(low, high / 8)) * STEPS - 1e-6);
    for (let key = first; key <= last; key++) keys.add(key);
  }
  return [...keys];
}
