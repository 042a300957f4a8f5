import type { Digest } from "../digest.ts";
import { HashMismatchError } from "../errors.ts";
import { chunkRange } from "./chunk-plan.ts";
import type { ChunkedFile, FileHashes } from "./chunked-file.ts";
import type { FetchContext } from "./fetch-context.ts";
import { fetchRange } from "./fetch-chunk.ts";

/** What repairing needs beside the file. */
export interface RepairOptions {
  /** That the file must have. */
  digest: Digest;
  /** Chunks that are fetched at the same time. */
  connections: number;
  signal: AbortSignal;
  /** Resolves when the file is hashed as it is now. */
  whole: () => Promise<FileHashes>;
}

// A server that gives other bytes each time is not to be waited for.
const MAX_DAMAGED = 8;

/**
 * Mends a file that is whole and has another hash than it must have: its chunks are fetched again and
 * held against what is on the disk, until one that differs makes the hash right. Nothing tells which
 * chunk came damaged, so it takes half of the file on average. Returns the hashes.
 * @throws HashMismatchError where all that can be had is wrong and what there is was removed, and what fetching throws
 */
export async function repairFile(
  chunked: ChunkedFile,
  context: FetchContext,
  options: RepairOptions,
): Promise<FileHashes> {
  const { chunks } = chunked.plan;
  const { algorithm, hex } = options.digest;
  let got = await options.whole();
  let damaged = 0;
  for (let first = 0; first < chunks && damaged < MAX_DAMAGED; first += options.connections) {
    const count = Math.min(options.connections, chunks - first);
    const batch = Array.from({ length: count }, (_, index) => first + index);
    const results = await Promise.all(
      batch.map((chunk) => refetch(chunked, chunk, context, options.signal)),
    );
    const changed = batch.filter((_, index) => results[index]);
    const [earliest] = changed;
    if (earliest === undefined) continue;
    damaged += changed.length;
    chunked.rehash(earliest);
    got = await options.whole();
    if (got.digest === hex) return got;
  }
  await chunked.discard();
  throw new HashMismatchError(chunked.file.remote.name, hex, got.digest, algorithm);
}

/** Fetches a chunk again, and writes it where it differs. Returns whether it did. */
async function refetch(
  chunked: ChunkedFile,
  chunk: number,
  context: FetchContext,
  signal: AbortSignal,
): Promise<boolean> {
  const written = await chunked.read(chunk);
  const fetchOnce = (): Promise<Buffer> => fetchChunk(chunked, chunk, context, signal);
  if ((await fetchOnce()).equals(written)) return false;
  // Which of the two is damaged? The third has the word.
  const third = await fetchOnce();
  if (third.equals(written)) return false;
  const range = chunkRange(chunked.plan, chunk);
  await chunked.write(third, range.start);
  context.push({ type: "repaired", file: chunked.file.remote.name, ...range });
  return true;
}

/** A chunk, into memory. */
async function fetchChunk(
  chunked: ChunkedFile,
  chunk: number,
  context: FetchContext,
  signal: AbortSignal,
): Promise<Buffer> {
  const range = chunkRange(chunked.plan, chunk);
  const bytes = Buffer.allocUnsafe(range.end - range.start);
  await fetchRange(chunked, range, context, {
    signal,
    async write(piece, position) {
      bytes.set(piece, position - range.start);
    },
    onBytes: () => {},
  });
  return bytes;
}
