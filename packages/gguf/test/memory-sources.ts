import type { ByteSource } from "../src/index.ts";

/** A source that makes its bytes when they are read, and counts them. */
export interface MadeSource extends ByteSource {
  readonly bytesRead: number;
}

/** Up to where a made file goes, and whether its reader is told. */
export interface MadeSize {
  readonly fileSize?: number;
  readonly end?: number;
}

/**
 * A file that begins with a header and goes on with `unit` over and over, up to `fileSize` or, where
 * its reader does not know that, up to `end`. It never holds more than is asked of it.
 */
export function madeSource(
  header: Uint8Array,
  unit: Uint8Array,
  { fileSize, end = fileSize ?? Infinity }: MadeSize,
): MadeSource {
  let bytesRead = 0;
  async function readInto(target: Uint8Array, start: number): Promise<number> {
    const filled = Math.max(0, Math.min(target.length, end - start));
    const fromHeader = header.subarray(start, start + filled);
    target.set(fromHeader);
    for (let at = fromHeader.length; at < filled;) {
      const phase = (start + at - header.length) % unit.length;
      const piece = unit.subarray(phase, phase + filled - at);
      target.set(piece, at);
      at += piece.length;
    }
    bytesRead += filled;
    return filled;
  }
  return {
    byteLength: fileSize,
    get bytesRead() {
      return bytesRead;
    },
    readInto,
    async read(start, stop) {
      const bytes = new Uint8Array(stop - start);
      return bytes.subarray(0, await readInto(bytes, start));
    },
  };
}

/** The same string many times over, as an array has it: each with its length before it. */
export function repeatedString(text: string, count: number): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const one = new Uint8Array(8 + bytes.length);
  new DataView(one.buffer).setUint32(0, bytes.length, true);
  one.set(bytes, 8);
  const all = new Uint8Array(count * one.length);
  for (let index = 0; index < count; index++) all.set(one, index * one.length);
  return all;
}
