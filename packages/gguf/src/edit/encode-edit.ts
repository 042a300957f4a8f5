import type { Gguf } from "../format/gguf.ts";
import { copyPair, layoutOf, putKey, putValue } from "../write/encode-kv.ts";
import { createEncoder, putBytes, putLength, type Encoder } from "../write/encoder.ts";
import type { EditedPair } from "./kv-change.ts";
import { ROOM_KEY, roomValue } from "./room.ts";

// The magic and the version, in front of the counts.
const START_BYTES = 8;

/**
 * Writes the header of a file anew with other pairs, without padding: its start and its tensor
 * infos are copied, and so are the pairs that it has already. `room` is the size of the pair that
 * keeps room, which is there in no other case; 0 for none.
 *
 * @throws {GgufError} `bad-value`, `string-too-long`, `header-too-large`
 */
export function encodeEdit(
  gguf: Gguf,
  edited: ReadonlyMap<string, EditedPair>,
  room: number,
): Encoder {
  const { bytes, tensorInfos } = gguf.raw;
  const layout = layoutOf(gguf);
  const pairs = new Map(edited);
  if (room === 0) pairs.delete(ROOM_KEY);
  else pairs.set(ROOM_KEY, { value: roomValue(room, layout), from: undefined });

  const encoder = createEncoder(layout);
  // Up to the number of tensors, which stays.
  putBytes(encoder, bytes.subarray(0, START_BYTES + layout.lengthBytes));
  putLength(encoder, pairs.size);
  for (const [key, { value, from }] of pairs) {
    if (from !== undefined && copyPair(encoder, gguf, from, key)) continue;
    putKey(encoder, key);
    putValue(encoder, value, key);
  }
  putBytes(encoder, bytes.subarray(...tensorInfos));
  return encoder;
}
