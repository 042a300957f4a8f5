/** What was asked for is not in the model. */
export class InspectError extends Error {
  override readonly name = "InspectError";
  readonly code: "no-such-key" | "no-template";
  readonly file: string;

  constructor(code: InspectError["code"], file: string, reason: string) {
    super(`${file}: ${reason}`);
    this.code = code;
    this.file = file;
  }
}

/** A model that was to be checked could not be read. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
  readonly code = "unreadable";
}
