import type { RunPlan } from "../plan/plan.ts";

/** What takes thoughts out of answers, by family, in the words of vLLM and of SGLang. */
type Parsers = { readonly vllm: string; readonly sglang: string };

/**
 * vLLM: `vllm/reasoning/__init__.py` and its page "Reasoning Outputs". SGLang 0.5.23:
 * `reasoning_parser_names.py` and its page "Reasoning Parser". The template of Qwen3-Thinking-2507
 * opens the thoughts itself, which its model card answers with DeepSeek-R1's parser.
 */
const PARSERS: Readonly<Record<string, Parsers>> = {
  "deepseek-r1": { vllm: "deepseek_r1", sglang: "deepseek-r1" },
  qwen3: { vllm: "qwen3", sglang: "qwen3" },
  "qwen3-2507-thinking": { vllm: "deepseek_r1", sglang: "qwen3-thinking" },
  qwq: { vllm: "deepseek_r1", sglang: "deepseek-r1" },
  magistral: { vllm: "mistral", sglang: "mistral" },
  "gpt-oss": { vllm: "openai_gptoss", sglang: "gpt-oss" },
};

/** The name for `--reasoning-parser`; undefined where the model does not think, or none is known. */
export function reasoningParser(plan: RunPlan, engine: keyof Parsers): string | undefined {
  if (!plan.thinking.value && plan.thinking.switch === undefined) return undefined;
  return PARSERS[plan.family ?? ""]?.[engine];
}
