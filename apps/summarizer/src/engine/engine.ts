/** What an engine is asked to continue. */
export interface CompletionRequest {
  readonly prompt: string;
  /** 0 takes the likeliest token each time. */
  readonly temperature: number;
  readonly seed: number;
  readonly maxTokens: number;
  readonly signal?: AbortSignal | undefined;
}

/** A language model that continues a text to the end of its line. */
export interface Engine {
  /** The model, as a reader of the report knows it. */
  readonly model: string;
  /** Requests that may be under way at once, 1 unless told otherwise; more of them wait. */
  readonly maxParallel?: number;
  /** Whether a prompt and what is to follow it have room in the context, in tokens. */
  hasRoomFor(prompt: string, maxTokens: number): boolean;
  /**
   * Has the tokens of a prompt counted, where `hasRoomFor` can only guess that there are not too
   * many: it is exact afterwards.
   */
  measure?(prompt: string, signal?: AbortSignal): Promise<void>;
  /** The same engine with a usage of its own, for a page beside others. */
  forPage?(): Engine;
  /**
   * The continuation, without the line's end. The prompt is plain text: what looks like a special
   * token in it is none.
   *
   * @throws SummarizerError `engine` the prompt has no room
   * @throws StartedOverError
   */
  complete(request: CompletionRequest): Promise<string>;
  usage(): EngineUsage;
  dispose(): Promise<void>;
}

/**
 * The engine works in another way from now on. Whoever wants the same texts for the same seed asks for
 * all of them again.
 */
export class StartedOverError extends Error {
  override readonly name = "StartedOverError";
  readonly code = "started-over";

  constructor() {
    super("the engine has started over");
  }
}

/** Tokens and seconds since the engine was opened; tokens of a prefix kept from before are not read again. */
export interface EngineUsage {
  readonly readTokens: number;
  readonly readSeconds: number;
  readonly writtenTokens: number;
  readonly writeSeconds: number;
}
