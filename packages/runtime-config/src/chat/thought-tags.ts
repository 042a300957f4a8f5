/** The texts that a model puts around its thoughts. */
export type ThoughtTags = {
  /** Any of them begins thoughts. */
  readonly open: readonly string[];
  /** Any of them ends thoughts; the longest that fits counts. */
  readonly close: readonly string[];
  /**
   * Whether some templates write the opening into the prompt, so that an answer has the closing
   * alone. Then all that stands before it is thoughts.
   */
  readonly opensInPrompt: boolean;
};

const HARMONY_ANALYSIS = "<|channel|>analysis<|message|>";
const HARMONY_FINAL = "<|channel|>final<|message|>";

/** All that is known, from llama.cpp's collection of chat templates (models/templates) and model cards. */
export const THOUGHT_TAGS: readonly ThoughtTags[] = [
  // Qwen3, QwQ, DeepSeek, GLM, SmolLM3, Granite 3.3, Nemotron, Kimi K2, MiniMax M2, and most others.
  pair("<think>", "</think>"),
  pair("<thinking>", "</thinking>"), // Apriel
  pair("<thought>", "</thought>"), // EXAONE Deep
  pair("<seed:think>", "</seed:think>"), // Seed-OSS
  pair("<mm:think>", "</mm:think>"), // MiniMax M3
  pair("<|START_THINKING|>", "<|END_THINKING|>"), // Command A, Command R7B
  pair("[THINK]", "[/THINK]"), // Magistral, Ministral 3
  pair("<|open|>think<|sep|>", "<|close|>think<|sep|>"), // Kimi K3
  pair("<|channel>thought", "<channel|>", false), // Gemma 4
  {
    // gpt-oss. With the thoughts goes the header of the final answer, which is no part of its text.
    open: [`<|start|>assistant${HARMONY_ANALYSIS}`, HARMONY_ANALYSIS],
    close: [`<|end|><|start|>assistant${HARMONY_FINAL}`, "<|end|>"],
    opensInPrompt: false,
  },
];

/**
 * The tags of {@link THOUGHT_TAGS} that a chat template mentions; all of them where it mentions
 * none, as templates do that leave tags to the model.
 */
export function thoughtTagsOf(chatTemplate: string | undefined): readonly ThoughtTags[] {
  if (chatTemplate === undefined) return THOUGHT_TAGS;
  const found = THOUGHT_TAGS.filter(({ open }) => open.some((tag) => chatTemplate.includes(tag)));
  return found.length === 0 ? THOUGHT_TAGS : found;
}

function pair(open: string, close: string, opensInPrompt = true): ThoughtTags {
  return { open: [open], close: [close], opensInPrompt };
}
