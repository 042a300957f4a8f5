import { thoughtTagsOf } from "@ggufkit/runtime-config";
import type { ChatHistoryItem, LlamaModel, Token } from "node-llama-cpp";
import type { ChatMessage } from "../chat.ts";

/** How a model is had to think before it answers. */
export interface Thinker {
  /** Tokens that it may think for. */
  readonly budget: number;
  /** A chat up to where the model begins to think. */
  chatTokens(messages: readonly ChatMessage[]): Token[];
  /** What ends its thoughts. */
  readonly close: string;
  /** The end of its thoughts and the first words of its answer. */
  answerTokens(opening: string): Token[];
}

/** By the model's own chat template; the tags around thoughts are those that it mentions. */
export async function createThinker(
  model: LlamaModel,
  template: string,
  budget: number,
): Promise<Thinker> {
  const { LlamaText, resolveChatWrapper, SpecialTokensText } = await import("node-llama-cpp");
  const wrapper = resolveChatWrapper(model);
  const [tags] = thoughtTagsOf(template);
  const [open = "<think>"] = tags?.open ?? [];
  const [close = "</think>"] = tags?.close ?? [];
  const tokensOf = (text: InstanceType<typeof LlamaText>): Token[] =>
    text.tokenize(model.tokenizer);
  return {
    budget,
    close,
    chatTokens(messages) {
      const chatHistory = [...messages.map(historyItem), historyItem({ role: "assistant" })];
      const { contextText } = wrapper.generateContextState({ chatHistory });
      // DeepSeek-R1 and others open the thoughts by themselves.
      const isOpen = contextText.toString().trimEnd().endsWith(open);
      const begun = isOpen ? [] : tokensOf(LlamaText([new SpecialTokensText(open), "\n"]));
      return [...tokensOf(contextText), ...begun];
    },
    answerTokens: (opening) =>
      tokensOf(LlamaText(["\n", new SpecialTokensText(close), `\n\n${opening}`])),
  };
}

function historyItem({ role, content }: Partial<ChatMessage>): ChatHistoryItem {
  if (role === "assistant")
    return { type: "model", response: content === undefined ? [] : [content] };
  return { type: role ?? "user", text: content ?? "" };
}
