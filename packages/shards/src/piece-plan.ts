import type { FilePlan, RangeCopy } from "./file-plan.ts";

/** A piece of a file, as it is shown in a plan. */
export interface PlannedPiece {
  readonly name: string;
  readonly bytes: number;
}

/** A file that its pieces are appended to. */
export interface PiecePlan extends FilePlan {
  /** In the order in which they are appended. */
  readonly inputs: readonly PlannedPiece[];
}

/** Lays out a file that consists of its pieces, one after the other, byte for byte. Pure. */
export function planPieces(pieces: readonly PlannedPiece[]): PiecePlan {
  const copies: RangeCopy[] = [];
  let fileSize = 0;
  for (const [file, { bytes }] of pieces.entries()) {
    if (bytes > 0) copies.push({ file, from: 0, to: fileSize, bytes });
    fileSize += bytes;
  }
  return { header: new Uint8Array(0), fileSize, copies, inputs: [...pieces] };
}
