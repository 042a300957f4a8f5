import { Command, Option } from "commander";

import type { CommandContext } from "./program.ts";

/** What was typed beside FIRST_SHARD and OUT. */
export interface MergeCommandOptions {
  readonly compat?: "llama.cpp";
  readonly consume?: true;
  readonly force?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

const HELP = `
FIRST_SHARD is any shard of a set, model-00001-of-00005.gguf, whose others lie beside it; or any raw
piece of a file that was cut up, model.gguf.part1of2 or model.gguf.part00, which are appended.

All headers are read first: a shard that is missing, cut short, or of another set is named before a
byte is written. Shards whose sha256 is known, from the Hugging Face cache or from what a download
left beside them, are verified. OUT gets its name when it is whole and on the disk; an interrupted
run leaves nothing. If OUT is there already, with these very bytes, nothing is done.

The merged file has the metadata of the first shard without split.*; --compat llama.cpp writes the
bytes that llama-gguf-split --merge writes, where split.count is 0.

--consume removes each shard once its bytes are in the merged file for good: the disk needs room for
one shard, not for the model again. After an interruption or a crash the same command goes on.

Prints the path of the merged file alone.

Examples:
  ggufkit merge Qwen3-235B-A22B-Q4_K_M-00001-of-00005.gguf Qwen3-235B-A22B-Q4_K_M.gguf
  ggufkit merge model-00001-of-00005.gguf model.gguf --dry-run
  ggufkit merge model-00001-of-00005.gguf model.gguf --consume
  ggufkit merge model.gguf.part1of2 model.gguf
  ggufkit merge model-00001-of-00005.gguf model.gguf --json | tail -1 | jq -r .path
  ggufkit download hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M --merge --out models   one step`;

/** `ggufkit merge`. */
export function mergeCommand(context: CommandContext): Command {
  return new Command("merge")
    .description("Merge the shards of a split model into one file.")
    .argument("<first_shard>", "a shard, or a raw piece, of the set")
    .argument("<out>", "the file to write")
    .addOption(
      new Option("--compat <tool>", "write the bytes that this tool writes").choices(["llama.cpp"]),
    )
    .option("--consume", "remove each shard once it is merged: room for one shard is enough")
    .option("--force", "replace OUT where it has other content")
    .option("--dry-run", "show what would be written, and write nothing")
    .option("--json", "print one JSON document a line for each event, the result last")
    .addHelpText("after", HELP)
    .action(async (first: string, out: string, options: MergeCommandOptions) => {
      // Only now: commands that only read headers must not wait for what this one needs.
      const { mergeModel } = await import("./merge-model.ts");
      await mergeModel(first, out, options, context);
    });
}
