import { createHash } from "node:crypto";
import { open, readFile, rm } from "node:fs/promises";

import { GgufError } from "../format/gguf-error.ts";
import { PRIVATE_MODE, syncDirectoryOf, writeAt, writing } from "./temporary-file.ts";

/**
 * What is kept beside a file while its header is overwritten, so that an edit which a crash has cut
 * short can be undone.
 *
 * The journal's bytes, in order: magic `GGUFEDIT` (8), size of the file (u64, little-endian like
 * the next), length of a header (u64), the old header, the new header, SHA-256 of all of it (32).
 */
export interface EditJournal {
  readonly fileSize: number;
  /** What stood at the start of the file. */
  readonly old: Uint8Array;
  /** What is written over it; of the same length. */
  readonly new: Uint8Array;
}

const MAGIC = new TextEncoder().encode("GGUFEDIT");
const FIXED_BYTES = MAGIC.length + 8 + 8;

/** Where the journal of a file is kept. */
export function journalPath(path: string): string {
  return `${path}.ggufkit-journal`;
}

/**
 * Writes the journal of a file and makes sure that it is on the disk.
 *
 * @throws {GgufError} `unfinished-edit` where there is one already, `cannot-write-file`
 */
export async function writeJournal(path: string, journal: EditJournal): Promise<void> {
  const target = journalPath(path);
  const handle = await open(target, "wx", PRIVATE_MODE).catch((cause: unknown) =>
    refuseJournal(target, cause),
  );
  try {
    await writing(target, async () => {
      await writeAt(handle, encodeJournal(journal), 0);
      await handle.sync();
    });
    await syncDirectoryOf(target);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

function refuseJournal(target: string, cause: unknown): never {
  const isThere = errorCode(cause) === "EEXIST";
  const code = isThere ? "unfinished-edit" : "cannot-write-file";
  const reason = isThere
    ? "another edit is under way"
    : `cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`;
  throw new GgufError({ code, reason, file: target }, { cause });
}

/** Removes the journal of a file, where there is one. */
export async function removeJournal(path: string): Promise<void> {
  const target = journalPath(path);
  await writing(target, () => rm(target, { force: true }));
  await syncDirectoryOf(target);
}

/** The journal of a file; undefined where there is none. */
export async function readJournal(path: string): Promise<EditJournal | "incomplete" | undefined> {
  const target = journalPath(path);
  try {
    return decodeJournal(await readFile(target)) ?? "incomplete";
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return undefined;
    const reason = `cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new GgufError({ code: "cannot-open-file", reason, file: target }, { cause });
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function encodeJournal(journal: EditJournal): Uint8Array {
  const fixed = new Uint8Array(FIXED_BYTES);
  const view = new DataView(fixed.buffer);
  fixed.set(MAGIC);
  view.setBigUint64(MAGIC.length, BigInt(journal.fileSize), true);
  view.setBigUint64(MAGIC.length + 8, BigInt(journal.old.length), true);
  const body = Buffer.concat([fixed, journal.old, journal.new]);
  return Buffer.concat([body, sha256(body)]);
}

/** Undefined where not all of it was written: the file was then not touched yet. */
function decodeJournal(bytes: Uint8Array): EditJournal | undefined {
  if (bytes.length < FIXED_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = Number(view.getBigUint64(MAGIC.length + 8, true));
  const end = FIXED_BYTES + 2 * length;
  const checksum = bytes.subarray(end);
  if (Buffer.compare(sha256(bytes.subarray(0, end)), checksum) !== 0) return undefined;
  return {
    fileSize: Number(view.getBigUint64(MAGIC.length, true)),
    old: bytes.subarray(FIXED_BYTES, FIXED_BYTES + length),
    new: bytes.subarray(FIXED_BYTES + length, end),
  };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
