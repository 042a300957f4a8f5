import { untilAborted } from "./abort.ts";
import type { ByteSource } from "./byte-source.ts";
import { joinBytes } from "./join-bytes.ts";

/** How `cachedSource` keeps bytes. */
export interface CacheOptions {
  /** What is read at a time, from multiples of it on. Default 256 KiB. */
  readonly blockBytes?: number | undefined;
  /** What is kept at most, beside what is being read. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
}

// About what a connection of 20 Mbit/s brings in the time of a round trip of 100 ms.
const DEFAULT_BLOCK_BYTES = 2 ** 18;
// A few of the largest headers.
const DEFAULT_MAX_BYTES = 2 ** 26;

/**
 * A source that remembers what it read of another one, in blocks, those used last. Reads of a block
 * that is on its way share it; one reader's abort leaves the others theirs. A read of more than
 * `maxBytes` passes the cache by. Bytes in memory need no cache: such a source is returned as it is.
 *
 * The other source stays its owner's to close.
 */
export function cachedSource(source: ByteSource, options: CacheOptions = {}): ByteSource {
  if (source.bytes) return source;
  const { blockBytes = DEFAULT_BLOCK_BYTES, maxBytes = DEFAULT_MAX_BYTES } = options;
  const cache: Cache = { source, blockBytes, maxBytes, blocks: new Map(), heldBytes: 0 };
  return {
    get byteLength() {
      return source.byteLength;
    },
    async read(start, end, signal) {
      signal?.throwIfAborted();
      if (end - start > maxBytes) return source.read(start, end, signal);
      return readBlocks(cache, start, Math.min(end, source.byteLength ?? Infinity), signal);
    },
  };
}

interface Cache {
  readonly source: ByteSource;
  readonly blockBytes: number;
  readonly maxBytes: number;
  /** By index; the one used last comes last. */
  readonly blocks: Map<number, Block>;
  heldBytes: number;
}

/** A block that is there, or on its way. */
interface Block {
  readonly loading: Promise<Uint8Array>;
  readonly load: Load;
  /** Undefined while it is on its way. */
  bytes: Uint8Array | undefined;
}

/** One read of the other source, for one or more blocks side by side. */
interface Load {
  readonly controller: AbortController;
  /** Reads that wait for it. */
  readers: number;
}

async function readBlocks(
  cache: Cache,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (end <= start) return new Uint8Array(0);
  const first = Math.floor(start / cache.blockBytes);
  const last = Math.floor((end - 1) / cache.blockBytes);
  loadMissing(cache, first, last);
  const wanted: Block[] = [];
  for (let index = first; index <= last; index++) wanted.push(touched(cache, index));
  const loads = new Set(wanted.filter(({ bytes }) => !bytes).map(({ load }) => load));
  for (const load of loads) load.readers += 1;
  try {
    const loading = Promise.all(wanted.map((block) => block.loading));
    const blocks = await untilAborted(loading, signal);
    const from = start - first * cache.blockBytes;
    return joinBytes(blocks).subarray(from, from + end - start);
  } finally {
    for (const load of loads) leave(load);
  }
}

/** Nobody waits any more for what the last reader leaves. */
function leave(load: Load): void {
  load.readers -= 1;
  if (load.readers === 0) load.controller.abort();
}

/** Asks for those blocks that are neither there nor on their way, neighbours in one read. */
function loadMissing(cache: Cache, first: number, last: number): void {
  for (let index = first; index <= last; index++) {
    if (cache.blocks.has(index)) continue;
    let end = index + 1;
    while (end <= last && !cache.blocks.has(end)) end++;
    startLoad(cache, index, end);
  }
}

function startLoad(cache: Cache, first: number, end: number): void {
  const { source, blockBytes, blocks } = cache;
  const controller = new AbortController();
  const load: Load = { controller, readers: 0 };
  const reading = source.read(first * blockBytes, end * blockBytes, controller.signal);
  for (let index = first; index < end; index++) {
    const from = (index - first) * blockBytes;
    // Copied out of a longer read, which would be kept whole for any one of its blocks.
    const loading = reading.then((bytes) =>
      end - first === 1 ? bytes : bytes.slice(from, from + blockBytes),
    );
    const block: Block = { loading, load, bytes: undefined };
    blocks.set(index, block);
    loading.then(
      (bytes) => keep(cache, index, block, bytes),
      () => forget(cache, index, block),
    );
  }
  // A read that comes now must not share what is being abandoned.
  controller.signal.addEventListener("abort", () => {
    for (let index = first; index < end; index++) {
      const block = blocks.get(index);
      if (block?.load === load && !block.bytes) blocks.delete(index);
    }
  });
}

function keep(cache: Cache, index: number, block: Block, bytes: Uint8Array): void {
  if (cache.blocks.get(index) !== block) return;
  // Beyond the end there is no end of empty blocks.
  if (bytes.length === 0) return forget(cache, index, block);
  block.bytes = bytes;
  cache.heldBytes += bytes.length;
  for (const [oldestIndex, oldest] of cache.blocks) {
    if (cache.heldBytes <= cache.maxBytes) return;
    if (!oldest.bytes) continue;
    cache.blocks.delete(oldestIndex);
    cache.heldBytes -= oldest.bytes.length;
  }
}

function forget({ blocks }: Cache, index: number, block: Block): void {
  if (blocks.get(index) === block) blocks.delete(index);
}

/** The block, moved to the end of the map: it is the one used last. */
function touched({ blocks }: Cache, index: number): Block {
  const block = blocks.get(index) as Block;
  blocks.delete(index);
  blocks.set(index, block);
  return block;
}
