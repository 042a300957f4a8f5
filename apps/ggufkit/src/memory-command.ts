import { Command, Option } from "commander";

import { type MachineOptions, machineOptions } from "./machine-arguments.ts";
import type { CommandContext } from "./program.ts";
import { collect } from "./repeatable.ts";

/** What was typed beside SOURCE. */
export interface MemoryCommandOptions extends MachineOptions {
  readonly ctx?: readonly string[];
  readonly kvType?: readonly string[];
  readonly parallel?: string;
  readonly json?: true;
}

const HELP = `
SOURCE is as for inspect; only headers are read. Sizes of memory are binary: 24G is 24 GiB.

Examples:
  ggufkit memory model.gguf
  ggufkit memory hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M --ctx 32768 --ctx 131072 --gpu 80G --gpu 80G
  ggufkit memory model.gguf --kv-type q8_0 --ctx max --ram auto
  ggufkit memory model.gguf --json | jq '.[] | {ctx, kvType, totalBytes}'`;

/** `ggufkit memory`. */
export function memoryCommand(context: CommandContext): Command {
  const command = new Command("memory")
    .description("Tell how much memory a run takes: weights, KV cache and compute buffers.")
    .argument("<source>", "the model")
    .addOption(
      new Option(
        "--ctx <tokens>",
        "a context, or max; repeatable (default: some up to max)",
      ).argParser(collect),
    )
    .addOption(
      new Option(
        "--kv-type <type>",
        "a type of keys and values; repeatable (default: f16, q8_0, q4_0)",
      ).argParser(collect),
    )
    .option("--parallel <n>", "slots, each with the whole context (default: 1)")
    .option("--json", "print one JSON document: an array with one object a combination");
  for (const option of machineOptions()) command.addOption(option);
  return command
    .addHelpText("after", HELP)
    .action(async (source: string, options: MemoryCommandOptions) => {
      const { memoryModel } = await import("./memory-model.ts");
      await memoryModel(source, options, context);
    });
}
