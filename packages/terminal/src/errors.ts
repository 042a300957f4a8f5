/** Base of this package's errors; `code` is stable. */
export abstract class TerminalError extends Error {
  abstract readonly code: string;
  /** Printed below the message, one a line. */
  readonly details: readonly string[];

  constructor(message: string, options: TerminalErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.details = options.details ?? [];
  }
}

export type TerminalErrorOptions = { details?: readonly string[]; cause?: unknown };

/** The command line makes no sense: exit code 2. */
export class UsageError extends TerminalError {
  override readonly name = "UsageError";
  readonly code = "usage";
}

/** The thing that was checked is invalid: exit code 3. */
export class InvalidInputError extends TerminalError {
  override readonly name = "InvalidInputError";
  readonly code = "invalid-input";
}

/** stdout's reader has gone away (`| head`): unwinds the work, prints nothing, exit code 0. */
export class ClosedOutputError extends TerminalError {
  override readonly name = "ClosedOutputError";
  readonly code = "closed-output";
}
