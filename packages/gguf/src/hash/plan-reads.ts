/** Where a tensor's bytes lie in the file. */
export interface Extent {
  readonly start: number;
  readonly bytes: number;
}

/** A part of a read that belongs to one tensor. */
export interface Piece {
  /** Index of the tensor. */
  readonly tensor: number;
  /** From where up to where, without the end, in the bytes of the read. */
  readonly from: number;
  readonly to: number;
  /** Whether it ends the tensor. */
  readonly isLast: boolean;
}

/** One read of a file, from `start` up to `end`. */
export interface PlannedRead {
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly Piece[];
}

// Reading over a gap, which is mostly padding, takes less time than another read up to about this.
const MOST_BYTES_OF_GAP = 2 ** 16;

/**
 * Cuts tensors into reads of at most `chunkBytes`, and small tensors that stand close to each other
 * into one. A tensor without bytes is a piece without bytes.
 *
 * @param tensors indexes in `extents`, in file order
 */
export function* planReads(
  tensors: Iterable<number>,
  extents: readonly Extent[],
  chunkBytes: number,
): Generator<PlannedRead> {
  let read: { start: number; end: number; pieces: Piece[] } | undefined;
  for (const tensor of tensors) {
    const { start, bytes } = extents[tensor] ?? { start: 0, bytes: 0 };
    const end = start + bytes;
    for (let at = start, isLast = false; !isLast;) {
      if (!read || at - read.end > MOST_BYTES_OF_GAP || at - read.start >= chunkBytes) {
        if (read) yield read;
        read = { start: at, end: at, pieces: [] };
      }
      const to = Math.min(end, read.start + chunkBytes);
      isLast = to === end;
      read.pieces.push({ tensor, from: at - read.start, to: to - read.start, isLast });
      read.end = to;
      at = to;
    }
  }
  if (read) yield read;
}
