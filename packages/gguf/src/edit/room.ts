import type { GgufString, GgufValue } from "../format/gguf-value.ts";
import { ggufValue } from "../write/create-value.ts";
import type { HeaderLayout } from "../write/encoder.ts";

/**
 * A pair that only takes up room: a string of spaces. The data section starts right after the
 * header, so that a header which became shorter is filled up to its old length. With the default
 * alignment of 32 that is always possible: the smallest such pair has 32 bytes.
 */
export const ROOM_KEY = "ggufkit.room";

const SPACE = 0x20;

/** Size of the pair with an empty string: two lengths, the key, the value type. */
export function smallestRoom({ lengthBytes }: Pick<HeaderLayout, "lengthBytes">): number {
  return 2 * lengthBytes + ROOM_KEY.length + 4;
}

/** Size of the pair as it stands in a file; 0 where there is none. */
export function roomOf(value: GgufValue | undefined, layout: HeaderLayout): number {
  return value?.type === "string" ? smallestRoom(layout) + value.bytes.length : 0;
}

/** The string that makes the pair `size` bytes long, which is at least the smallest. */
export function roomValue(size: number, layout: HeaderLayout): GgufString {
  return ggufValue("string", new Uint8Array(size - smallestRoom(layout)).fill(SPACE));
}
