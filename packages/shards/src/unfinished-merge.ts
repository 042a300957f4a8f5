import { basename, dirname, join } from "node:path";
import { openFile } from "@ggufkit/gguf/node";
import { identityAt, isUnchanged } from "./file-identity.ts";
import { readJournal, sha256Of, type MergeJournal } from "./merge-journal.ts";
import {
  mergeDirectory,
  mergingFiles,
  placesIn,
  type Merging,
  type MergingFile,
} from "./merging.ts";
import { reopenOutput } from "./output-file.ts";
import { ShardError } from "./shard-error.ts";
import type { WorkDirectory } from "./work-directory.ts";

/** How far a merge that consumes its input had come when it was cut short. */
export interface UnfinishedMerge {
  /** File names of the set, in order. */
  files: string[];
  /** How many of them, from the first on, are in the merged file; they may be gone. */
  merged: number;
}

/**
 * What a run of `mergeFiles` to this file has left that consumed its input and was cut short: the next
 * one goes on from there. Undefined where there is nothing.
 * @throws ShardError `unfinished-merge` where it is damaged
 */
export async function unfinishedMerge(out: string): Promise<UnfinishedMerge | undefined> {
  const journal = await readJournal(placesIn({ path: mergeDirectory(out) }).journal);
  return journal && { files: journal.files.map(({ name }) => name), merged: journal.merged };
}

/** What an earlier run that consumed its input has left. */
interface LeftMerge {
  /** All of the set; the first `merged` of them may be gone. */
  readonly files: readonly MergingFile[];
  readonly merged: number;
  readonly fileSize: number;
  /** Undefined where the merged file has its name already. */
  readonly merging: Merging | undefined;
}

/**
 * Looks for what an earlier run that consumed its input has left, and checks that it can be gone on
 * with; undefined where there is nothing.
 * @throws ShardError `unfinished-merge` where it is another merge, or damaged; `file-changed`
 */
export async function findUnfinishedMerge(
  first: string,
  out: string,
  work: WorkDirectory,
): Promise<LeftMerge | undefined> {
  const { partial, journal: path } = placesIn(work);
  const journal = await readJournal(path);
  if (journal === undefined) return undefined;
  checkSameSet(first, journal, work);
  const { fileSize, merged } = journal;
  const paths = journal.files.map(({ name }) => join(dirname(first), name));
  const files = mergingFiles(paths, journal.files, journal);
  const isRenamed = (await identityAt(partial)) === undefined;
  await checkHeader(isRenamed ? out : partial, journal, work);
  if (isRenamed) return { files, merged, fileSize, merging: undefined };
  await checkRest(files.slice(merged));
  const output = await reopenOutput(partial);
  return { files, merged, fileSize, merging: { output, fileSize, files, merged, journal: path } };
}

/** Whether a work directory has bytes that are nowhere else any longer. */
export async function holdsConsumed(work: Pick<WorkDirectory, "path">): Promise<boolean> {
  try {
    return ((await readJournal(placesIn(work).journal))?.merged ?? 0) > 0;
  } catch {
    return true; // nobody knows
  }
}

function checkSameSet(first: string, { files }: MergeJournal, work: WorkDirectory): void {
  if (files.some(({ name }) => name === basename(first))) return;
  const problem = `holds an unfinished merge of ${files[0]?.name} and others, not of ${basename(first)}: finish that first`;
  throw new ShardError("unfinished-merge", work.path, problem);
}

async function checkHeader(
  path: string,
  { header, fileSize }: MergeJournal,
  work: WorkDirectory,
): Promise<void> {
  const problem = `its journal says that ${path} is the merged file, which is not so: what it was made of may be gone`;
  const wrong = (cause?: unknown): ShardError =>
    new ShardError("unfinished-merge", work.path, problem, { cause });
  const file = await openFile(path).catch((cause: unknown) => {
    throw wrong(cause);
  });
  try {
    const isRight =
      file.byteLength === fileSize && sha256Of(await file.read(0, header.bytes)) === header.sha256;
    if (!isRight) throw wrong();
  } finally {
    await file.close();
  }
}

/** Files that are not merged yet must be what they were. */
async function checkRest(files: readonly MergingFile[]): Promise<void> {
  for (const { path, identity } of files) {
    if (isUnchanged(identity, await identityAt(path))) continue;
    const problem = "was written to, or removed, since others of its set were merged";
    throw new ShardError("file-changed", path, problem);
  }
}
