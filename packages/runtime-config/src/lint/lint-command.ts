import type { ModelFacts } from "../model/facts.ts";
import type { LintFinding } from "./finding.ts";
import { lintLlama } from "./lint-llama.ts";
import type { LintOptions } from "./lint-options.ts";
import { fixAll, type Fixed } from "./lint-report.ts";
import { mendCommand } from "./mend-command.ts";
import { readCommand } from "./read-command.ts";
import { lintFlags } from "./rule-flags.ts";

/**
 * Holds a command that runs llama-server or llama-cli against a model. `words` are the program and
 * its arguments as a shell hands them over.
 *
 * @throws InvalidWishError for a command that runs neither, and for options that make no sense.
 */
export function lintCommand(
  model: ModelFacts,
  words: readonly string[],
  options: LintOptions = {},
): LintFinding[] {
  const settings = readCommand(words);
  return [...lintFlags(settings, options), ...lintLlama(model, settings, options)];
}

/**
 * Mends what can be mended in such a command. Words that need no change stay as they are.
 *
 * @throws InvalidWishError as {@link lintCommand}.
 */
export function fixCommand(
  model: ModelFacts,
  words: readonly string[],
  options: LintOptions = {},
): Fixed<readonly string[]> {
  return fixAll<readonly string[]>(
    words,
    (mended) => lintCommand(model, mended, options),
    (mended, _found, mends) => mendCommand(mended, mends),
  );
}
