import type { ModelFacts } from "../src/index.ts";
import { factsOf } from "./facts.ts";

/** As the published GGUF files describe themselves. */
export const qwen3: ModelFacts = await factsOf();

export const qwen3Instruct2507: ModelFacts = await factsOf({
  name: "Qwen3 30B A3B Instruct 2507",
  contextLength: 262_144,
  chatTemplate: "{{ messages }}",
});

export const unknown: ModelFacts = await factsOf({
  architecture: "llama",
  name: "Somebody's 7B",
  contextLength: 8_192,
  fileType: 7, // Q8_0
  chatTemplate: undefined,
});
