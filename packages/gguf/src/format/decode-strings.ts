import { decodeUtf8, lengthAt, type HeaderBytes } from "./header-bytes.ts";

// A call into the decoder costs as much as some hundred bytes, so that strings are put together for
// it. No more than this, because a string cut out of a block may keep all of it in memory.
const BLOCK_BYTES = 2 ** 13;
// Fewer are not worth a block's memory.
const FEWEST_FOR_BLOCKS = 16;
// Stands after every string of a block. It is no part of any sequence of UTF-8, so that a block
// which is sound throughout is sound string by string.
const SEPARATOR = 0;
// Longer arrays, if made at once, are dictionaries in V8.
const LONGEST_MADE_AT_ONCE = 2 ** 25;

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Strings put together for the decoder. */
interface Block {
  readonly bytes: Uint8Array;
  /** UTF-16 units of each string, if its UTF-8 is sound. */
  readonly units: Uint16Array;
  count: number;
  length: number;
}

/** Decoded strings, of which the first `count` are there. */
interface Decoded {
  readonly strings: string[];
  count: number;
}

/** Decodes `count` strings from `start` of the header on, leniently as `decodeUtf8` does. */
export function decodeStrings(header: HeaderBytes, count: number, start: number): string[] {
  // oxlint-disable-next-line unicorn/no-new-array -- growing it bit by bit takes a fifth more time
  const strings = count <= LONGEST_MADE_AT_ONCE ? new Array<string>(count) : [];
  const decoded: Decoded = { strings, count: 0 };
  if (count < FEWEST_FOR_BLOCKS) {
    takeEach(header, start, count, decoded);
    return strings;
  }
  const block = emptyBlock(header.bytes.length - start, count);
  let position = start;
  while (decoded.count < count) {
    const end = fillBlock(block, header, position, count - decoded.count);
    const text = block.count > 0 ? soundText(block) : undefined;
    if (text === undefined) {
      // A string too long for a block, or bad UTF-8 somewhere in it.
      position = takeEach(header, position, Math.max(1, block.count), decoded);
    } else {
      takeBlock(block, text, decoded);
      position = end;
    }
  }
  return strings;
}

/** A block, no larger than what is left of the header. */
function emptyBlock(bytes: number, strings: number): Block {
  return {
    bytes: new Uint8Array(Math.min(bytes, BLOCK_BYTES)),
    units: new Uint16Array(Math.min(strings, BLOCK_BYTES)),
    count: 0,
    length: 0,
  };
}

/** Puts the next strings into the block, as many as fit, and returns where the others begin. */
function fillBlock(block: Block, header: HeaderBytes, start: number, left: number): number {
  const { bytes: from } = header;
  const { bytes: to, units } = block;
  const most = Math.min(left, units.length);
  let position = start;
  let filled = 0;
  let count = 0;
  while (count < most) {
    const length = lengthAt(header, position);
    if (filled + length >= to.length) break;
    const first = position + header.lengthBytes;
    position = first + length;
    let unitsOfString = 0;
    for (let index = first; index < position; index++) {
      const byte = from[index] as number;
      to[filled++] = byte;
      // One a sequence, which only its first byte begins; two where it has four bytes.
      if ((byte & 0xc0) !== 0x80) unitsOfString += byte < 0xf0 ? 1 : 2;
    }
    to[filled++] = SEPARATOR;
    units[count++] = unitsOfString;
  }
  block.count = count;
  block.length = filled;
  return position;
}

/** The text of a block; undefined where some of its UTF-8 is bad. */
function soundText({ bytes, length }: Block): string | undefined {
  try {
    return strict.decode(bytes.subarray(0, length));
  } catch {
    return undefined;
  }
}

function takeBlock({ units, count }: Block, text: string, decoded: Decoded): void {
  let start = 0;
  for (let index = 0; index < count; index++) {
    const end = start + (units[index] as number);
    decoded.strings[decoded.count++] = text.slice(start, end);
    start = end + 1;
  }
}

function takeEach(header: HeaderBytes, start: number, count: number, decoded: Decoded): number {
  let position = start;
  for (let index = 0; index < count; index++) {
    const from = position + header.lengthBytes;
    position = from + lengthAt(header, position);
    decoded.strings[decoded.count++] = decodeUtf8(header.bytes, from, position);
  }
  return position;
}
