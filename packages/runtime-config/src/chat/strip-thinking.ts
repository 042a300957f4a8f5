import type { ChatMessage, ContentPart } from "./message.ts";
import { stripThoughts } from "./strip-text.ts";
import { THOUGHT_TAGS, type ThoughtTags } from "./thought-tags.ts";

export type StripOptions = {
  /** {@link THOUGHT_TAGS} unless told; `thoughtTagsOf` finds those of a chat template. */
  readonly tags?: readonly ThoughtTags[];
  /**
   * Keeps what the assistant thought since the user's last words: Qwen3, gpt-oss and others are to
   * see it while they call tools. False unless told.
   */
  readonly keepAfterLastUser?: boolean;
  /**
   * The contents are raw output of a template that ends the prompt with the opening tag: each
   * begins in thoughts, even where the tag is missing and the closing one was cut off. False unless
   * told: a closing tag alone is recognised without it.
   */
  readonly beginsInThoughts?: boolean;
};

const THOUGHT_FIELDS = ["reasoning_content", "reasoning", "thinking"] as const;
/** Kinds of content parts that hold thoughts: Mistral, Anthropic; DeepSeek and others. */
const THOUGHT_PARTS: ReadonlySet<string> = new Set(["thinking", "redacted_thinking", "reasoning"]);

/**
 * Removes what the assistant thought from a chat's history, as makers of thinking models advise:
 * earlier answers go back to the model without thoughts. For runtimes whose chat template does not
 * do so, or that have none.
 *
 * Of the assistant's messages it removes the fields and content parts that hold thoughts, and cuts
 * out of texts
 * - what stands between two tags; the inner ones of nested tags end nothing;
 * - all from an opening tag on that begins the text or a line and is never closed: a cut-off output;
 * - all before a closing tag that has no opening one: that stood in the prompt;
 * - line ends behind thoughts at the head of a text, as Qwen3's template does.
 *
 * Everything else stays byte for byte: other roles, and tags in the answer's code, fenced or inline.
 * Hand in answers as they came: an answer that names a closing tag outside of code loses what stands
 * before it when it is stripped a second time.
 * Messages that hold no thoughts are returned as they are; nothing that is given is changed.
 */
export function stripThinking<Message extends ChatMessage>(
  messages: readonly Message[],
  { tags = THOUGHT_TAGS, keepAfterLastUser = false, beginsInThoughts = false }: StripOptions = {},
): Message[] {
  const query = keepAfterLastUser ? messages.findLastIndex(isQuery) : -1;
  return messages.map((message, index) =>
    message.role !== "assistant" || (query !== -1 && index > query)
      ? message
      : withoutThoughts(message, (text) => stripThoughts(text, tags, beginsInThoughts)),
  );
}

/** Some templates hand tools' results over in the user's name, which are no words of the user. */
function isQuery({ role, content }: ChatMessage): boolean {
  if (role !== "user") return false;
  return !(
    typeof content === "string" &&
    content.startsWith("<tool_response>") &&
    content.endsWith("</tool_response>")
  );
}

function withoutThoughts<Message extends ChatMessage>(
  message: Message,
  strip: (text: string) => string,
): Message {
  const { content } = message;
  const stripped = contentWithout(content, strip);
  if (stripped === content && !THOUGHT_FIELDS.some((field) => field in message)) return message;
  const copy: ChatMessage = { ...message, ...(content === undefined ? {} : { content: stripped }) };
  const { reasoning_content: _, reasoning: __, thinking: ___, ...kept } = copy;
  return kept as Message;
}

function contentWithout(
  content: ChatMessage["content"],
  strip: (text: string) => string,
): ChatMessage["content"] {
  if (typeof content === "string") return strip(content);
  if (content === undefined || content === null) return content;
  const parts = content.flatMap((part) => partWithout(part, strip));
  const isSame = parts.length === content.length && parts.every((part, at) => part === content[at]);
  return isSame ? content : parts;
}

/** A text part of which nothing is left goes: many servers refuse an empty one. */
function partWithout(part: ContentPart, strip: (text: string) => string): ContentPart[] {
  if (THOUGHT_PARTS.has(part.type)) return [];
  if (part.text === undefined) return [part];
  const text = strip(part.text);
  if (text === part.text) return [part];
  return text === "" ? [] : [{ ...part, text }];
}
