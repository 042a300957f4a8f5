import { renderCompose } from "./compose.ts";
import { withForcedTemplate } from "./forced-template.ts";
import { renderKoboldCpp } from "./koboldcpp.ts";
import { renderLlamaCli } from "./llama-cli.ts";
import { renderLlamaCppPython } from "./llama-cpp-python.ts";
import { renderLlamaRouter } from "./llama-router.ts";
import { renderLlamaServer } from "./llama-server.ts";
import { renderLlamaSwap } from "./llama-swap.ts";
import { renderLmStudio } from "./lm-studio.ts";
import { renderLocalAi } from "./localai.ts";
import { renderNodeLlamaCpp } from "./node-llama-cpp.ts";
import { renderOllama } from "./ollama.ts";
import { renderSgLang } from "./sglang.ts";
import type { RuntimeId, TargetInput, TargetRun } from "./target.ts";
import { renderVllm } from "./vllm.ts";

const TARGETS: Readonly<Record<RuntimeId, (input: TargetInput) => TargetRun>> = {
  "llama-server": renderLlamaServer,
  "llama-cli": renderLlamaCli,
  "llama-router": renderLlamaRouter,
  ollama: renderOllama,
  "node-llama-cpp": renderNodeLlamaCpp,
  vllm: renderVllm,
  sglang: renderSgLang,
  "lm-studio": renderLmStudio,
  koboldcpp: renderKoboldCpp,
  "llama-cpp-python": renderLlamaCppPython,
  localai: renderLocalAi,
  "llama-swap": renderLlamaSwap,
  compose: renderCompose,
};

/** All runtimes that a plan can be written for. */
export const RUNTIMES: readonly RuntimeId[] = Object.keys(TARGETS).filter(isRuntimeId);

/** Whether a word names a runtime. */
export function isRuntimeId(word: string): word is RuntimeId {
  return Object.hasOwn(TARGETS, word);
}

/**
 * Writes a plan in the words of a runtime.
 *
 * @throws RangeError for a path that the runtime's format cannot hold.
 * @throws InvalidWishError for a number of hosts, a day of a build or a chat template's file that
 * makes no sense.
 */
export function renderRun(runtime: RuntimeId, input: TargetInput): TargetRun {
  return withForcedTemplate(TARGETS[runtime](input), input);
}
