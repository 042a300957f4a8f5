import { createHash } from "node:crypto";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import type { FileIdentity } from "./file-identity.ts";
import type { FileMerge } from "./file-merge.ts";
import type { RangeCopy } from "./file-plan.ts";
import { renameForGood, writing } from "./output-file.ts";
import { ShardError } from "./shard-error.ts";

/** What must be known to go on with a merge whose first files are gone. */
export interface MergeJournal {
  fileSize: number;
  /** Of the merged file, which has it already. */
  header: { bytes: number; sha256: string };
  files: ({ name: string } & FileIdentity)[];
  copies: readonly RangeCopy[];
  /** How many of the files, from the first on, are in the merged file for good. */
  merged: number;
}

/** The journal of a merge that begins. */
export function newJournal({ plan, files, identities }: FileMerge): MergeJournal {
  const { header, fileSize, copies } = plan;
  return {
    fileSize,
    header: { bytes: header.length, sha256: sha256Of(header) },
    files: files.map((path, index) => {
      return { name: basename(path), ...(identities[index] ?? { bytes: 0, mtimeNs: "" }) };
    }),
    copies,
    merged: 0,
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Reads a journal: a line of JSON, and a line `merged 3` once the first 3 files are. Undefined where
 * there is none.
 * @throws ShardError `unfinished-merge` where it cannot be read: nothing may be removed then
 */
export async function readJournal(path: string): Promise<MergeJournal | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const [head = "", ...lines] = text.split("\n");
  const last = lines.findLast((line) => /^merged \d{1,5}$/.test(line));
  try {
    const { journal, ...state } = JSON.parse(head) as MergeJournal & { journal: unknown };
    if (journal === 1)
      return { ...state, merged: last === undefined ? 0 : Number(last.slice("merged ".length)) };
  } catch {
    // told of below
  }
  const problem =
    "is not the journal of a merge; what is beside it may be all that is left of a set";
  throw new ShardError("unfinished-merge", path, problem);
}

/** Writes a journal so that it is there whole, on the disk, or not at all. */
export async function startJournal(path: string, journal: MergeJournal): Promise<void> {
  const fresh = `${path}.new`;
  const text = `${JSON.stringify({ journal: 1, ...journal })}\n`;
  await writing(path, () => writeFile(fresh, text, { flush: true }));
  await renameForGood(fresh, path);
}

/** Notes for good that so many files, from the first on, are merged. */
export async function noteMerged(path: string, merged: number): Promise<void> {
  // On a line of its own, whatever a crash left of the one before.
  await writing(path, () => appendFile(path, `\nmerged ${merged}\n`, { flush: true }));
}
