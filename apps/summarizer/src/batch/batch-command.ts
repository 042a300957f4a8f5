import { Command, Option } from "commander";
import type { FetchContext } from "../model-source.ts";
import { addPageOptions, addWriterOptions } from "../options.ts";
import { PAGE_FORMATS } from "../render-summary.ts";
import { type BatchCommandOptions, parseConcurrency } from "./batch-arguments.ts";

const HELP = `
LIST has one JSON object a line, its paths relative to LIST's directory:
  {"input": "aria/card.md", "gguf": "aria/aria-7b.gguf", "research": ["paper.pdf"], "name": "aria-7b"}
Only "input" is needed: a card, a directory with one, a GGUF, or hf:owner/name.

DIR gets for each model NAME.md (or NAME.html) and NAME.json, its record with the page's facts and
evidence; with --format json the record alone. Each is written whole or not at all. A page that was made of
the same files by the same options is left as it is, so after Ctrl-C, a crash or failures the same
command does what is left. What failed is in DIR/failed.jsonl.

With --server the prose is worded by a model of any OpenAI-compatible server (llama-server, vLLM,
SGLang), several pages at once; what a server works on together may then be worded another way in
another run. A key is taken from GGUFKIT_SERVER_KEY.

Prints a table of the pages, or with --json an event a line, the result last. Exits with 1 if any
page failed.

Examples:
  ggufkit-summarize batch models.jsonl --out pages --extractive
  ggufkit-summarize batch models.jsonl --out pages --server http://127.0.0.1:8080 --concurrency 8
  ggufkit-summarize batch models.jsonl --out pages --format html --words 350-450`;

/** `ggufkit-summarize batch`. */
export function batchCommand(context: FetchContext): Command {
  const command = new Command("batch")
    .description("Write a page for each model of a list; go on where an earlier run ended.")
    .argument("<list>", "a file with one JSON object a line")
    .requiredOption(
      "--out <dir>",
      "directory of the pages and their records, made if it is not there",
    )
    .option(
      "--concurrency <n>",
      "pages at once with a server, 4 unless told otherwise; without one it is 1",
      parseConcurrency,
    );
  return addPageOptions(addWriterOptions(command))
    .addOption(new Option("--format <format>", "of the pages").choices(PAGE_FORMATS).default("md"))
    .option("--json", "print one JSON document a line for each event, the result last")
    .addHelpText("after", HELP)
    .action(async (list: string, options: BatchCommandOptions) => {
      // Only now: engines and documents take longer to load than a page takes to write.
      const { runBatchCommand } = await import("./batch-model.ts");
      await runBatchCommand(list, options, context);
    });
}
