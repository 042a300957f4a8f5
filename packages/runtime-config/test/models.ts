import type { ModelFacts } from "../src/index.ts";

const TEMPLATE =
  "{%- if enable_thinking is defined and enable_thinking is false %}<think>{% endif %}";

/** As the published GGUF files describe themselves. */
export const qwen3: ModelFacts = {
  architecture: "qwen3moe",
  name: "Qwen3 235B A22B",
  contextLength: 40_960,
  quantization: "Q4_K_M",
  chatTemplate: TEMPLATE,
};

export const qwen3Instruct2507: ModelFacts = {
  architecture: "qwen3moe",
  name: "Qwen3 30B A3B Instruct 2507",
  contextLength: 262_144,
  quantization: "Q4_K_M",
  chatTemplate: "{{ messages }}",
};

export const unknown: ModelFacts = {
  architecture: "llama",
  name: "Somebody's 7B",
  contextLength: 8_192,
  quantization: "Q8_0",
};
