import type { ByteSource } from "@ggufkit/gguf";
import { piecesBetween, type Piece } from "./transfer/pieces.ts";

/** A file whose pieces lie in several sources; `sourceOf` has the one for a piece's path. */
export function pieceSource(
  pieces: readonly Piece[],
  sourceOf: (path: string) => ByteSource,
): ByteSource {
  const byteLength = pieces.at(-1)?.end ?? 0;
  return {
    byteLength,
    async read(start, end, signal) {
      const bytes = new Uint8Array(Math.max(0, Math.min(end, byteLength) - start));
      let length = 0;
      for (const piece of piecesBetween(pieces, start, start + bytes.length)) {
        const asked = piece.end - piece.start;
        const got = await sourceOf(piece.path).read(piece.at, piece.at + asked, signal);
        bytes.set(got, length);
        length += got.length;
        if (got.length < asked) break;
      }
      return bytes.subarray(0, length);
    },
  };
}
