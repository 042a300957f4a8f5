/** What every error of this package is; `code` is stable, the message is for people. */
export class ModelFactsError extends Error {
  override readonly name: string = "ModelFactsError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A model card or research document that can't be read as one. */
export class DocumentError extends ModelFactsError {
  override readonly name = "DocumentError";
  /** The file or reference as the caller named it. */
  readonly document: string;

  constructor(
    code:
      | "empty"
      | "binary"
      | "too-large"
      | "too-complex"
      | "bad-front-matter"
      | "no-source"
      | "bad-source",
    document: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, `${document}: ${message}`, options);
    this.document = document;
  }
}
