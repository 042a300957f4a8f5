import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ClosedOutputError, follow } from "@ggufkit/terminal";
import { type BatchCommandOptions, writerOf } from "./batch-arguments.ts";
import { BatchFailedError, InterruptedError } from "./batch-error.ts";
import { readRecord } from "./batch-files.ts";
import { parseBatchList } from "./batch-list.ts";
import { nameEntries } from "./batch-name.ts";
import { linesOutput, tableOutput } from "./batch-output.ts";
import { writeBatchPage } from "./batch-page.ts";
import { type BatchOptions, type BatchPlan, jobsToDo, planBatch } from "./batch-plan.ts";
import { digestSources, resolveEntry } from "./batch-sources.ts";
import { runBatch } from "./batch.ts";
import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";
import { SummarizerError } from "../errors.ts";
import { hubPlaces } from "../input/hub-places.ts";
import type { FetchContext } from "../model-source.ts";

/** Pages at once with a server, unless told otherwise: while one is read, others are worded. */
const SERVER_CONCURRENCY = 4;

/** Sentences that a page asks for at once, where a server takes any number. */
const PARALLEL_PER_PAGE = 4;

/** A list of so many bytes is something else. */
const MOST_LIST_BYTES = 64 * 2 ** 20;

/** Does what `ggufkit-summarize batch` was told to. */
export async function runBatchCommand(
  list: string,
  options: BatchCommandOptions,
  context: FetchContext,
): Promise<void> {
  const { signal } = context;
  const plan = await readPlan(list, options, signal);
  const total = plan.jobs.length;
  const output = options.json === true ? linesOutput() : tableOutput(context.env, total);
  let engine: Engine | undefined;
  try {
    // Unlike a single page, a batch does not go on without its model.
    if (jobsToDo(plan).length > 0)
      engine = await openEngine(options, context, {
        onRetry: (reason, wait) => output.retry(reason, wait),
        maxParallel: concurrencyOf(options) * PARALLEL_PER_PAGE,
      });
    const work = { places: hubPlaces(context), engine, options: plan.options };
    const running = runBatch(plan, {
      out: options.out,
      concurrency: concurrencyOf(options),
      writePage: (job, either) => writeBatchPage(job, either, work),
      signal,
    });
    const result = await follow(running, (event) => output.show(event));
    await output.result(result);
    if (result.failed > 0)
      throw new BatchFailedError(result.failed, total, join(options.out, "failed.jsonl"));
  } catch (error) {
    output.end();
    if (!(error instanceof BatchFailedError) && !(error instanceof ClosedOutputError))
      await output.failure(signal.aborted ? new InterruptedError() : error);
    throw error;
  } finally {
    output.end();
    await engine?.dispose();
  }
}

/** Reads the list, and what is there of its pages; makes the directory. */
async function readPlan(
  list: string,
  options: BatchCommandOptions,
  signal: AbortSignal,
): Promise<BatchPlan> {
  const { out, words, format, seed } = options;
  const typed = parseBatchList(await readList(list), list);
  const names = nameEntries(typed);
  await mkdir(out, { recursive: true }).catch((cause: unknown) => {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new SummarizerError("output", `--out ${out}: can't be made: ${code}`, { cause });
  });
  const candidates = [];
  for (const [at, entry] of typed.entries()) {
    signal.throwIfAborted();
    const name = names[at] ?? "";
    const resolved = resolveEntry(entry, dirname(list));
    const record = await readRecord(out, name, format);
    const sources = await digestSources(resolved);
    candidates.push({ entry, resolved, name, record, sources });
  }
  const writer = writerOf(options);
  const batchOptions: BatchOptions = { words, format, seed, writer };
  return planBatch(candidates, batchOptions);
}

async function readList(list: string): Promise<string> {
  const bytes = await readFile(list).catch((cause: unknown) => {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "no such file" : code;
    throw new SummarizerError("unreadable", `${list}: ${reason}`, { cause });
  });
  if (bytes.length <= MOST_LIST_BYTES) return bytes.toString("utf8");
  throw new SummarizerError("unreadable", `${list}: ${bytes.length} bytes are too many for a list`);
}

/** An engine in process has all cores for one page; a page without any takes a moment. */
function concurrencyOf({ concurrency, server }: BatchCommandOptions): number {
  return server === undefined ? 1 : (concurrency ?? SERVER_CONCURRENCY);
}
