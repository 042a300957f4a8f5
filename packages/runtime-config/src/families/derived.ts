import { BOXED, type Family, inBothModes, values } from "./family.ts";

/**
 * Families that are made from others. Their architecture is that of their origin, so the name alone
 * tells, and they stand before all others.
 */
export const DERIVED: readonly Family[] = [
  {
    id: "deepseek-r1", // distilled into Qwen and Llama
    label: "DeepSeek-R1",
    source: "https://github.com/deepseek-ai/DeepSeek-R1#usage-recommendations",
    name: /deepseek-r1/,
    thinking: "always",
    sampling: { thinking: values(0.6, 0.95) },
    outputTokens: 32_768,
    prompts: { mathematics: BOXED },
  },
  {
    id: "hermes-4",
    label: "Hermes 4",
    source: "https://huggingface.co/NousResearch/Hermes-4-70B#inference-notes",
    name: /hermes-4(?:-|$)/,
    thinking: "switch",
    variable: "thinking",
    thinksByDefault: false,
    sampling: inBothModes(values(0.6, 0.95, 20)),
  },
];
