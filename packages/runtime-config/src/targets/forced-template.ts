import { forceThinking } from "../chat/forced-template.ts";
import { InvalidWishError } from "../errors.ts";
import { type Flag, given } from "./flag.ts";
import type { RuntimeId, TargetFile, TargetInput, TargetRun } from "./target.ts";

/** Runtimes whose text names a chat template's file. */
const TAKES_TEMPLATE: ReadonlySet<RuntimeId> = new Set([
  "llama-server",
  "llama-cli",
  "llama-router",
  "llama-swap",
  "vllm",
  "sglang",
]);

/** The flag that names the template's file, or none where none was asked for. */
export function templateFlags(name: string, { options }: TargetInput): Flag[] {
  return given(name, options.templateFile);
}

/**
 * Adds the chat template that fixes the plan's choice about thinking, where one was asked for.
 *
 * @throws InvalidWishError where the model's template has no variable to fix.
 */
export function withForcedTemplate(run: TargetRun, input: TargetInput): TargetRun {
  const { templateFile } = input.options;
  if (templateFile === undefined) return run;
  if (TAKES_TEMPLATE.has(run.runtime))
    return { ...run, files: [forcedTemplate(input, templateFile)] };
  const message = "its text names no chat template's file: hand it over in its own way";
  const losses = [...run.losses, { setting: "templateFile", message }];
  return { ...run, files: [forcedTemplate(input, templateFile)], losses };
}

function forcedTemplate({ plan, model }: TargetInput, name: string): TargetFile {
  const { chatTemplate } = model;
  const { thinking } = plan;
  const text =
    chatTemplate === undefined || thinking.switch === undefined
      ? undefined
      : forceThinking(chatTemplate, thinking.switch, thinking.value);
  if (text !== undefined) return { name, text };
  const expected = "a model whose chat template has a variable for thinking";
  throw new InvalidWishError("templateFile", name, expected);
}
