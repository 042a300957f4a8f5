import { Command } from "commander";

import { type MachineOptions, machineOptions } from "./machine-arguments.ts";
import type { CommandContext } from "./program.ts";

/** What was typed beside SOURCE and COMMAND. */
export interface LintCommandOptions extends MachineOptions {
  readonly file?: string;
  readonly fix?: true;
  readonly llamaBuild?: string;
  readonly json?: true;
}

const HELP = `
SOURCE is as for inspect; only headers are read. COMMAND is how llama-server or llama-cli is run, or
else FILE is a Modelfile of Ollama, or an INI file with presets of llama-server's router.

With --fix the mended command or file goes to stdout, and what was found to stderr. Values that only
differ from what is recommended are notes, which --fix leaves as they are.

Exit code 3 means that there are errors or warnings, with --fix that some are left; notes count for
nothing.

Examples:
  ggufkit lint model.gguf -- llama-server -m model.gguf -c 131072 --rope-scaling yarn
  ggufkit lint model.gguf --fix -- llama-server -m model.gguf -c 65536 -np 4
  ggufkit lint hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M --gpu 80G --gpu 80G -- llama-server -c 131072 -ngl 99
  ggufkit lint model.gguf --file Modelfile --fix > Modelfile.mended
  ggufkit lint model.gguf --file presets.ini --json | jq '.findings[].code'`;

/** `ggufkit lint`. */
export function lintCommand(context: CommandContext): Command {
  const command = new Command("lint")
    .description("Check how a model is to be run: a command, a Modelfile or presets.")
    .argument("<source>", "the model")
    .argument("[command...]", "behind --: llama-server or llama-cli with its flags")
    .option("--file <file>", "a Modelfile, or presets (.ini), in place of a command")
    .option("--fix", "print it mended")
    .option("--llama-build <build>", "llama.cpp's: a day, b10754, v0.5.0, or what --version prints")
    .option("--json", "print one JSON document");
  for (const option of machineOptions()) command.addOption(option);
  return command
    .addHelpText("after", HELP)
    .action(async (source: string, words: readonly string[], options: LintCommandOptions) => {
      const { lintModel } = await import("./lint-model.ts");
      await lintModel(source, words, options, context);
    });
}
