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

/** Files cannot be held against those of another place. */
export class AgainstError extends Error {
  override readonly name = "AgainstError";
  readonly code: "no-sha256" | "other-files";
  readonly source: string;

  constructor(code: AgainstError["code"], source: string, reason: string) {
    super(`${source}: ${reason}`);
    this.code = code;
    this.source = source;
  }
}
