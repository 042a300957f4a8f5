/** How a file is cut into chunks, all of `chunkBytes` but the last. Pure. */
export interface ChunkPlan {
  bytes: number;
  chunkBytes: number;
  chunks: number;
}

/** Half-open, in bytes of the file. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What is to be fetched of a chunk: all of it, or what an earlier run left of it. */
export interface ChunkRest extends ByteRange {
  /** Which one, counted from 0. */
  chunk: number;
}

/** 8 MiB: a request's wait is small against its transfer, and a damaged chunk is soon fetched again. */
export const CHUNK_BYTES: number = 8 << 20;
/**
 * So many chunks may be under way beyond those that are all there. A kill loses no more than these;
 * twice the usual number of connections, so that one slow one does not hold up the others.
 */
export const WINDOW_CHUNKS = 16;

export function chunkPlan(bytes: number, chunkBytes: number): ChunkPlan {
  return { bytes, chunkBytes, chunks: Math.ceil(bytes / chunkBytes) };
}

/** Where a chunk, counted from 0, lies. */
export function chunkRange({ bytes, chunkBytes }: ChunkPlan, chunk: number): ByteRange {
  const start = chunk * chunkBytes;
  return { start, end: Math.min(start + chunkBytes, bytes) };
}

/** The bytes of the first `chunks` chunks together. */
export function chunksLength({ bytes, chunkBytes }: ChunkPlan, chunks: number): number {
  return Math.min(chunks * chunkBytes, bytes);
}
