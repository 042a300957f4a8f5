import { renderLlamaCli } from "./llama-cli.ts";
import { renderLlamaRouter } from "./llama-router.ts";
import { renderLlamaServer } from "./llama-server.ts";
import { renderNodeLlamaCpp } from "./node-llama-cpp.ts";
import { renderOllama } from "./ollama.ts";
import type { RuntimeId, TargetInput, TargetRun } from "./target.ts";

const TARGETS: Readonly<Record<RuntimeId, (input: TargetInput) => TargetRun>> = {
  "llama-server": renderLlamaServer,
  "llama-cli": renderLlamaCli,
  "llama-router": renderLlamaRouter,
  ollama: renderOllama,
  "node-llama-cpp": renderNodeLlamaCpp,
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
 */
export function renderRun(runtime: RuntimeId, input: TargetInput): TargetRun {
  return TARGETS[runtime](input);
}
