import type { CompletionRequest } from "../engine/engine.ts";
import { chatOf } from "../chat.ts";
import { lineOfChat, restOfLine } from "./server-line.ts";
import type { ServerModel } from "./server-model.ts";
import type { ServerPrompt } from "./server-prompt.ts";
import type { LineOf } from "./server-text.ts";
import { withoutControlTokens } from "./server-tokens.ts";

/** Which of the API's two ways a text is asked for. */
export type ServerApi = "completions" | "chat";

/** What is asked for; a model that thinks does so before, and has room for it in `maxTokens`. */
export interface TextAsked extends CompletionRequest {
  readonly thinks?: boolean;
}

/** A request as it is sent, and how its answer is read. */
export interface TextRequest {
  readonly path: string;
  readonly body: object;
  readonly lineOf: LineOf;
}

/** The same share of likely tokens as the engine in process takes. */
const TOP_P = 0.95;

/** The seed's range is 32 bits with llama-server. */
const MOST_SEED = 2 ** 32 - 1;

/** How to ask `model` for the rest of a line. */
export function textRequest(
  model: ServerModel,
  api: ServerApi,
  { prompt, temperature, seed, maxTokens, thinks = false }: TextAsked,
  counted: ServerPrompt,
): TextRequest {
  const body = {
    model: model.id,
    temperature,
    top_p: TOP_P,
    seed: seed % MOST_SEED,
    max_tokens: maxTokens,
    stream: true,
    stream_options: { include_usage: true },
  };
  if (api === "completions") {
    const rest = { prompt: counted.prompt, stop: ["\n"] };
    return { path: "/v1/completions", body: { ...body, ...rest }, lineOf: restOfLine };
  }
  // A template is read with its control tokens, and the messages along with it.
  const { messages, opening } = chatOf(withoutControlTokens(prompt));
  return {
    path: "/v1/chat/completions",
    body: { ...body, messages, ...thinkingSwitch(model, thinks) },
    lineOf: (text) => lineOfChat(text, opening),
  };
}

/**
 * The variables of chat templates that turn thinking on and off: Qwen3's and DeepSeek-V3.1's. A
 * server that does not know them may refuse them.
 */
function thinkingSwitch({ flavour }: ServerModel, thinks: boolean): object {
  if (flavour === "other") return {};
  return { chat_template_kwargs: { enable_thinking: thinks, thinking: thinks } };
}
