import { Command } from "commander";

import type { CommandContext } from "./program.ts";

/** What was typed beside FIRST_SHARD. */
export interface VerifyCommandOptions {
  readonly against?: string;
  readonly json?: true;
}

const HELP = `
FIRST_SHARD is any shard of a set, any raw piece of a file, or a file that is a model on its own.

Checks that all shards are there, that none is cut short, and that they belong together, and hashes
those whose sha256 is known: from the Hugging Face cache, from what a download left beside them, or
from SOURCE, a model on the Hub or at a URL. A file that was merged is held against the shards of
SOURCE: each is hashed through it, and only their headers are fetched.

Exit code 3 means that something is wrong, 1 that the set could not be read at all.

Examples:
  ggufkit verify Qwen3-235B-A22B-Q4_K_M-00001-of-00005.gguf
  ggufkit verify models/model-00001-of-00005.gguf --against hf:owner/name:Q4_K_M
  ggufkit verify merged.gguf --against hf:owner/name:Q4_K_M
  ggufkit verify model.gguf --against hf:owner/name@v1.0/model.gguf
  ggufkit verify model-00001-of-00005.gguf --json | jq '.findings[].message'`;

/** `ggufkit verify`. */
export function verifyCommand(context: CommandContext): Command {
  return new Command("verify")
    .description("Check that a set of shards is whole, and that its files are what the Hub has.")
    .argument("<first_shard>", "a shard of the set")
    .option("--against <source>", "a model on the Hub or at a URL, whose sha256 must be the files'")
    .option("--json", "print one JSON document")
    .addHelpText("after", HELP)
    .action(async (first: string, options: VerifyCommandOptions) => {
      // Only now: commands that only read headers must not wait for what this one needs.
      const { verifyModel } = await import("./verify-model.ts");
      await verifyModel(first, options, context);
    });
}
