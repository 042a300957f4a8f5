import { createHash, type Hash } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { writeAt } from "@ggufkit/gguf/node";
import { HashMismatchError, SizeMismatchError } from "./errors.ts";
import { readRecord, writeRecord } from "./record.ts";
import { writeFailure } from "./transfer/disk-space.ts";

/** A piece that a growing file holds. */
interface PlacedPiece {
  piece: string;
  bytes: number;
  /** Of the file up to the end of this piece. */
  sha256: string;
}

/** What a growing file becomes, and where it is till then. */
export interface GrowingInput {
  /** Its name in errors. */
  file: string;
  bytes: number;
  sha256: string;
  /** All pieces' names, in order. */
  pieces: readonly string[];
  partial: string;
  ledger: string;
}

/** A file that pieces are appended to, hashed as it grows; `close` it. */
export interface GrowingFile {
  /** How many pieces it holds, and how many bytes those are. */
  held: () => { pieces: number; bytes: number };
  /** Appends the next piece; if that fails, the file holds what it held before. */
  append: (chunks: AsyncIterable<Uint8Array>) => Promise<void>;
  /** Waits until all of it is on the disk. @throws SizeMismatchError, HashMismatchError */
  finish: () => Promise<void>;
  close: () => Promise<void>;
}

// Reading a big file in parts this large keeps the hash, not the calls, the bottleneck.
const READ_BYTES = 1 << 20;

/** Bytes that an earlier run left, as the ledger has it. */
export async function grownBytes(input: GrowingInput): Promise<number> {
  return (await readLedger(input)).reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Opens a file that is to grow. Of what an earlier run left the pieces are kept whose bytes are still
 * what they were: nothing was synced, and a crash of the machine may have cost some.
 * @throws NoSpaceError; the signal's reason when aborted
 */
export async function openGrowing(input: GrowingInput, signal?: AbortSignal): Promise<GrowingFile> {
  const { file, bytes: total, pieces, partial, ledger } = input;
  const handle = await openOrCreate(partial);
  let held: Held = { pieces: [], bytes: 0, hash: createHash("sha256") };
  try {
    held = await heldPieces(handle, await readLedger(input), signal);
    await handle.truncate(held.bytes);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    held: () => ({ pieces: held.pieces.length, bytes: held.bytes }),
    async append(chunks) {
      const hash = held.hash.copy();
      let at = held.bytes;
      for await (const chunk of chunks) {
        signal?.throwIfAborted();
        if (at + chunk.length > total) throw new SizeMismatchError(file, total, at + chunk.length);
        hash.update(chunk);
        await write(handle, chunk, { at, partial });
        at += chunk.length;
      }
      const piece = pieces[held.pieces.length] ?? "";
      const sha256 = hash.copy().digest("hex");
      const placed = [...held.pieces, { piece, bytes: at - held.bytes, sha256 }];
      await writeRecord(ledger, { sha256: input.sha256, pieces: placed });
      held = { pieces: placed, bytes: at, hash };
    },
    async finish() {
      if (held.bytes !== total) throw new SizeMismatchError(file, total, held.bytes);
      const got = held.hash.copy().digest("hex");
      if (got !== input.sha256) throw new HashMismatchError(file, input.sha256, got);
      await handle.sync();
    },
    close: () => handle.close(),
  };
}

interface Held {
  pieces: PlacedPiece[];
  bytes: number;
  /** Of all these bytes. */
  hash: Hash;
}

async function heldPieces(
  handle: FileHandle,
  noted: readonly PlacedPiece[],
  signal?: AbortSignal,
): Promise<Held> {
  let held: Held = { pieces: [], bytes: 0, hash: createHash("sha256") };
  for (const piece of noted) {
    const hash = held.hash.copy();
    const end = held.bytes + piece.bytes;
    for (let at = held.bytes; at < end; at += READ_BYTES) {
      signal?.throwIfAborted();
      const buffer = Buffer.alloc(Math.min(READ_BYTES, end - at));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      hash.update(buffer.subarray(0, bytesRead));
    }
    if (hash.copy().digest("hex") !== piece.sha256) break;
    held = { pieces: [...held.pieces, piece], bytes: end, hash };
  }
  return held;
}

async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true });
    return await open(path, constants.O_RDWR | constants.O_CREAT);
  } catch (error) {
    throw writeFailure(error, path);
  }
}

async function write(
  handle: FileHandle,
  chunk: Uint8Array,
  { at, partial }: { at: number; partial: string },
): Promise<void> {
  try {
    await writeAt(handle, chunk, at);
  } catch (error) {
    throw writeFailure(error, partial);
  }
}

/** The pieces that a ledger notes, as far as they are those of this file. */
async function readLedger({ ledger, sha256, pieces, bytes }: GrowingInput): Promise<PlacedPiece[]> {
  const record = await readRecord(ledger);
  if (record?.["sha256"] !== sha256 || !Array.isArray(record["pieces"])) return [];
  const noted: unknown[] = record["pieces"];
  const other = noted.findIndex((one, index) => !isPlaced(one) || one.piece !== pieces[index]);
  const own = noted.slice(0, other < 0 ? undefined : other).filter(isPlaced);
  return own.reduce((sum, one) => sum + one.bytes, 0) > bytes ? [] : own;
}

function isPlaced(value: unknown): value is PlacedPiece {
  if (typeof value !== "object" || value === null) return false;
  const { piece, bytes, sha256 } = value as Partial<PlacedPiece>;
  const isSize = Number.isSafeInteger(bytes) && (bytes ?? -1) >= 0;
  return typeof piece === "string" && typeof sha256 === "string" && isSize;
}
