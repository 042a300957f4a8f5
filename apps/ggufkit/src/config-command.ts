import { Command, Option } from "commander";

import { type MachineOptions, machineOptions } from "./machine-arguments.ts";
import type { CommandContext } from "./program.ts";
import { collect } from "./repeatable.ts";

/** What was typed beside SOURCE. */
export interface ConfigCommandOptions extends MachineOptions {
  readonly for: string;
  readonly ctx?: string;
  readonly thinking?: "on" | "off";
  readonly kvType?: string;
  readonly parallel?: string;
  readonly prefer?: "speed" | "quality";
  readonly threads?: string;
  readonly shell: string;
  readonly llamaBuild?: string;
  readonly rpc?: readonly string[];
  readonly explain?: true;
  readonly json?: true;
  readonly out?: string;
}

const HELP = `
SOURCE is as for inspect; only headers are read. --ctx is what each slot has for prompt and output.
Without --ram and --gpu nothing is fitted to a machine. Sizes are binary: 24G is 24 GiB.
stdout is what to run or to save; warnings, and what the runtime cannot be told, go to stderr.

Examples:
  ggufkit config model.gguf --for llama-server --ctx 65536
  ggufkit config hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M --for llama-server --ctx max --gpu 80G --ram 128G
  ggufkit config model.gguf --for ollama --thinking off --out Modelfile
  ggufkit config model.gguf --for llama-server --explain
  ggufkit config model.gguf --for llama-server --json | jq .rope`;

/** `ggufkit config`. */
export function configCommand(context: CommandContext): Command {
  const command = new Command("config")
    .description("Write the right settings to run a model with, for a runtime and a machine.")
    .argument("<source>", "the model")
    .requiredOption(
      "--for <runtime>",
      "llama-server, llama-cli, llama-router, ollama or node-llama-cpp",
    )
    .option("--ctx <tokens>", "context, or max for the longest validated")
    .addOption(new Option("--thinking <mode>", "whether it thinks").choices(["on", "off"]))
    .option(
      "--kv-type <type>",
      "type of keys and values, such as q8_0 (default: the best that fits)",
    )
    .option("--parallel <n>", "slots, each with the whole context (default: 1)")
    .addOption(
      new Option("--prefer <what>", "what to keep where not both fit").choices([
        "speed",
        "quality",
      ]),
    )
    .option("--threads <n>", "threads (default: this machine's cores)")
    .addOption(
      new Option("--shell <shell>", "the shell that commands are quoted for")
        .choices(["posix", "fish", "powershell", "cmd"])
        .default("posix"),
    )
    .option(
      "--llama-build <day>",
      "the day llama.cpp was built, such as 2026-08-30: older ones need other flags",
    )
    .addOption(
      new Option("--rpc <host:port>", "an RPC server of llama.cpp; repeatable").argParser(collect),
    )
    .option("--explain", "tell the reason of each setting first")
    .option("--json", "print one JSON document")
    .option("--out <file>", "save what there is to run or to save");
  for (const option of machineOptions()) command.addOption(option);
  return command
    .addHelpText("after", HELP)
    .action(async (source: string, options: ConfigCommandOptions) => {
      const { configModel } = await import("./config-model.ts");
      await configModel(source, options, context);
    });
}
