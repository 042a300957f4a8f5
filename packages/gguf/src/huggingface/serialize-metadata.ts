import type { GGUFTypedMetadata } from "@huggingface/gguf";

import { padTo } from "../format/padding.ts";
import { alignmentOf, withAlignment } from "../write/alignment.ts";
import { encodedBytes, putZeros } from "../write/encoder.ts";
import { encodeMetadata } from "./encode-metadata.ts";

/** How metadata is serialized. */
export interface SerializeOptions {
  /** Default true. */
  littleEndian?: boolean | undefined;
  /** Zeros fill the result up to a multiple of it. Default what `general.alignment` says, else 32. */
  alignment?: number | undefined;
}

/**
 * The bytes of a header without tensor infos: a drop-in for `serializeGgufMetadata` of
 * @huggingface/gguf 0.4.6, which refuses values that their type cannot hold.
 *
 * @throws {GgufError} `unsupported-version`, `bad-value-type`, `bad-value`, `bad-alignment`,
 * `empty-key`, `string-too-long`, `array-too-long`, `header-too-large`
 */
export function serializeGgufMetadata(
  typedMetadata: GGUFTypedMetadata,
  options: SerializeOptions = {},
): Uint8Array {
  const { littleEndian = true, alignment } = options;
  const { encoder, alignment: said } = encodeMetadata(typedMetadata, littleEndian);
  const multiple =
    alignment === undefined ? said : alignmentOf(withAlignment(new Map(), alignment));
  putZeros(encoder, padTo(encoder.length, multiple) - encoder.length);
  return encodedBytes(encoder);
}
