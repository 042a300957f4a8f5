import { createHash } from "node:crypto";
import type { BatchEntry } from "./batch-list.ts";
import type { BatchRecord } from "./batch-record.ts";
import type { WordRange } from "../page.ts";
import type { PageFormat } from "../render-summary.ts";

/** What a page depends on beside its inputs. */
export interface BatchOptions {
  readonly words: WordRange;
  readonly format: PageFormat;
  readonly seed: number;
  /** Who words the prose, as it was asked for: `extractive`, a model's source, a server's model. */
  readonly writer: string;
}

/** An entry with its name, and what is there of it. */
export interface BatchCandidate {
  /** As the list has it: a list that moves along with its files keeps its pages. */
  readonly entry: BatchEntry;
  /** With paths of this process. */
  readonly resolved: BatchEntry;
  readonly name: string;
  /** Of the inputs' bytes; undefined where they can't be read. */
  readonly sources: string | undefined;
  /** Of the page in the output directory, where both its files are there. */
  readonly record: BatchRecord | undefined;
}

/** A page to write, or one that is there. */
export interface BatchJob {
  readonly entry: BatchEntry;
  readonly resolved: BatchEntry;
  readonly name: string;
  readonly digest: string;
  /** With `skip`, the record of the page that was made of the same bytes by the same options. */
  readonly done: BatchRecord | undefined;
}

export interface BatchPlan {
  readonly jobs: readonly BatchJob[];
  readonly options: BatchOptions;
}

/** Which pages are to be written: all but those whose record is of the same inputs and options. */
export function planBatch(candidates: readonly BatchCandidate[], options: BatchOptions): BatchPlan {
  const jobs = candidates.map(({ sources, record, ...job }): BatchJob => {
    const digest = digestOf(job.entry, sources, options);
    const isDone = sources !== undefined && record?.digest === digest;
    return { ...job, digest, done: isDone ? record : undefined };
  });
  return { jobs, options };
}

/** The jobs of a plan that are still to be done. */
export function jobsToDo({ jobs }: BatchPlan): BatchJob[] {
  return jobs.filter(({ done }) => done === undefined);
}

function digestOf(
  { input, gguf, research }: BatchEntry,
  sources: string | undefined,
  { words, format, seed, writer }: BatchOptions,
): string {
  // The names count, too: addresses that follow them are the links of a page.
  const parts = [input, gguf ?? null, research, sources ?? null, words.least, words.most];
  const text = JSON.stringify([...parts, format, seed, writer]);
  return createHash("sha256").update(text).digest("hex");
}
