import { join } from "node:path";
import { isFatal } from "./batch-error.ts";
import { writeFailures } from "./batch-files.ts";
import { type BatchJob, type BatchPlan, jobsToDo } from "./batch-plan.ts";
import { runPool } from "../pool.ts";
import { type BatchFailure, type BatchRecord, filesOf, renderRecord } from "./batch-record.ts";
import type { WritingEvent } from "../prose.ts";
import { writeWhole } from "../write-whole.ts";

/** A page as it is to be written, and what its record says of it. */
export interface BatchPage extends Pick<
  BatchRecord,
  "words" | "worded" | "model" | "contradictions" | "page"
> {
  /** What the page's own file has. */
  readonly text: string;
}

export type BatchEvent =
  | { readonly type: "skipped" | "started"; readonly name: string }
  | (WritingEvent & { readonly name: string })
  | ({ readonly type: "done" } & BatchRow)
  | ({ readonly type: "failed" } & BatchRow);

/** What became of an entry. */
export interface BatchRow {
  readonly name: string;
  readonly words?: number;
  readonly seconds?: number;
  readonly worded?: number;
  readonly contradictions?: number;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface BatchResult {
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** In the list's order. */
  readonly rows: readonly BatchRow[];
}

export interface BatchRunOptions {
  /** The directory of the pages and their records. */
  readonly out: string;
  /** Pages at once. */
  readonly concurrency: number;
  /** Writes one page. */
  readonly writePage: (
    job: BatchJob,
    signal: AbortSignal,
  ) => AsyncGenerator<WritingEvent, BatchPage>;
  readonly signal: AbortSignal;
}

/**
 * Writes the pages of a plan that are not there yet, each whole or not at all, its record last. A
 * page that fails does not keep the others from being written; a full disk does, and a server that has gone.
 *
 * @throws the signal's reason; SummarizerError `output`, `engine`
 */
export async function* runBatch(
  plan: BatchPlan,
  options: BatchRunOptions,
): AsyncGenerator<BatchEvent, BatchResult> {
  const { out, concurrency, signal } = options;
  const rows = new Map<string, BatchRow>();
  const failures: BatchFailure[] = [];
  for (const { name, done } of plan.jobs) {
    if (done === undefined) continue;
    rows.set(name, rowOf(name, done));
    yield { type: "skipped", name };
  }
  const skipped = rows.size;
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const either = AbortSignal.any([signal, stop.signal]);
  const work = (job: BatchJob): AsyncGenerator<BatchEvent> =>
    runJob(job, plan, { ...options, signal: either });
  try {
    for await (const event of runPool(jobsToDo(plan), concurrency, work, end)) {
      if (event.type === "done" || event.type === "failed") {
        const { type: _, ...row } = event;
        rows.set(row.name, row);
        const failure = failureIn(row, plan);
        if (failure !== undefined) failures.push(failure);
      }
      yield event;
    }
  } finally {
    await writeFailures(out, failures);
  }
  const ordered = plan.jobs.flatMap(({ name }) => rows.get(name) ?? []);
  const done = rows.size - skipped - failures.length;
  return { done, skipped, failed: failures.length, rows: ordered };
}

async function* runJob(
  job: BatchJob,
  { options: { format } }: BatchPlan,
  { out, writePage, signal }: BatchRunOptions,
): AsyncGenerator<BatchEvent> {
  const { name, digest } = job;
  const start = performance.now();
  signal.throwIfAborted();
  yield { type: "started", name };
  try {
    const writing = writePage(job, signal);
    let step = await writing.next();
    for (; step.done !== true; step = await writing.next()) yield { ...step.value, name };
    signal.throwIfAborted();
    const { text, ...page } = step.value;
    const files = filesOf(name, format);
    const seconds = Math.round(performance.now() - start) / 1000;
    const { input } = job.entry;
    const record: BatchRecord = {
      schema: 1,
      name,
      input,
      digest,
      file: files.page,
      seconds,
      ...page,
    };
    if (files.page !== undefined) await writeWhole(join(out, files.page), text);
    // Last: a page without its record is written again.
    await writeWhole(join(out, files.record), renderRecord(record));
    yield { type: "done", ...rowOf(name, record) };
  } catch (error) {
    signal.throwIfAborted();
    if (isFatal(error)) throw error;
    yield { type: "failed", name, error: tellOf(error) };
  }
}

function rowOf(name: string, { words, seconds, worded, contradictions }: BatchRecord): BatchRow {
  return { name, words, seconds, worded, contradictions };
}

/** An error as a line of JSON has it. */
export function tellOf(error: unknown): { code: string; message: string } {
  const isCoded = error instanceof Error && "code" in error && typeof error.code === "string";
  const code = isCoded ? String(error.code) : "unexpected";
  return { code, message: error instanceof Error ? error.message : String(error) };
}

function failureIn({ name, error }: BatchRow, { jobs }: BatchPlan): BatchFailure | undefined {
  const entry = jobs.find((job) => job.name === name)?.entry;
  if (error === undefined || entry === undefined) return undefined;
  return { name, line: entry.line, input: entry.input, ...error };
}
