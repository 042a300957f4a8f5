import { commandOutput } from "@ggufkit/terminal";
import { Command } from "commander";

import manifest from "../package.json" with { type: "json" };

/** What a command needs of the process: handed in, so that nothing below reads globals. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the process is to stop. */
  readonly signal: AbortSignal;
}

type MakeCommand = (context: CommandContext) => Command;

/** By name, in the order of the help; a start loads the one that it needs. */
const COMMANDS: ReadonlyMap<string, () => Promise<MakeCommand>> = new Map([
  ["inspect", async () => (await import("./inspect-command.ts")).inspectCommand],
  ["validate", async () => (await import("./validate-command.ts")).validateCommand],
  ["hash", async () => (await import("./hash-command.ts")).hashCommand],
  ["diff", async () => (await import("./diff-command.ts")).diffCommand],
  ["edit", async () => (await import("./edit-command.ts")).editCommand],
]);

/** The command line of ggufkit, as far as `words`, what the user typed, need it. */
export async function ggufkitProgram(
  words: readonly string[],
  context: CommandContext,
): Promise<Command> {
  const output = commandOutput("ggufkit");
  const program = new Command("ggufkit")
    .description("Inspect, validate, hash, compare and edit GGUF model files.")
    .version(manifest.version, "--version")
    .exitOverride()
    .configureOutput(output);
  const named = COMMANDS.get(words[0] ?? "");
  // Without one of their names it is the help, or a mistake that all names help to mend.
  for (const load of named ? [named] : COMMANDS.values()) {
    const command = await load();
    program.addCommand(command(context).exitOverride().configureOutput(output));
  }
  return program;
}
