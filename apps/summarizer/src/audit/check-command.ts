import { Command, Option } from "commander";
import type { FetchContext } from "../model-source.ts";
import { parseWordRange, repeatable } from "../options.ts";
import type { WordRange } from "../page.ts";

/** What was typed beside SUMMARY. */
export interface CheckCommandOptions {
  readonly card: string;
  readonly gguf?: string;
  readonly research: readonly string[];
  readonly words: WordRange;
  readonly json?: true;
}

const HELP = `
Each sentence, or each part of one that can be wrong by itself, is held against the sources:
supported (and where), contradicted, other-entity (true of another model, a paper's or a runtime),
wrong-source (the link beside it names a document that does not say it), unsupported, or no claim.
Links, length and form are checked as well. Words are compared, not meanings: a free paraphrase can
be called unsupported.

CARD is a file, or a directory with card.md and research/*; FILE=URL says where a file is from.
Exit code 3 means that something is wrong.

Examples:
  ggufkit-summarize check page.md --card examples/qwen3-235b-a22b
  ggufkit-summarize check page.md --card card.md --research paper.md --gguf model.gguf
  ggufkit-summarize check page.md --card card.md --words 200-400 --json | jq '.findings[].code'`;

/** `ggufkit-summarize check`. */
export function checkCommand(context: FetchContext): Command {
  return new Command("check")
    .description("Audit an existing summary against its sources.")
    .argument("<summary>", "a Markdown file, whoever wrote it")
    .requiredOption("--card <file>", "the model's card")
    .option("--gguf <source>", "the model's own GGUF: its header's facts come first in trust")
    .addOption(repeatable("--research <file>", "another document about the model, repeatable"))
    .addOption(
      new Option("--words <range>", "length that the summary should have")
        .argParser(parseWordRange)
        .default({ least: 300, most: 500 }, "300-500"),
    )
    .option("--json", "print one JSON document")
    .addHelpText("after", HELP)
    .action(async (summary: string, options: CheckCommandOptions) => {
      const { checkSummary } = await import("./check-model.ts");
      await checkSummary(summary, options, context);
    });
}
