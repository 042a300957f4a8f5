import { commandOutput } from "@ggufkit/terminal";
import { Command } from "commander";

import { diffCommand } from "./diff-command.ts";
import { editCommand } from "./edit-command.ts";
import { hashCommand } from "./hash-command.ts";
import { inspectCommand } from "./inspect-command.ts";
import { validateCommand } from "./validate-command.ts";

/** What a command needs of the process: handed in, so that nothing below reads globals. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the process is to stop. */
  readonly signal: AbortSignal;
}

/** The command line of ggufkit. */
export function ggufkitProgram(context: CommandContext): Command {
  const output = commandOutput("ggufkit");
  return new Command("ggufkit")
    .description("See what a GGUF model file is.")
    .exitOverride()
    .configureOutput(output)
    .addCommand(diffCommand(context).exitOverride().configureOutput(output))
    .addCommand(editCommand(context).exitOverride().configureOutput(output))
    .addCommand(hashCommand(context).exitOverride().configureOutput(output))
    .addCommand(inspectCommand(context).exitOverride().configureOutput(output))
    .addCommand(validateCommand(context).exitOverride().configureOutput(output));
}
