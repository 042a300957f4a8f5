/**
 * The bytes of a file from its start, as far as they have been read. `growHeader` replaces `bytes`
 * and `view` by longer ones; lazy values keep this object, so that they share one buffer.
 */
export interface HeaderBytes {
  bytes: Uint8Array;
  view: DataView;
  /** Size of the whole file; undefined while it is unknown. */
  fileSize: number | undefined;
  littleEndian: boolean;
  /** Bytes of a length or count: 4 in version 1, 8 since. */
  lengthBytes: 4 | 8;
}

/** Starts with no bytes at all. */
export function emptyHeader(): HeaderBytes {
  const bytes = new Uint8Array(0);
  const view = new DataView(bytes.buffer);
  return { bytes, view, fileSize: undefined, littleEndian: true, lengthBytes: 8 };
}

/** A u32 or u64 as a number; exact up to 2^53, which is far above every limit it is held against. */
export function lengthAt(header: HeaderBytes, position: number): number {
  return header.lengthBytes === 4
    ? header.view.getUint32(position, header.littleEndian)
    : u64At(header, position);
}

/** A u64 as a number; exact up to 2^53. */
export function u64At({ view, littleEndian }: HeaderBytes, position: number): number {
  const first = view.getUint32(position, littleEndian);
  const second = view.getUint32(position + 4, littleEndian);
  const low = littleEndian ? first : second;
  const high = littleEndian ? second : first;
  // Multiplied out, even 0 would be a float to V8, and with it every position that lengths add up to.
  return high === 0 ? low : high * 2 ** 32 + low;
}

/** The length or count for a message: a bigint where a number would round it. */
export function exactLengthAt(header: HeaderBytes, position: number): number | bigint {
  return header.lengthBytes === 4
    ? header.view.getUint32(position, header.littleEndian)
    : exactU64At(header, position);
}

/** The u64 for a message: a bigint where a number would round it. */
export function exactU64At(header: HeaderBytes, position: number): number | bigint {
  const rounded = u64At(header, position);
  return Number.isSafeInteger(rounded)
    ? rounded
    : header.view.getBigUint64(position, header.littleEndian);
}

// Bad bytes become U+FFFD; a byte order mark is content here (some vocabularies have it as a token).
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
// Up to here a loop beats the call into the decoder.
const SHORT_STRING = 24;

/** Decodes UTF-8 leniently, keeping a byte order mark. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT_STRING) return decoder.decode(bytes.subarray(start, end));
  let text = "";
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    if (byte > 0x7f) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(byte);
  }
  return text;
}
