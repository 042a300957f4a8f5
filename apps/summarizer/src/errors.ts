/** What this app itself has to say when it can't go on; `code` is stable. */
export class SummarizerError extends Error {
  override readonly name = "SummarizerError";
  readonly code: "no-card" | "unreadable" | "header" | "too-little" | "range" | "engine" | "output";

  constructor(code: SummarizerError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
