import { open, type FileHandle } from "node:fs/promises";
import { writeAt } from "@ggufkit/gguf/node";
import { writeFailure } from "./disk-space.ts";
import { piecesBetween, type Piece } from "./pieces.ts";

/** The files that a file's pieces lie in, open to be read and written. */
export interface PieceFiles {
  /** The file's own one, for what does not lie in others. */
  readonly own: FileHandle;
  /** Writes bytes at their place. @throws NoSpaceError, and what writing throws */
  write: (bytes: Uint8Array, position: number) => Promise<void>;
  /** Bytes from `start` up to `end` as they are on the disk: fewer where a file ends before. */
  read: (start: number, end: number) => Promise<Buffer>;
  datasync: () => Promise<void>;
  sync: () => Promise<void>;
  close: () => Promise<void>;
}

/** Opens all files of `pieces`. That at `path`, the file's own, is made where there is none. */
export async function openPieceFiles(path: string, pieces: readonly Piece[]): Promise<PieceFiles> {
  const own = await openToWrite(path);
  const handles = new Map([[path, own]]);
  const each = async (work: (handle: FileHandle) => Promise<void>): Promise<void> =>
    void (await Promise.all([...handles.values()].map(work)));
  const close = (): Promise<void> => each((handle) => handle.close());
  try {
    for (const { path: other } of pieces) {
      if (!handles.has(other)) handles.set(other, await open(other, "r+"));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const placesOf = function* placesOf(start: number, end: number): Generator<Place, void> {
    for (const piece of piecesBetween(pieces, start, end)) {
      const handle = handles.get(piece.path);
      if (handle !== undefined) yield { ...piece, handle };
    }
  };
  return {
    own,
    async write(bytes, position) {
      for (const place of placesOf(position, position + bytes.length)) {
        const piece = bytes.subarray(place.start - position, place.end - position);
        await writeAt(place.handle, piece, place.at).catch((error: unknown) => {
          throw writeFailure(error, place.path);
        });
      }
    },
    async read(start, end) {
      const buffer = Buffer.allocUnsafe(end - start);
      let length = 0;
      for (const { handle, at, ...piece } of placesOf(start, end)) {
        const asked = piece.end - piece.start;
        const { bytesRead } = await handle.read(buffer, length, asked, at);
        length += bytesRead;
        if (bytesRead < asked) break;
      }
      return buffer.subarray(0, length);
    },
    datasync: () => each((handle) => handle.datasync()),
    sync: () => each((handle) => handle.sync()),
    close,
  };
}

/** A piece, and the file that it lies in. */
interface Place extends Piece {
  handle: FileHandle;
}

/** Opens a file for reading and writing, as it is or empty. */
async function openToWrite(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r+");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    return open(path, "wx+");
  }
}
