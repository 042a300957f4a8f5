import { asObject, ServerError } from "./server-error.ts";
import { askJson, type ServerConnection } from "./server-http.ts";
import type { ServerModel } from "./server-model.ts";
import { tokensAtMost, withoutControlTokens } from "./server-tokens.ts";

/** A prompt as a server takes it, and how many tokens it has. */
export interface ServerPrompt {
  readonly prompt: string | readonly number[];
  readonly tokens: number;
  /** Counted by the server; else there are at most so many. */
  readonly isExact: boolean;
}

/** Prompts of one page that are asked about again: for other samples, other orders of their pairs. */
const MOST_KEPT = 64;

/** Counts the tokens of prompts, and remembers the latest. */
export interface PromptCounter {
  /** What is known without asking. */
  known(prompt: string): ServerPrompt;
  /**
   * Asks the server, if it can count.
   *
   * @throws the signal's reason
   */
  count(prompt: string, signal: AbortSignal | undefined): Promise<ServerPrompt>;
}

export function createPromptCounter(
  connection: ServerConnection,
  model: ServerModel,
): PromptCounter {
  const counted = new Map<string, ServerPrompt>();
  let canCount = model.flavour === "llama-server" || model.flavour === "vllm";

  function known(prompt: string): ServerPrompt {
    const text = withoutControlTokens(prompt);
    return counted.get(prompt) ?? { prompt: text, tokens: tokensAtMost(text), isExact: false };
  }

  return {
    known,
    async count(prompt, signal) {
      const before = known(prompt);
      if (before.isExact || !canCount) return before;
      try {
        const exact = await tokenize(connection, model, prompt, signal);
        const [oldest] = counted.keys();
        if (counted.size >= MOST_KEPT && oldest !== undefined) counted.delete(oldest);
        counted.set(prompt, exact);
        return exact;
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof ServerError)) throw error;
        // A server that is busy or away is asked again next time, one that can't is not.
        if (error.failure.again === "no") canCount = false;
        return before;
      }
    },
  };
}

/**
 * llama-server gives tokens that it takes for a prompt: control tokens of the text are plain
 * characters among them. vLLM finds control tokens in any text, so the text must have none.
 */
async function tokenize(
  connection: ServerConnection,
  { flavour, id }: ServerModel,
  text: string,
  signal: AbortSignal | undefined,
): Promise<ServerPrompt> {
  const isLlama = flavour === "llama-server";
  const plain = withoutControlTokens(text);
  const body = isLlama
    ? { content: text, add_special: true, parse_special: false }
    : { model: id, prompt: plain };
  const answer = asObject(await askJson(connection, { path: "/tokenize", body, signal }));
  const tokens = answer?.["tokens"];
  const count = Array.isArray(tokens) ? tokens.length : answer?.["count"];
  if (typeof count !== "number" || (isLlama && !isNumbers(tokens)))
    throw new ServerError(`${connection.address.host}: /tokenize: expected tokens`);
  return { prompt: isLlama && isNumbers(tokens) ? tokens : plain, tokens: count, isExact: true };
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item));
}
