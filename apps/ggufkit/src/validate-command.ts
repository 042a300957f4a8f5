import { colours, formatError, InvalidInputError, writeOut } from "@ggufkit/terminal";
import { Command } from "commander";

import { UnreadableError } from "./errors.ts";
import type { CommandContext } from "./program.ts";
import { type FailedValidation, renderValidation, validationsJson } from "./render-validation.ts";
import { locateModel } from "./source.ts";
import { isUsageError } from "./usage-error.ts";
import { type ModelValidation, validateModel } from "./validation.ts";

interface ValidateOptions {
  readonly json?: true;
}

const HELP = `
Checks all that llama.cpp's reader checks, and that tensors lie within their file, that split keys
agree, that the tokenizer's arrays belong together and special tokens are in the vocabulary, and
what the model loader demands of the metadata. Tensor data is not read: see ggufkit hash.

Exit code 3 means that a file is invalid, 1 that one could not be read at all.

Examples:
  ggufkit validate model.gguf
  ggufkit validate Qwen3-235B-A22B-Q4_K_M-00001-of-00005.gguf   the whole set
  ggufkit validate models/*.gguf --json`;

/** `ggufkit validate`. */
export function validateCommand(context: CommandContext): Command {
  return new Command("validate")
    .description("Check a model's headers, and its shards against each other.")
    .argument("<source...>", "the models")
    .option("--json", "print one JSON document")
    .addHelpText("after", HELP)
    .action(async (sources: readonly string[], options: ValidateOptions) => {
      const validations: (ModelValidation | FailedValidation)[] = [];
      for (const source of sources) {
        const validation = await validateSource(source, context);
        validations.push(validation);
        if (!options.json) await show(validation, context);
      }
      if (options.json) await writeOut(validationsJson(validations));
      conclude(validations);
    });
}

/** One model that cannot be read keeps none of the others from being checked. */
async function validateSource(
  source: string,
  context: CommandContext,
): Promise<ModelValidation | FailedValidation> {
  try {
    return await validateModel(source, await locateModel(source, context), context.signal);
  } catch (error) {
    if (context.signal.aborted || isUsageError(error)) throw error;
    return { source, valid: undefined, error };
  }
}

async function show(
  validation: ModelValidation | FailedValidation,
  { env }: CommandContext,
): Promise<void> {
  if (validation.valid === undefined)
    process.stderr.write(`${formatError("ggufkit", validation.error)}\n`);
  else await writeOut(renderValidation(validation, colours({ stream: process.stdout, env })));
}

function conclude(validations: readonly (ModelValidation | FailedValidation)[]): void {
  const of = `of ${validations.length} ${validations.length === 1 ? "model" : "models"}`;
  const unreadable = validations.filter(({ valid }) => valid === undefined).length;
  if (unreadable > 0) throw new UnreadableError(`${unreadable} ${of} could not be read`);
  const invalid = validations.filter(({ valid }) => valid === false).length;
  if (invalid > 0) throw new InvalidInputError(`${invalid} ${of} invalid`);
}
