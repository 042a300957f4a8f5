import type { ModelFacts } from "../model/facts.ts";
import type { LintFinding } from "./finding.ts";
import { lintInput } from "./lint-input.ts";
import type { LintOptions } from "./lint-options.ts";
import { llamaSampling } from "./llama-sampling.ts";
import type { LlamaSettings } from "./llama-settings.ts";
import { lintCache } from "./rule-cache.ts";
import { lintContext } from "./rule-context.ts";
import { lintMemory } from "./rule-memory.ts";
import { lintSampling } from "./rule-sampling.ts";
import { lintShard } from "./rule-shard.ts";
import { lintThinking } from "./rule-thinking.ts";
import { lintValues } from "./rule-values.ts";
import { lintYarn } from "./rule-yarn.ts";

/** All rules for what llama.cpp is told, but those for how it is written. */
export function lintLlama(
  model: ModelFacts,
  settings: LlamaSettings,
  options: LintOptions,
): LintFinding[] {
  const values = lintValues(settings);
  const input = lintInput(model, withoutBad(settings, values), options);
  const more = [
    ...lintContext(input),
    ...lintYarn(input),
    ...lintCache(input),
    ...lintMemory(input),
    ...lintSampling(input.plan, llamaSampling(input.run.settings, model.sampling)),
    ...lintThinking(input),
  ];
  return [
    ...lintShard(settings),
    ...values,
    ...more.filter(({ setting }) => !isBad(setting, values)),
  ];
}

/** A value that is wrong by itself says nothing more. */
function withoutBad(settings: LlamaSettings, bad: readonly LintFinding[]): LlamaSettings {
  return { ...settings, entries: settings.entries.filter(({ name }) => !isBad(name, bad)) };
}

function isBad(setting: string, bad: readonly LintFinding[]): boolean {
  return bad.some((found) => found.setting === setting);
}
