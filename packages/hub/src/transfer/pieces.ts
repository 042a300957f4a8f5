/** A range of a file's bytes, half-open, and where it lies: at byte `at` of the file `path`. */
export interface Piece {
  start: number;
  end: number;
  path: string;
  at: number;
}

/** Ranges of a file that do not lie in a file of its own. */
export interface Segments {
  /** Names what the other file is: what was written by another layout is of no use. */
  layout: string;
  /** In order; those files are there already, as large as they will be. */
  pieces: readonly Piece[];
}

/** All of a file, in order: its segments, and the rest, without gaps, in the file `path`. Pure. */
export function piecesOf(bytes: number, path: string, segments: readonly Piece[] = []): Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  let at = 0;
  const addRest = (end: number): void => {
    if (end <= position) return;
    pieces.push({ start: position, end, path, at });
    at += end - position;
  };
  for (const segment of segments) {
    addRest(segment.start);
    pieces.push(segment);
    position = segment.end;
  }
  addRest(bytes);
  return pieces;
}

/** {@link piecesOf}, where the rest stands at its own place in `path`, as in the file itself. Pure. */
export function piecesInPlace(bytes: number, path: string, segments: readonly Piece[]): Piece[] {
  const pieces = piecesOf(bytes, path, segments);
  return pieces.map((piece) => (piece.path === path ? { ...piece, at: piece.start } : piece));
}

/** Bytes of a file that lie in the file `path`. */
export function bytesIn(path: string, pieces: readonly Piece[]): number {
  const there = pieces.filter((piece) => piece.path === path);
  return there.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** What of the pieces lies from `start` up to `end`, in order. */
export function* piecesBetween(
  pieces: readonly Piece[],
  start: number,
  end: number,
): Generator<Piece, void> {
  for (let index = firstBehind(pieces, start); index < pieces.length; index++) {
    const piece = pieces[index];
    if (piece === undefined || Math.max(start, piece.start) >= end) return;
    const from = Math.max(start, piece.start);
    const at = piece.at + from - piece.start;
    yield { start: from, end: Math.min(end, piece.end), path: piece.path, at };
  }
}

/** Index of the first piece that ends behind a position. */
function firstBehind(pieces: readonly Piece[], position: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pieces[middle]?.end ?? Infinity) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
