import { readInto, type ByteSource } from "../source/byte-source.ts";
import type { HeaderBytes } from "../format/header-bytes.ts";

// Most headers without a vocabulary fit.
const DEFAULT_FIRST_READ = 2 ** 16;
// Reads double what is held, up to this much a read: so much may be read in vain.
const LARGEST_READ = 2 ** 22;
// A larger buffer is a copy of all that is held. Most systems hand out the memory behind a buffer
// only when it is written to, so that a generous one costs less than the copies.
const CAPACITY_FACTOR = 8;
const LEAST_CAPACITY = 2 ** 20;

/** How `growHeader` reads. */
export interface GrowOptions {
  readonly signal?: AbortSignal | undefined;
  readonly initialBytes?: number | undefined;
}

/**
 * Reads on until `needed` bytes are held or the file ends. Reads and buffers grow with what was
 * really read, never straight to what a length in the file asks for.
 */
export async function growHeader(
  header: HeaderBytes,
  needed: number,
  source: ByteSource,
  options: GrowOptions,
): Promise<void> {
  const { initialBytes = DEFAULT_FIRST_READ, signal } = options;
  signal?.throwIfAborted();
  if (source.bytes) {
    hold(header, source.bytes);
    header.fileSize = source.bytes.length;
    return;
  }
  while (header.bytes.length < needed) {
    const held = header.bytes.length;
    const step = held === 0 ? Math.max(1, initialBytes) : Math.min(held, LARGEST_READ);
    const fileSize = source.byteLength ?? Infinity;
    const end = Math.min(held + step, fileSize);
    if (end <= held) return;
    const room = roomFor(header, end, fileSize).subarray(held, end);
    const filled = await readInto(source, room, held, signal);
    hold(header, new Uint8Array(header.bytes.buffer, 0, held + filled));
    header.fileSize = source.byteLength;
    if (filled < room.length) return;
  }
}

/** The whole buffer under `header.bytes`, or a larger copy of it where it is shorter than `end`. */
function roomFor(header: HeaderBytes, end: number, fileSize: number): Uint8Array {
  const held = header.bytes;
  const whole = new Uint8Array(held.buffer);
  if (end <= whole.length) return whole;
  const capacity = Math.max(end * CAPACITY_FACTOR, LEAST_CAPACITY);
  const larger = new Uint8Array(Math.min(capacity, fileSize));
  larger.set(held);
  header.bytes = larger.subarray(0, held.length);
  return larger;
}

function hold(header: HeaderBytes, bytes: Uint8Array): void {
  // A plain Uint8Array: a Node Buffer has a `slice` that does not copy.
  header.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  header.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
