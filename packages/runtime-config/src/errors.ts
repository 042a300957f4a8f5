/** Base of this package's errors; `code` is stable. */
export abstract class RuntimeConfigError extends Error {
  abstract readonly code: string;
}

/** A wish or a fact about the hardware that no plan can be made for. */
export class InvalidWishError extends RuntimeConfigError {
  override readonly name = "InvalidWishError";
  readonly code = "invalid-wish";
  /** Which one, for example `context` or `sampling.topP`. */
  readonly field: string;
  readonly value: unknown;
  readonly expected: string;

  constructor(field: string, value: unknown, expected: string) {
    super(`${field}: expected ${expected}, got ${String(value)}`);
    this.field = field;
    this.value = value;
    this.expected = expected;
  }
}

/** A file that is no model to be run, or that lacks what a plan rests on. */
export class UnplannableModelError extends RuntimeConfigError {
  override readonly name = "UnplannableModelError";
  readonly code = "unplannable-model";
  /** The metadata key, or `general.type` for a file of another kind. */
  readonly key: string;

  constructor(key: string, message: string) {
    super(message);
    this.key = key;
  }
}
