import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { mapShards } from "@ggufkit/gguf";
import { findConsumed, recordConsumed } from "./consumed-set.ts";
import { copyProgress, type CopyProgress } from "./copy-progress.ts";
import { checkKnownDigest, type DigestOptions } from "./expected-digest.ts";
import { identityAt, isUnchanged } from "./file-identity.ts";
import { planMergeFiles, type FileMerge, type MergePlanOptions } from "./file-merge.ts";
import { freeFile } from "./free-file.ts";
import { noteMerged } from "./merge-journal.ts";
import {
  beginMerging,
  mergeDirectory,
  mergingFiles,
  placesIn,
  type Merging,
  type MergingFile,
} from "./merging.ts";
import { renameForGood, syncFile, type CopyOptions, type OutputFile } from "./output-file.ts";
import { checkNoInput, isThereAlready } from "./output-there.ts";
import { ShardError } from "./shard-error.ts";
import type { ShardEvent } from "./shard-event.ts";
import { telling } from "./telling.ts";
import { findUnfinishedMerge, holdsConsumed } from "./unfinished-merge.ts";
import { emptyDirectory, takeWorkDirectory, type WorkDirectory } from "./work-directory.ts";

/** How {@link mergeFiles} works. */
export interface MergeOptions extends MergePlanOptions, DigestOptions, CopyOptions {
  /**
   * Removes each file of the set once its bytes are in the merged file for good: that takes room for
   * one file more than the model. What a crash leaves is gone on with.
   * With `settings` it is remembered that the set is gone for that reason.
   */
  consume?: boolean | undefined;
  /** Replaces another file that has the merged file's name. */
  force?: boolean | undefined;
}

/** A file that was merged. */
export interface MergedFile {
  path: string;
  bytes: number;
  /** `present`: it was there already, byte for byte. */
  state: "written" | "present";
  /** Paths of the files that it is made of, in order; with `consume` they are gone. */
  inputs: string[];
}

/**
 * Merges a set of shards, of which `first` is any, into one file, or appends raw pieces. The file has
 * another name beside `out` until it is whole and on the disk. Files whose sha256 is known, from the
 * Hub's cache or a download's notes, are held against it.
 *
 * @throws ShardSetError where a file is missing or damaged, or does not belong to the set
 * @throws ShardError `file-exists`, `is-input`, `not-a-shard`, `no-space`, `cannot-write`, `busy`,
 * `file-changed`, `unfinished-merge`, `cannot-read-directory`
 * @throws the signal's reason when aborted. Nothing is left then, unless files were consumed
 */
export async function* mergeFiles(
  first: string,
  out: string,
  options: MergeOptions = {},
): AsyncGenerator<ShardEvent, MergedFile, undefined> {
  const startedAt = performance.now();
  const work = await takeWorkDirectory(mergeDirectory(out));
  try {
    const started = yield* startMerge(first, out, work, options);
    const { merging, files, inputs, fileSize: bytes, state } = started;
    if (merging !== undefined) yield* carryOut(merging, out, work, options);
    if (options.consume) {
      await syncFile(out); // one that was there already may be of another program
      for (const file of files) yield* free(file);
      await recordConsumed(first, out, inputs, options);
    }
    await rm(placesIn(work).journal, { force: true });
    const seconds = (performance.now() - startedAt) / 1000;
    yield { type: "done", file: basename(out), path: out, bytes, seconds };
    return { path: out, bytes, state, inputs };
  } finally {
    await work.release({ keep: await holdsConsumed(work) });
  }
}

/** What is to be done, once it is known. */
interface StartedMerge extends Pick<MergedFile, "state" | "inputs"> {
  /** Those that may be there. */
  readonly files: readonly MergingFile[];
  readonly fileSize: number;
  /** Undefined where the merged file is there. */
  readonly merging: Merging | undefined;
}

