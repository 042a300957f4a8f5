import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { follow, singleLine, UsageError, writeOut } from "@ggufkit/terminal";
import { type Progress, progress } from "@ggufkit/terminal/progress";
import type { Engine } from "./engine/engine.ts";
import { SummarizerError } from "./errors.ts";
import { hubPlaces } from "./input/hub-places.ts";
import { type Input, readInput } from "./input/input.ts";
import { isGgufFile, type ModelPlaces, readHeader } from "./input/model-input.ts";
import { countWords, renderMarkdown } from "./markdown.ts";
import { openEngine } from "./engine/open-engine.ts";
import type { CommandContext, SummarizeOptions } from "./program.ts";
import { renderSummary } from "./render-summary.ts";
import { renderReport } from "./report.ts";
import { summarize, type Summary } from "./summarize.ts";
import { writeWhole } from "./write-whole.ts";

/** Writes a page. */
export async function runSummarize(
  inputs: readonly [string, ...string[]],
  options: SummarizeOptions,
  context: CommandContext,
): Promise<void> {
  if (options.out !== undefined) await checkDirectory(options.out);
  const shown = progress({ env: context.env });
  let engine: Engine | undefined;
  try {
    const input = await readSources(inputs, options, hubPlaces(context));
    engine = await openEngineOrNone(options, context, shown);
    const { seed, words: range } = options;
    const writing = summarize(input, { engine, range, seed, signal: context.signal });
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

/** The first input is the model, the others are its GGUF or documents about it. */
async function readSources(
  [first, ...others]: readonly [string, ...string[]],
  { gguf, research }: SummarizeOptions,
  places: ModelPlaces,
): Promise<Input> {
  const [named, ...more] = [gguf ?? [], others.filter(isGgufFile)].flat();
  if (more.length > 0)
    throw new UsageError(`expected one GGUF, a set's first shard; got ${more[0]} beside ${named}`);
  const documents = [...others.filter((other) => !isGgufFile(other)), ...research];
  const input = await readInput(first, documents, places);
  return named === undefined ? input : { ...input, header: await readHeader(named, places) };
}

/** The default model may be missing, which is said in one line; one that was asked for may not. */
async function openEngineOrNone(
  options: SummarizeOptions,
  context: CommandContext,
  shown: Progress,
): Promise<Engine | undefined> {
  try {
    return await openEngine(options, context, {
      onRetry: (reason) => shown.note(`waiting: ${reason}`),
    });
  } catch (error) {
    const { model, server, thinking } = options;
    const isAsked = model !== undefined || server !== undefined || thinking === "on";
    if (isAsked || context.signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const [first = ""] = reason.split("\n"); // each place's own reason has been shown
    shown.note(`no model to be had, writing extractively: ${first.replace(/:$/, "")}`);
    return undefined;
  }
}

async function deliver(summary: Summary, { format, out }: SummarizeOptions): Promise<void> {
  const { page, evidence, report, worded, audit } = summary;
  const text = await renderSummary(summary, format);
  for (const { attribute, trusted, other } of evidence.sheet.contradictions) {
    const said = `${trusted.source.title} says ${JSON.stringify(trusted.value)}`;
    const against = `${other.source.title} says ${JSON.stringify(other.value)}`;
    process.stderr.write(singleLine(`contradiction: ${attribute}: ${said}, ${against}`) + "\n");
  }
  for (const { code, line, claim, why } of audit.findings) {
    const place = line === undefined ? "" : `line ${line}: `;
    process.stderr.write(singleLine(`audit: ${place}${code}: ${why}: ${claim}`) + "\n");
  }
  process.stderr.write(renderReport(report, countWords(renderMarkdown(page)), worded));
  await (out === undefined ? writeOut(text) : writeWhole(out, text));
}
