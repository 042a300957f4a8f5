/** Stable names of everything that this package fails with. */
export type ShardErrorCode = "cannot-read-directory";

/** The only error class of this package. What is wrong with a set is a finding, not an error. */
export class ShardError extends Error {
  override readonly name = "ShardError";
  readonly code: ShardErrorCode;
  readonly path: string;

  constructor(code: ShardErrorCode, path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.code = code;
    this.path = path;
  }
}
