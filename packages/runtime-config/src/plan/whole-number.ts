import { InvalidWishError } from "../errors.ts";

/** @throws InvalidWishError for a value that is no whole number from `min` to `max`. */
export function requireWhole(field: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new InvalidWishError(field, value, `a whole number between ${min} and ${max}`);
}
