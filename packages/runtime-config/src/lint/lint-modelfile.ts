import type { ModelFacts } from "../model/facts.ts";
import { MAX_CONTEXT } from "../memory/settings.ts";
import { planRun } from "../plan/plan-run.ts";
import type { LintFinding } from "./finding.ts";
import type { LintOptions } from "./lint-options.ts";
import { fixAll, type Fixed } from "./lint-report.ts";
import { wholeNumber } from "./llama-settings.ts";
import { mendModelfile } from "./mend-modelfile.ts";
import { readModelfile } from "./read-modelfile.ts";
import {
  lintFrom,
  lintOllamaContext,
  lintParameters,
  ollamaSampling,
  parametersOf,
} from "./rule-ollama.ts";
import { lintSampling } from "./rule-sampling.ts";

/**
 * Holds a Modelfile for `ollama create` against the model that it is for.
 *
 * @throws InvalidWishError for options that make no sense.
 */
export function lintModelfile(
  model: ModelFacts,
  text: string,
  options: LintOptions = {},
): LintFinding[] {
  const { instructions, problem } = readModelfile(text);
  if (problem !== undefined) {
    const setting = `line ${problem.line}`;
    const message = `${setting}: ${problem.message}`;
    return [{ code: "modelfile-syntax", severity: "error", message, setting }];
  }
  const parameters = parametersOf(instructions);
  const context = wholeNumber(parameters.get("num_ctx"), 1, MAX_CONTEXT);
  const plan = planRun(model, { context }, options.hardware ?? { cores: 1 });
  const wrong = lintParameters(parameters);
  const meant = [
    ...lintOllamaContext(model, plan, parameters),
    ...lintSampling(plan, ollamaSampling(parameters)),
  ].filter(({ setting }) => !wrong.some((found) => found.setting === setting));
  return [...lintFrom(instructions), ...wrong, ...meant];
}

/**
 * Mends what can be mended in a Modelfile. Text that needs no change stays as it is.
 *
 * @throws InvalidWishError as {@link lintModelfile}.
 */
export function fixModelfile(
  model: ModelFacts,
  text: string,
  options: LintOptions = {},
): Fixed<string> {
  return fixAll(
    text,
    (mended) => lintModelfile(model, mended, options),
    (mended, _found, mends) => mendModelfile(mended, mends),
  );
}
