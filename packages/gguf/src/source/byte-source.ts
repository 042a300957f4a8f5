/** Random access to the bytes of a file, wherever they are. Sources may wrap sources. */
export interface ByteSource {
  /** Size in bytes, or undefined where it cannot be known before reading. */
  readonly byteLength: number | undefined;
  /**
   * Bytes from `start` up to, but not including, `end`. Fewer come back only where the file ends.
   * The caller does not write into them.
   */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
  /**
   * Like `read`, into a given buffer; returns how many bytes it filled, fewer than fit only where
   * the file ends. For sources that would otherwise allocate and copy.
   */
  readInto?(target: Uint8Array, start: number, signal?: AbortSignal): Promise<number>;
  /** The whole file, where it is in memory: it is then used in place and never read. */
  readonly bytes?: Uint8Array | undefined;
}

/** A source over bytes in memory. They are not copied and must not change while it is in use. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    bytes,
    byteLength: bytes.length,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      return bytes.subarray(start, end);
    },
  };
}

/**
 * Fills `target` with a source's bytes from `start` on, and returns how many there were: fewer than
 * fit only where the file ends.
 */
export async function readInto(
  source: ByteSource,
  target: Uint8Array,
  start: number,
  signal?: AbortSignal,
): Promise<number> {
  if (source.readInto) return source.readInto(target, start, signal);
  const bytes = await source.read(start, start + target.length, signal);
  target.set(bytes.subarray(0, target.length));
  return Math.min(bytes.length, target.length);
}
