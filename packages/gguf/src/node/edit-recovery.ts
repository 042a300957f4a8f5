import { open, type FileHandle } from "node:fs/promises";

import { GgufError } from "../format/gguf-error.ts";
import { openFile } from "./file-source.ts";
import { journalPath, readJournal, removeJournal, type EditJournal } from "./edit-journal.ts";
import { writeAt, writing } from "./temporary-file.ts";

/**
 * Gives a file its old header back where an edit of it was cut short, and tells whether it did.
 *
 * @throws {GgufError} `unfinished-edit` where there is a journal that does not belong to the file,
 * `cannot-open-file`, `cannot-write-file`
 */
export async function undoUnfinishedEdit(path: string): Promise<boolean> {
  const journal = await readJournal(path);
  if (journal === undefined) return false;
  if (journal === "incomplete") {
    await removeJournal(path);
    return false;
  }
  if (!(await isTornBy(journal, path))) {
    const reason = `${journalPath(path)} is of an unfinished edit of another file; remove it if that is so`;
    throw new GgufError({ code: "unfinished-edit", reason, file: path });
  }
  const handle = await writing(path, () => open(path, "r+"));
  try {
    await putBack(path, handle, journal);
  } finally {
    await handle.close();
  }
  return true;
}

/** Writes the old header back, and only then removes the journal. */
export async function putBack(
  path: string,
  handle: FileHandle,
  journal: EditJournal,
): Promise<void> {
  await writing(path, async () => {
    await writeAt(handle, journal.old, 0);
    await handle.sync();
  });
  await removeJournal(path);
}

/**
 * Whether every byte of the file's start is one that the edit found or one that it wrote: a file
 * put there since then is not overwritten.
 */
async function isTornBy(journal: EditJournal, path: string): Promise<boolean> {
  const file = await openFile(path);
  try {
    if (file.byteLength !== journal.fileSize) return false;
    const start = await file.read(0, journal.old.length);
    return start.every((byte, index) => byte === journal.old[index] || byte === journal.new[index]);
  } finally {
    await file.close();
  }
}
