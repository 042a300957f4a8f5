import { basename, join } from "node:path";
import { checkRoom, freedBytes } from "./disk-room.ts";
import type { FileIdentity } from "./file-identity.ts";
import type { FileMerge } from "./file-merge.ts";
import type { FilePlan, RangeCopy } from "./file-plan.ts";
import { newJournal, startJournal } from "./merge-journal.ts";
import { roomNeeded } from "./merge-room.ts";
import { createOutput, type OutputFile } from "./output-file.ts";
import type { WorkDirectory } from "./work-directory.ts";

/** A merge that is under way. */
export interface Merging {
  readonly output: OutputFile;
  readonly fileSize: number;
  readonly files: readonly MergingFile[];
  /** How many of the files, from the first on, are in the merged file for good. */
  readonly merged: number;
  /** Where it is noted how many those are; without, the files are not to be removed. */
  readonly journal: string | undefined;
}

/** A file that is merged with others. */
export interface MergingFile {
  readonly path: string;
  readonly name: string;
  /** What it was when it was planned. */
  readonly identity: FileIdentity;
  readonly copies: readonly RangeCopy[];
}

/** Where the merged file grows, beside its final place. */
export function mergeDirectory(out: string): string {
  return `${out}.merging`;
}

/** In a work directory: where the merged file grows, and the journal. */
export function placesIn({ path }: Pick<WorkDirectory, "path">): {
  partial: string;
  journal: string;
} {
  return { partial: join(path, "partial"), journal: join(path, "journal") };
}

/**
 * Begins to write the merged file, with its header; with `consume` the journal too.
 * @throws ShardError `no-space`, `cannot-write`
 */
export async function beginMerging(
  merge: FileMerge,
  work: WorkDirectory,
  { consume = false }: { consume?: boolean | undefined },
): Promise<Merging> {
  const { plan, files } = merge;
  const freed = consume ? await freedBytes(files, work.path) : files.map(() => 0);
  await checkRoom(work.path, roomNeeded(plan, freed));
  const { partial, journal } = placesIn(work);
  const output = await createOutput(partial, plan.fileSize);
  try {
    await output.write(plan.header, 0);
    if (consume) {
      await output.sync();
      await startJournal(journal, newJournal(merge));
    }
  } catch (error) {
    await output.close();
    throw error;
  }
  return {
    output,
    fileSize: plan.fileSize,
    files: mergingFiles(files, merge.identities, plan),
    merged: 0,
    journal: consume ? journal : undefined,
  };
}

/** The files of a merge, each with what is copied from it. */
export function mergingFiles(
  files: readonly string[],
  identities: readonly FileIdentity[],
  { copies }: Pick<FilePlan, "copies">,
): MergingFile[] {
  return files.flatMap((path, index) => {
    const identity = identities[index];
    const own = copies.filter(({ file }) => file === index);
    return identity === undefined ? [] : [{ path, name: basename(path), identity, copies: own }];
  });
}
