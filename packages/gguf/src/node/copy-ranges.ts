import { GgufError } from "../format/gguf-error.ts";
import { readInto, type ByteSource } from "../source/byte-source.ts";

/** Bytes that go from a place of one file to a place of another. */
export interface CopyRange {
  /** First byte in the file that is read. */
  readonly from: number;
  /** Its place in the file that is written. */
  readonly to: number;
  readonly bytes: number;
}

/** How {@link copyRanges} is told and tells. */
export interface CopyRangesOptions {
  /** The file that is read, for errors. */
  readonly file: string;
  readonly signal?: AbortSignal | undefined;
  /** Hears of bytes that are written. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

// One lane reads while the other writes. Smaller blocks cost calls; `copyFileRanges` is for much data.
const BLOCK_BYTES = 2 ** 20;
const LANES = 2;

/**
 * Copies ranges of a source to their places, lowest first, two blocks of 1 MiB at the same time.
 * `write` writes all that it is given.
 *
 * @throws {GgufError} `file-changed` where the source ends before a range does
 * @throws what reading and `write` throw, unchanged, and the signal's reason
 */
export async function copyRanges(
  source: ByteSource,
  ranges: Iterable<CopyRange>,
  write: (bytes: Uint8Array, position: number) => Promise<void>,
  { file, signal, onBytes }: CopyRangesOptions,
): Promise<void> {
  const failed = new AbortController();
  const blocks = blocksOf(ranges);
  const lane = async (): Promise<void> => {
    const buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    // All lanes draw from one iterator.
    for (const { from, to, bytes } of blocks) {
      signal?.throwIfAborted();
      failed.signal.throwIfAborted();
      const block = buffer.subarray(0, bytes);
      const got = await readInto(source, block, from, signal);
      if (got < bytes) throw endsEarly(file, from + got, from + bytes);
      await write(block, to);
      onBytes?.(bytes);
    }
  };
  const lanes = Array.from({ length: LANES }, () =>
    lane().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  // Nothing may be written any longer when this has returned.
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
}

function* blocksOf(ranges: Iterable<CopyRange>): Generator<CopyRange, void> {
  for (const { from, to, bytes } of ranges)
    for (let at = 0; at < bytes; at += BLOCK_BYTES)
      yield { from: from + at, to: to + at, bytes: Math.min(BLOCK_BYTES, bytes - at) };
}

/** What a source that was longer is refused with. */
export function endsEarly(file: string, got: number, expected: number): GgufError {
  const reason = `ends at byte ${got} where there were ${expected} or more`;
  return new GgufError({ code: "file-changed", reason, file, expected, got });
}
