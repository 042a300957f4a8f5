import type { ByteSource } from "./byte-source.ts";

/** How much `cachedSource` keeps. */
export interface CacheOptions {
  /** What is read and kept at a time, in bytes. Default 256 KiB. */
  readonly blockBytes?: number;
  /** At most so much is kept, in bytes; what was not used for longest goes first. Default 32 MiB. */
  readonly maxBytes?: number;
}

// A range request's overhead is small beside it, and so is what is read in vain.
const BLOCK_BYTES = 2 ** 18;
// Holds the headers of the models with the largest vocabularies.
const MAX_BYTES = 2 ** 25;

/** A block that is there or on its way. */
interface Block {
  readonly bytes: Promise<Uint8Array>;
  /** Stops reading it when its last reader has gone away. */
  readonly stop: AbortController;
  readers: number;
}

/**
 * A cache over any source: reads whole blocks and keeps those that were used last. Reads at the same
 * time share what is on its way; one that is aborted leaves it to the others.
 */
export function cachedSource(source: ByteSource, options: CacheOptions = {}): ByteSource {
  const { blockBytes = BLOCK_BYTES, maxBytes = MAX_BYTES } = options;
  const most = Math.max(1, Math.floor(maxBytes / blockBytes));
  /** Those used last come last. */
  const blocks = new Map<number, Block>();

  function blockAt(index: number): Block {
    const block = blocks.get(index) ?? startBlock(index);
    blocks.delete(index);
    blocks.set(index, block);
    // One that is being read stays, or it would be asked for twice.
    for (const [oldest, { readers }] of blocks) {
      if (blocks.size <= most) break;
      if (readers === 0 && oldest !== index) blocks.delete(oldest);
    }
    return block;
  }

  function startBlock(index: number): Block {
    const stop = new AbortController();
    const start = index * blockBytes;
    const bytes = source.read(start, start + blockBytes, stop.signal);
    // A block that could not be read is asked for anew by the next reader.
    bytes.catch(() => blocks.delete(index));
    return { bytes, stop, readers: 0 };
  }

  async function readBlock(index: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const block = blockAt(index);
    block.readers += 1;
    let isThere = false;
    try {
      const bytes = await abortable(block.bytes, signal);
      isThere = true;
      return bytes;
    } finally {
      block.readers -= 1;
      if (!isThere && block.readers === 0) {
        block.stop.abort(signal?.reason);
        if (blocks.get(index) === block) blocks.delete(index);
      }
    }
  }

  return {
    get byteLength() {
      return source.byteLength;
    },
    async read(start, end, signal) {
      signal?.throwIfAborted();
      const last = Math.min(end, source.byteLength ?? end);
      const bytes = new Uint8Array(Math.max(0, last - start));
      let filled = 0;
      while (filled < bytes.length) {
        const position = start + filled;
        const index = Math.floor(position / blockBytes);
        const block = await readBlock(index, signal);
        const piece = block.subarray(position - index * blockBytes);
        if (piece.length === 0) break;
        bytes.set(piece.subarray(0, bytes.length - filled), filled);
        filled = Math.min(bytes.length, filled + piece.length);
      }
      return bytes.subarray(0, filled);
    },
  };
}

async function abortable<Result>(
  work: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (signal === undefined) return work;
  let abort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
