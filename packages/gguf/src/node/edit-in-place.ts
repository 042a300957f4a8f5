import { open } from "node:fs/promises";

import type { EditPlan } from "../edit/plan-edit.ts";
import { GgufError } from "../format/gguf-error.ts";
import type { FileSource } from "./file-source.ts";
import { checkIdentity, identityAt, type FileIdentity } from "./file-identity.ts";
import { journalPath, removeJournal, writeJournal } from "./edit-journal.ts";
import { putBack } from "./edit-recovery.ts";
import { writeAt, writing } from "./temporary-file.ts";

/**
 * Overwrites the header of a file. As that can be cut short, the old one is kept in a journal
 * meanwhile; where writing fails it is put back at once.
 *
 * @throws {GgufError} `file-changed`, `unfinished-edit`, `cannot-write-file`
 * @throws the signal's reason, before the file is touched
 */
export async function writeInPlace(
  file: FileSource,
  plan: EditPlan,
  identity: FileIdentity | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const { path, byteLength: fileSize } = file;
  const old = await file.read(0, plan.header.length, signal);
  const journal = { fileSize, old, new: plan.header };
  const handle = await writing(path, () => open(path, "r+"));
  try {
    checkIdentity(await identityAt(path), identity, path, "edited");
    await writeJournal(path, journal);
    try {
      signal?.throwIfAborted();
      await writing(path, async () => {
        await writeAt(handle, plan.header, 0);
        await handle.sync();
      });
      await removeJournal(path);
    } catch (error) {
      await putBack(path, handle, journal).catch((cause: unknown) => refuse(path, cause));
      throw error;
    }
  } finally {
    await handle.close();
  }
}

function refuse(path: string, cause: unknown): never {
  const reason = `its header is half written; ${journalPath(path)} keeps the old one, and the next edit puts it back`;
  throw new GgufError({ code: "unfinished-edit", reason, file: path }, { cause });
}
