import { commandOutput } from "@ggufkit/terminal";
import { Command, Option } from "commander";
import { batchCommand } from "./batch/batch-command.ts";
import { checkCommand } from "./audit/check-command.ts";
import { DEFAULT_MODEL } from "./engine/open-engine.ts";
import {
  addPageOptions,
  addWriterOptions,
  type PageOptions,
  repeatable,
  type WriterOptions,
} from "./options.ts";
import { PAGE_FORMATS, type PageFormat } from "./render-summary.ts";

export interface SummarizeOptions extends WriterOptions, PageOptions {
  readonly gguf?: string;
  readonly research: readonly string[];
  readonly format: PageFormat;
  readonly out?: string;
}

/** What the commands need of the process: handed in, so that nothing below reads globals. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const HELP = `
The first INPUT is the model: its card (FILE=URL says where a file is from), a directory with card.md
and research/*, a repository of the Hub (hf:owner/name, card and header fetched), or a GGUF whose
metadata names its repository. A further INPUT is its GGUF, or another document about it.

Without --model the prose is worded by ${DEFAULT_MODEL} (98 MB, fetched once, verified and cached).
A server's key is taken from GGUFKIT_SERVER_KEY.

Examples:
  ggufkit-summarize examples/qwen3-235b-a22b
  ggufkit-summarize hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M --format html --out page.html
  ggufkit-summarize card.md paper.pdf=https://arxiv.org/abs/2505.09388 model-00001-of-00005.gguf
  ggufkit-summarize card.md --server http://127.0.0.1:8080 --format json --out page.json
  ggufkit-summarize check page.md --card card.md
  ggufkit-summarize batch models.jsonl --out pages`;

/** `ggufkit-summarize`: a page, and its subcommands. */
export function summarizeProgram(context: CommandContext): Command {
  const program = new Command("ggufkit-summarize")
    .description(
      "Write a truthful page about a language model from its card and research documents.",
    )
    .argument("<input...>", "model card, directory, hf:owner/name or GGUF; then further documents")
    .option("--gguf <source>", "the model's own GGUF: its header's facts come first in trust")
    .addOption(repeatable("--research <file>", "another document about the model, repeatable"));
  addPageOptions(addWriterOptions(program))
    .addOption(new Option("--format <format>", "of the page").choices(PAGE_FORMATS).default("md"))
    .option("--out <file>", "write the page there instead of to stdout")
    .addHelpText("after", HELP)
    .configureOutput(commandOutput("ggufkit-summarize"))
    .exitOverride()
    // A subcommand's options are its own, though the page's have the same names.
    .enablePositionalOptions()
    .action(async (inputs: [string, ...string[]], options: SummarizeOptions) => {
      // Only now: --help should not wait for parsers of PDF and HTML.
      const { runSummarize } = await import("./run-summarize.ts");
      await runSummarize(inputs, options, context);
    });
  for (const command of [checkCommand(context), batchCommand(context)])
    program.addCommand(command.copyInheritedSettings(program));
  return program;
}
