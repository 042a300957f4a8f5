import { Command, type OutputConfiguration } from "commander";

import { inspectCommand } from "./inspect-command.ts";

/** What a command needs of the process: handed in, so that nothing below reads globals. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the process is to stop. */
  readonly signal: AbortSignal;
}

/** The command line of ggufkit. */
export function ggufkitProgram(context: CommandContext): Command {
  return new Command("ggufkit")
    .description("See what a GGUF model file is.")
    .exitOverride()
    .configureOutput(OUTPUT)
    .addCommand(inspectCommand(context).exitOverride().configureOutput(OUTPUT));
}

/** Commander's messages in the form of all others. */
const OUTPUT: OutputConfiguration = {
  outputError: (text, write) => write(`ggufkit: ${text.replace(/^error: /, "")}`),
};
