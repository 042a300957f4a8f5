import type { Attribute } from "@ggufkit/model-facts";
import type { Quantity } from "./quantity.ts";

/** Which of a model's counts a number claims to be; what it may be besides, such as a header's context. */
export interface TypedQuantity {
  readonly quantity: Quantity;
  readonly attribute: Attribute;
  readonly alsoRight: readonly Attribute[];
  /** What people call it. */
  readonly name: string;
}

/** A number and what stands around it in its claim. */
export interface Surroundings {
  /** Up to the number, from the start of its clause; and after it, to the end. */
  readonly before: string;
  readonly after: string;
  readonly label: string;
  readonly quantity: Quantity;
}

/** What a number with these surroundings counts; undefined where it is nothing that the rule knows. */
export type Rule = (around: Surroundings) => Omit<TypedQuantity, "quantity"> | undefined;

/** What a rule found. */
export function named(
  attribute: Attribute,
  name: string,
  alsoRight: readonly Attribute[] = [],
): Omit<TypedQuantity, "quantity"> {
  return { attribute, name, alsoRight };
}
