import { type ModelFacts, baseContextLength } from "./facts.ts";
import type { Sampling } from "../plan/plan.ts";

/** What the makers of a model publish about running it. */
export type Family = {
  id: string;
  /** How people call it. */
  label: string;
  /** The page that the values below come from. */
  source: string;
  /** llama.cpp architectures; all of them count when there are none. */
  architectures?: readonly string[];
  /** Must match the normalised `general.name`, see {@link normalizeName}. */
  name?: RegExp;
  notName?: RegExp;
  /** The file's context length before scaling must not be above it. */
  maxBaseContext?: number;
  /** "switch": a run can choose; otherwise the model always or never thinks. */
  thinking: "switch" | "always" | "never";
  /** By mode; what is not named there is switched off. */
  sampling: { thinking?: Partial<Sampling>; plain?: Partial<Sampling> };
  /** Advised for quantised weights in every mode. */
  quantizedPresencePenalty?: number;
  outputTokens?: number;
  /** The context trained for, in tokens, where the file's `context_length` says something else. */
  originalContext?: number;
  /** The longest context, in tokens, that the makers have tried with YaRN. */
  validatedContext?: number;
  /** The context, in tokens, that needs no scaling in a family whose older siblings need it. */
  nativeContext?: number;
};

const QWEN3 = ["qwen3", "qwen3moe"] as const;

/** The first row that matches counts, so derived models stand before what they derive from. */
export const FAMILIES: readonly Family[] = [
  {
    id: "deepseek-r1",
    label: "DeepSeek-R1",
    source: "https://huggingface.co/deepseek-ai/DeepSeek-R1",
    name: /deepseek-r1/, // distilled into Qwen and Llama, so the architecture says nothing
    thinking: "always",
    sampling: { thinking: { temperature: 0.6, topP: 0.95 } },
  },
  {
    id: "qwen3-coder",
    label: "Qwen3-Coder",
    source: "https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct",
    architectures: QWEN3,
    name: /qwen3-coder/,
    thinking: "never",
    sampling: { plain: { temperature: 0.7, topP: 0.8, topK: 20, repeatPenalty: 1.05 } },
    nativeContext: 262_144,
  },
  {
    id: "qwen3-2507-thinking",
    label: "Qwen3-Thinking-2507",
    source: "https://huggingface.co/Qwen/Qwen3-235B-A22B-Thinking-2507",
    architectures: QWEN3,
    name: /qwen3-.*thinking-2507/,
    thinking: "always",
    sampling: { thinking: { temperature: 0.6, topP: 0.95, topK: 20, minP: 0 } },
    nativeContext: 262_144,
  },
  {
    id: "qwen3-2507-instruct",
    label: "Qwen3-Instruct-2507",
    source: "https://huggingface.co/Qwen/Qwen3-235B-A22B-Instruct-2507",
    architectures: QWEN3,
    name: /qwen3-.*instruct-2507/,
    thinking: "never",
    sampling: { plain: { temperature: 0.7, topP: 0.8, topK: 20, minP: 0 } },
    nativeContext: 262_144,
  },
  {
    id: "qwen3",
    label: "Qwen3",
    source: "https://huggingface.co/Qwen/Qwen3-235B-A22B-GGUF#best-practices",
    architectures: QWEN3,
    notName: /embedding|reranker|(?:^|-)base(?:-|$)/,
    maxBaseContext: 40_960, // 32,768 and room for output; the later releases carry 262,144
    thinking: "switch",
    sampling: {
      thinking: { temperature: 0.6, topP: 0.95, topK: 20, minP: 0 },
      plain: { temperature: 0.7, topP: 0.8, topK: 20, minP: 0 },
    },
    quantizedPresencePenalty: 1.5,
    outputTokens: 32_768,
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
    sampling: { thinking: { temperature: 0.6, topP: 0.95, topK: 40, minP: 0 } }, // top-k: 20 to 40
  },
  {
    id: "gemma3",
    label: "Gemma 3",
    source: "https://unsloth.ai/docs/models/tutorials/gemma-3-how-to-run-and-fine-tune",
    architectures: ["gemma3"],
    thinking: "never",
    sampling: { plain: { temperature: 1, topP: 0.95, topK: 64, minP: 0 } },
  },
  {
    id: "gpt-oss",
    label: "gpt-oss",
    source: "https://github.com/openai/gpt-oss#recommended-sampling-parameters",
    architectures: ["gpt-oss"],
    thinking: "always",
    sampling: { thinking: { temperature: 1, topP: 1, topK: 0 } },
  },
  {
    id: "magistral",
    label: "Magistral Small",
    source: "https://huggingface.co/mistralai/Magistral-Small-2506#sampling-parameters",
    name: /magistral-small/,
    thinking: "always",
    sampling: { thinking: { temperature: 0.7, topP: 0.95 } },
    outputTokens: 40_960,
  },
  {
    id: "phi-4-reasoning",
    label: "Phi-4-reasoning",
    source: "https://huggingface.co/microsoft/Phi-4-reasoning",
    architectures: ["phi3"],
    name: /phi-4-reasoning/, // Phi-4-mini-reasoning is another model with a card of its own
    thinking: "always",
    sampling: { thinking: { temperature: 0.8, topP: 0.95, topK: 50 } },
  },
  {
    id: "smollm3",
    label: "SmolLM3",
    source: "https://huggingface.co/HuggingFaceTB/SmolLM3-3B",
    architectures: ["smollm3"],
    notName: /(?:^|-)base(?:-|$)/,
    thinking: "switch",
    sampling: {
      thinking: { temperature: 0.6, topP: 0.95 },
      plain: { temperature: 0.6, topP: 0.95 },
    },
    validatedContext: 131_072,
  },
];

/** The family that a model belongs to by its architecture, its name and its context length. */
export function recognizeFamily(
  model: Pick<ModelFacts, "architecture" | "name" | "contextLength" | "rope">,
): Family | undefined {
  const name = normalizeName(model.name ?? "");
  const base = baseContextLength(model);
  return FAMILIES.find(
    (family) =>
      (family.architectures?.includes(model.architecture) ?? true) &&
      (family.name?.test(name) ?? true) &&
      !family.notName?.test(name) &&
      (family.maxBaseContext === undefined || base === undefined || base <= family.maxBaseContext),
  );
}

/** "Qwen3 235B A22B Instruct 2507" and "Qwen3_235B-A22B.Instruct.2507" are the same name. */
function normalizeName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