async function* startMerge(
  first: string,
  out: string,
  work: WorkDirectory,
  options: MergeOptions,
): AsyncGenerator<ShardEvent, StartedMerge, undefined> {
  const unfinished = await findUnfinishedMerge(first, out, work);
  if (unfinished !== undefined) {
    const { files, merged } = unfinished;
    const [done, bytes] = [copiedBytes(files.slice(0, merged)), copiedBytes(files)];
    yield { type: "resumed", file: basename(out), done, bytes };
    return { ...unfinished, inputs: files.map(({ path }) => path), state: "written" };
  }
  const consumed = options.consume ? await findConsumed(first, out, options) : undefined;
  if (consumed !== undefined)
    return { ...consumed, files: [], state: "present", merging: undefined };
  const merge = await planMergeFiles(first, options);
  yield plannedEvent(merge);
  const { files: inputs, identities, plan } = merge;
  await checkNoInput([out], inputs);
  const rest = { inputs, files: mergingFiles(inputs, identities, plan), fileSize: plan.fileSize };
  if (await isThereAlready(out, plan, inputs, options))
    return { ...rest, state: "present", merging: undefined };
  await emptyDirectory(work.path); // of what a run left that was killed
  return { ...rest, state: "written", merging: await beginMerging(merge, work, options) };
}

function plannedEvent({ plan }: FileMerge): ShardEvent {
  const files = plan.inputs.map(({ name, bytes = 0 }) => ({ name, bytes }));
  return { type: "planned", files, bytes: plan.fileSize, copyBytes: sumOf(plan.copies) };
}

/** Copies what is not copied yet, and gives the merged file its name. */
async function* carryOut(
  { output, files, merged, journal }: Merging,
  out: string,
  work: WorkDirectory,
  options: MergeOptions,
): AsyncGenerator<ShardEvent, void, undefined> {
  const before = copiedBytes(files.slice(0, merged));
  const progress = copyProgress(basename(out), copiedBytes(files), before);
  try {
    for (const [index, file] of files.entries()) {
      if (index < merged) continue;
      yield { type: "started", file: file.name, bytes: file.identity.bytes };
      const sha256 = yield* telling(
        (signal) => copyFile(file, output, progress, { ...options, signal }),
        progress.event,
        work.stoppedBy(options.signal),
      );
      if (sha256 !== undefined) yield { type: "verified", file: file.name, sha256 };
      if (journal === undefined) continue;
      await output.sync();
      await noteMerged(journal, index + 1);
      if (options.consume) yield* free(file);
    }
    yield progress.event();
    await output.sync();
  } finally {
    await output.close();
  }
  work.stoppedBy(options.signal).throwIfAborted();
  await renameForGood(output.path, out);
}

/** Copies what of a file is to be copied; returns its sha256 where that was known and is right. */
async function copyFile(
  { path, identity, copies }: MergingFile,
  output: OutputFile,
  { add: onBytes }: CopyProgress,
  options: DigestOptions & CopyOptions,
): Promise<string | undefined> {
  const { copyWorker: worker } = options;
  const copy = async (signal: AbortSignal): Promise<undefined> => {
    await output.copyFrom(path, copies, { signal, onBytes, worker });
    return undefined;
  };
  const check = (signal: AbortSignal): Promise<string | undefined> =>
    checkKnownDigest(path, { ...options, signal });
  const works = [check, copy];
  const [sha256] = await mapShards(works, (work, signal) => work(signal), options.signal);
  if (isUnchanged(identity, await identityAt(path))) return sha256;
  throw new ShardError("file-changed", path, "was written to, or removed, while it was copied");
}

async function* free({ path, name, identity }: MergingFile): AsyncGenerator<ShardEvent, void> {
  // One that has been freed is gone; one that is another by now is nobody's to remove.
  if (!isUnchanged(identity, await identityAt(path))) return;
  await freeFile(path);
  yield { type: "freed", file: name, bytes: identity.bytes };
}

function copiedBytes(files: readonly MergingFile[]): number {
  return files.reduce((sum, { copies }) => sum + sumOf(copies), 0);
}

function sumOf(copies: readonly { bytes: number }[]): number {
  return copies.reduce((sum, { bytes }) => sum + bytes, 0);
}
