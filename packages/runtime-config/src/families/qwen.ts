import { BASE, BOXED, type Family, values } from "./family.ts";

const QWEN3 = ["qwen3", "qwen3moe"] as const;
const QWEN3_NEXT = ["qwen3next"] as const;
/** Qwen3.6 and Qwen3.8 came without an architecture of their own. */
const QWEN35 = ["qwen35", "qwen35moe"] as const;

/** Qwen3's card, in the section on a standard output format; those of QwQ and 2507 have the same. */
const PROMPTS: Family["prompts"] = {
  mathematics: BOXED,
  multipleChoice:
    'Please show your choice in the `answer` field with only the choice letter, e.g., `"answer": "C"`.',
};

const THINKING = values(0.6, 0.95, 20, { minP: 0 });
const PLAIN = values(0.7, 0.8, 20, { minP: 0 });
/** From Qwen3.5 on the cards name presence penalties for all weights, quantised or not. */
const LATER_PLAIN = { ...PLAIN, presencePenalty: 1.5 };

export const QWEN: readonly Family[] = [
  {
    id: "qwen3-coder",
    label: "Qwen3-Coder",
    source: "https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct#best-practices",
    architectures: QWEN3,
    name: /qwen3-coder/,
    thinking: "never",
    sampling: { plain: values(0.7, 0.8, 20, { repeatPenalty: 1.05 }) },
    outputTokens: 65_536,
    nativeContext: 262_144,
  },
  {
    id: "qwen3-2507-thinking",
    label: "Qwen3-Thinking-2507",
    source: "https://huggingface.co/Qwen/Qwen3-235B-A22B-Thinking-2507#best-practices",
    architectures: QWEN3,
    name: /qwen3-.*thinking-2507/,
    thinking: "always",
    sampling: { thinking: THINKING },
    outputTokens: 32_768,
    prompts: PROMPTS,
    nativeContext: 262_144,
  },
  {
    id: "qwen3-2507-instruct",
    label: "Qwen3-Instruct-2507",
    source: "https://huggingface.co/Qwen/Qwen3-235B-A22B-Instruct-2507#best-practices",
    architectures: QWEN3,
    name: /qwen3-.*instruct-2507/,
    thinking: "never",
    sampling: { plain: PLAIN },
    outputTokens: 16_384,
    prompts: PROMPTS,
    nativeContext: 262_144,
  },
  {
    id: "qwen3-next-thinking",
    label: "Qwen3-Next-Thinking",
    source: "https://unsloth.ai/docs/models/tutorials/qwen3-next",
    architectures: QWEN3_NEXT,
    name: /qwen3-next.*thinking/,
    thinking: "always",
    sampling: { thinking: THINKING },
    nativeContext: 262_144,
  },
  {
    id: "qwen3-next-instruct",
    label: "Qwen3-Next-Instruct",
    source: "https://huggingface.co/Qwen/Qwen3-Next-80B-A3B-Instruct#best-practices",
    architectures: QWEN3_NEXT,
    name: /qwen3-next.*instruct/,
    thinking: "never",
    sampling: { plain: PLAIN },
    outputTokens: 16_384,
    nativeContext: 262_144,
  },
  {
    id: "qwen3.5-2b", // the card of this size has values of its own, and it answers without thoughts
    label: "Qwen3.5-2B",
    source: "https://huggingface.co/Qwen/Qwen3.5-2B#best-practices",
    architectures: QWEN35,
    name: /qwen3-5-2b/,
    notName: BASE,
    thinking: "switch",
    variable: "enable_thinking",
    thinksByDefault: false,
    sampling: {
      thinking: values(1, 0.95, 20, { minP: 0, presencePenalty: 1.5 }),
      plain: values(1, 1, 20, { minP: 0, presencePenalty: 2 }),
    },
    outputTokens: 32_768,
    hardOutputTokens: 81_920,
  },
  {
    id: "qwen3.5",
    label: "Qwen3.5",
    source: "https://huggingface.co/Qwen/Qwen3.5-27B#best-practices",
    architectures: QWEN35,
    name: /qwen3-5-(?!0-8b)/,
    notName: BASE,
    thinking: "switch",
    variable: "enable_thinking",
    sampling: {
      thinking: values(1, 0.95, 20, { minP: 0, presencePenalty: 1.5 }),
      plain: LATER_PLAIN,
    },
    outputTokens: 32_768,
    hardOutputTokens: 81_920,
  },
  {
    id: "qwen3.6",
    label: "Qwen3.6",
    source: "https://huggingface.co/Qwen/Qwen3.6-27B#best-practices",
    architectures: QWEN35,
    name: /qwen3-6-/,
    notName: BASE,
    thinking: "switch",
    variable: "enable_thinking",
    sampling: { thinking: values(1, 0.95, 20, { minP: 0 }), plain: LATER_PLAIN },
    outputTokens: 32_768,
    hardOutputTokens: 81_920,
  },
  {
    id: "qwen3.8",
    label: "Qwen3.8",
    source: "https://huggingface.co/Qwen/Qwen3.8-27B",
    name: /qwen3-8-\d/, // "Qwen3.8-27B", and not "Qwen3 8B"
    notName: BASE,
    thinking: "switch",
    variable: "enable_thinking",
    sampling: { thinking: values(1, 0.95, 20, { minP: 0 }), plain: LATER_PLAIN },
  },
  {
    id: "qwen3",
    label: "Qwen3",
    source: "https://huggingface.co/Qwen/Qwen3-235B-A22B-GGUF#best-practices",
    architectures: QWEN3,
    notName: /embedding|reranker|(?:^|-)base(?:-|$)/,
    maxBaseContext: 40_960, // 32,768 and room for output; the later releases carry 262,144
    thinking: "switch",
    variable: "enable_thinking",
    words: { on: "/think", off: "/no_think" },
    sampling: { thinking: THINKING, plain: PLAIN },
    quantizedPresencePenalty: 1.5,
    outputTokens: 32_768,
    hardOutputTokens: 38_912,
    prompts: PROMPTS,
    originalContext: 32_768,
    validatedContext: 131_072,
  },
  {
    id: "qwq",
    label: "QwQ-32B",
    source: "https://huggingface.co/Qwen/QwQ-32B#usage-guidelines",
    architectures: ["qwen2"],
    name: /qwq-32b/,
    notName: /preview/,
    thinking: "always",
    sampling: { thinking: values(0.6, 0.95, 40, { minP: 0 }) }, // top-k: 20 to 40
    prompts: PROMPTS,
  },
];
