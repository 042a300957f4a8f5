import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import {
  fixCommand,
  type Fixed,
  fixModelfile,
  fixPresets,
  isProblem,
  type LintOptions,
  type ModelFacts,
  quoteFor,
} from "@ggufkit/runtime-config";
import { colours, InvalidInputError, UsageError, writeOut } from "@ggufkit/terminal";

import { jsonText } from "./json-text.ts";
import type { LintCommandOptions } from "./lint-command.ts";
import { machineOf } from "./machine-arguments.ts";
import { readRunnableModel } from "./model-facts.ts";
import type { CommandContext } from "./program.ts";
import { countText, renderFindings } from "./render-lint.ts";

/** What is held against the model. */
type Subject =
  | { readonly words: readonly string[] }
  | { readonly path: string; readonly text: string };

/**
 * Prints what is wrong with how a model is to be run, or how it is to be run rightly.
 *
 * @throws {InvalidInputError} where there are errors or warnings; with `fix`, where some are left
 * @throws {UsageError | InvalidWishError} for options that make no sense, and other commands
 * @throws {GgufError | UnreadableError} for a model that no run can be planned of
 */
export async function lintModel(
  source: string,
  words: readonly string[],
  options: LintCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { file, fix = false, json, llamaBuild } = options;
  const subject = await subjectOf(words, file);
  const hardware = await machineOf(options, context.env);
  const { facts, path } = await readRunnableModel(source, context);
  const report = fixedText(facts, subject, { hardware, llamaBuild, fileName: basename(path) });
  const stream = json || !fix ? process.stdout : process.stderr;
  if (json) {
    const { findings, fixed } = report;
    await writeOut(jsonText(fix ? { findings, fixed } : { findings }));
  } else {
    const text = renderFindings(report.findings, colours({ stream, env: context.env }));
    if (fix) {
      process.stderr.write(text);
      await writeOut(report.fixed.endsWith("\n") ? report.fixed : `${report.fixed}\n`);
    } else await writeOut(text);
  }
  const problems = (fix ? report.remaining : report.findings).filter(isProblem);
  if (problems.length > 0)
    throw new InvalidInputError(
      `${file ?? "the command"}: ${countText(problems)}${fix ? " left" : ""}`,
    );
}

async function subjectOf(words: readonly string[], file: string | undefined): Promise<Subject> {
  if (file === undefined) {
    if (words.length > 0) return { words };
    throw new UsageError("expected a command behind --, or --file");
  }
  if (words.length > 0) throw new UsageError("--file: expected no command beside it");
  return { path: file, text: await readFile(file, "utf8") };
}

function fixedText(facts: ModelFacts, subject: Subject, options: LintOptions): Fixed<string> {
  if ("words" in subject) {
    const report = fixCommand(facts, subject.words, options);
    return { ...report, fixed: report.fixed.map((word) => quoteFor("posix", word)).join(" ") };
  }
  const { path, text } = subject;
  return isPresets(path, text)
    ? fixPresets(facts, text, options)
    : fixModelfile(facts, text, options);
}

/** By its name, or by its first line that says something. */
function isPresets(path: string, text: string): boolean {
  if (/\.ini$/i.test(path)) return true;
  if (/modelfile/i.test(basename(path))) return false;
  return /^(?:\s*(?:[;#].*)?\r?\n)*\s*(?:\[|[\w.-]+\s*=)/.test(text);
}
