import { Command } from "commander";

import type { CommandContext } from "./program.ts";

/** What was typed beside FILE and PREFIX. */
export interface SplitCommandOptions {
  readonly maxSize?: string;
  readonly maxTensors?: string;
  /** False with --no-tensor-first-split. */
  readonly tensorFirstSplit: boolean;
  readonly force?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

const HELP = `
Writes PREFIX-00001-of-00005.gguf and so on, the bytes that llama-gguf-split writes. FILE stays as it
is. A shard is full when one more tensor would go beyond the limit; a tensor that alone is beyond it
gets a shard of its own. The metadata, all of which the first shard has, do not count.

SIZE is decimal as llama-gguf-split's: 500M, 2G, 1.5G, or plain bytes; 2GiB is binary.

Prints the paths of the shards alone, the first shard first.

Examples:
  ggufkit split model.gguf model --max-size 2G
  ggufkit split model.gguf shards/model --max-size 45G --no-tensor-first-split
  ggufkit split model.gguf model --max-tensors 128 --dry-run
  ggufkit verify "$(ggufkit split model.gguf model --max-size 2G | head -1)"`;

/** `ggufkit split`. */
export function splitCommand(context: CommandContext): Command {
  return new Command("split")
    .description("Split a model into shards of a size or a number of tensors.")
    .argument("<file>", "a GGUF file")
    .argument("<prefix>", "path and name of the shards, before -00001-of-00005.gguf")
    .option("--max-size <size>", "tensor data of a shard, such as 2G")
    .option("--max-tensors <n>", "tensors of a shard")
    .option("--no-tensor-first-split", "the first shard has the metadata alone")
    .option("--force", "replace shards that are there with other content")
    .option("--dry-run", "show what would be written, and write nothing")
    .option("--json", "print one JSON document a line for each event, the result last")
    .addHelpText("after", HELP)
    .action(async (file: string, prefix: string, options: SplitCommandOptions) => {
      // Only now: commands that only read headers must not wait for what this one needs.
      const { splitModel } = await import("./split-model.ts");
      await splitModel(file, prefix, options, context);
    });
}
