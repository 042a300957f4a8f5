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
  /** Whether a prompt and what is to follow it have room in the context, in tokens. */
  hasRoomFor(prompt: string, maxTokens: number): boolean;
  /**
   * The continuation, without the line's end. The prompt is plain text: what looks like a special
   * token in it is none.
   *
   * @throws SummarizerError `engine` the prompt has no room
   */
  complete(request: CompletionRequest): Promise<string>;
  usage(): EngineUsage;
  dispose(): Promise<void>;
}

/** Tokens and seconds since the engine was opened; tokens of a prefix kept from before are not read again. */
export interface EngineUsage {
  readonly readTokens: number;
  readonly readSeconds: number;
  readonly writtenTokens: number;
  readonly writeSeconds: number;
}
