import type { CompareProgress } from "@ggufkit/gguf";
import { colours, singleLine, writeOut } from "@ggufkit/terminal";
import { Command } from "commander";

import { diffModels, type Diff } from "./diff.ts";
import { withModels, type DiffModel } from "./diff-model.ts";
import { jsonText } from "./json-text.ts";
import { lateBar } from "./late-bar.ts";
import type { CommandContext } from "./program.ts";
import { renderDiff } from "./render-diff.ts";

interface DiffCommandOptions {
  readonly json?: true;
  readonly content?: true;
  readonly tensors?: true;
}

const HELP = `
A and B are each path/to/file.gguf or anything else that inspect takes. The first shard stands for
its whole set: metadata are those of the first shard, tensors those of all.

Compares the headers: what B has more (+), less (-) and otherwise (~) than A. With --content also
the data of the tensors that both have in the same shape and type, up to the first byte that
differs. The exit code is 0 whether or not there are differences; "identical" in the JSON tells.

Examples:
  ggufkit diff model-Q4_K_M.gguf model-Q6_K.gguf
  ggufkit diff before.gguf after.gguf --content
  ggufkit diff model-00001-of-00005.gguf merged.gguf --content
  ggufkit diff a.gguf b.gguf --json | jq .identical`;

/** `ggufkit diff`. */
export function diffCommand(context: CommandContext): Command {
  return new Command("diff")
    .description("Tell how two models differ: metadata, tensors and, if asked, their data.")
    .argument("<a>", "a model")
    .argument("<b>", "the model to compare it with")
    .option("--content", "compare the data of the tensors too")
    .option("--tensors", "list all tensors that differ, however many")
    .option("--json", "print one JSON document")
    .addHelpText("after", HELP)
    .action(async (a: string, b: string, options: DiffCommandOptions) => {
      const diff = await withModels([a, b], context, (modelA, modelB) => {
        for (const model of [modelA, modelB]) noteMissing(model);
        return diffShown(modelA, modelB, options, context);
      });
      const colour = colours({ stream: process.stdout, env: context.env });
      const allTensors = options.tensors === true;
      await writeOut(options.json ? jsonText(diff) : renderDiff(diff, { colour, allTensors }));
    });
}

/** What is not there would pass for removed. */
function noteMissing({ source, missing }: DiffModel): void {
  for (const shard of missing)
    process.stderr.write(`${singleLine(source)}: without its shard ${singleLine(shard)}\n`);
}

async function diffShown(
  a: DiffModel,
  b: DiffModel,
  options: DiffCommandOptions,
  context: CommandContext,
): Promise<Diff> {
  const bar = lateBar("comparing", context);
  const show = ({ done, total }: CompareProgress): void => bar.update(done, total);
  try {
    const content = options.content === true;
    return await diffModels(a, b, { content, signal: context.signal, show });
  } finally {
    bar.end();
  }
}
