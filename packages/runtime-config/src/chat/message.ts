/** A message of a chat, as OpenAI's API and chat templates have it; further fields are kept as they are. */
export type ChatMessage = {
  readonly role: string;
  readonly content?: string | readonly ContentPart[] | null;
  /** Thoughts beside the answer: llama.cpp, DeepSeek, Qwen3's template. */
  readonly reasoning_content?: unknown;
  /** The same: vLLM, OpenRouter. */
  readonly reasoning?: unknown;
  /** The same: Ollama, the template of gpt-oss. */
  readonly thinking?: unknown;
};

/** A part of a content; its text is in `text` where it has any. */
export type ContentPart = { readonly type: string; readonly text?: string };
