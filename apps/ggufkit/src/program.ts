import { commandOutput } from "@ggufkit/terminal";
import { Command } from "commander";

import manifest from "../package.json" with { type: "json" };
import { configCommand } from "./config-command.ts";
import { diffCommand } from "./diff-command.ts";
import { downloadCommand } from "./download-command.ts";
import { editCommand } from "./edit-command.ts";
import { hashCommand } from "./hash-command.ts";
import { inspectCommand } from "./inspect-command.ts";
import { lintCommand } from "./lint-command.ts";
import { memoryCommand } from "./memory-command.ts";
import { mergeCommand } from "./merge-command.ts";
import { splitCommand } from "./split-command.ts";
import { validateCommand } from "./validate-command.ts";
import { verifyCommand } from "./verify-command.ts";

/** What a command needs of the process: handed in, so that nothing below reads globals. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the process is to stop. */
  readonly signal: AbortSignal;
}

const COMMANDS = [
  inspectCommand,
  validateCommand,
  hashCommand,
  diffCommand,
  editCommand,
  downloadCommand,
  mergeCommand,
  splitCommand,
  verifyCommand,
  configCommand,
  memoryCommand,
  lintCommand,
];

/** The command line of ggufkit. */
export function ggufkitProgram(context: CommandContext): Command {
  const output = commandOutput("ggufkit");
  const program = new Command("ggufkit")
    .description(
      "Inspect, validate, hash, compare, edit, download, merge, split and configure GGUF model files.",
    )
    .version(manifest.version, "--version")
    .exitOverride()
    .configureOutput(output);
  for (const command of COMMANDS)
    program.addCommand(command(context).exitOverride().configureOutput(output));
  return program;
}
