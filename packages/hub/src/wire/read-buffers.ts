/** A buffer that a connection reads into. */
export interface ReadBuffer {
  bytes: Buffer;
  /** From where its bytes are not yet handed on, and up to where there are some. */
  start: number;
  filled: number;
  /** Whether it is being written. */
  isBusy: boolean;
}

/** The buffers of a connection, which take turns. */
export interface ReadBuffers {
  /** The one that is being filled. */
  current: () => ReadBuffer;
  /** Goes on to the next, and empties it unless it is still busy. */
  advance: () => ReadBuffer;
  /** Empties the current one. */
  rewind: () => void;
  /**
   * Where the next bytes are to go. It is asked for long before they come, so that a full buffer
   * gives way to the next one, and one that is being written to none.
   */
  room: () => Uint8Array;
}

// Two, so that one is filled while the other is written. Smaller ones cost more calls: with 64 KiB a
// download took a fifth more of the processor's time.
const COUNT = 2;
const BYTES = 512 << 10;
// What may come while there is no room: no TLS record has more (RFC 8446, section 5.1).
const SPARE_BYTES = 16 << 10;

export function readBuffers(): ReadBuffers {
  const fresh = (): ReadBuffer => ({
    bytes: Buffer.allocUnsafeSlow(BYTES),
    start: 0,
    filled: 0,
    isBusy: false,
  });
  let current = fresh();
  const others = Array.from({ length: COUNT - 1 }, fresh);
  const spare = Buffer.allocUnsafeSlow(SPARE_BYTES);
  const rewind = (): void => {
    current.start = 0;
    current.filled = 0;
  };
  return {
    current: () => current,
    advance() {
      others.push(current);
      current = others.shift() ?? current;
      if (!current.isBusy) rewind();
      return current;
    },
    rewind,
    room() {
      const { bytes, filled, isBusy } = current;
      if (isBusy) return spare;
      if (filled < bytes.length) return bytes.subarray(filled);
      return others[0]?.bytes ?? bytes;
    },
  };
}
