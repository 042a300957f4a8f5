import { GgufError } from "../format/gguf-error.ts";
import type { GgufValue } from "../format/gguf-value.ts";
import type { Gguf } from "../format/gguf.ts";
import { DEFAULT_LIMITS } from "../format/limits.ts";
import { padTo } from "../format/padding.ts";
import { TENSOR_TYPES } from "../format/tensor-type.ts";
import { alignmentOf, withAlignment } from "./alignment.ts";
import { checkedString } from "./check-value.ts";
import { copyPair, layoutOf, putKey, putValue } from "./encode-kv.ts";
import {
  createEncoder,
  encodedBytes,
  putBytes,
  putLength,
  putString,
  putU32,
  putU64,
  putZeros,
  type Encoder,
} from "./encoder.ts";
import { layOutTensors, type NewTensor, type PlannedTensor } from "./tensor-layout.ts";

/** "GGUF" in either byte order: it is written as bytes. */
export const MAGIC: Uint8Array = Uint8Array.of(0x47, 0x47, 0x55, 0x46);

/** What a file is to consist of. */
export interface NewGguf {
  /** In the order in which they are written. `Gguf.kv` will do. */
  readonly kv?: Iterable<readonly [key: string, value: GgufValue]> | undefined;
  /** In the order in which they are written. `Gguf.tensors` will do. */
  readonly tensors?: readonly NewTensor[] | undefined;
  /** Default: what `general.alignment` in `kv` says, else 32. Written where it differs from that. */
  readonly alignment?: number | undefined;
  /** Of the header; tensors are written as they are given. Default `little`. */
  readonly byteOrder?: "little" | "big" | undefined;
  /** Default 3. */
  readonly version?: 2 | 3 | undefined;
  /**
   * A file whose values occur in `kv` under the same keys: they are then copied byte for byte, NaN
   * payloads, odd booleans and keys that are no UTF-8 too, where version and byte order allow it.
   */
  readonly original?: Gguf | undefined;
}

/** A file laid out: everything about it but the data of its tensors. */
export interface GgufPlan {
  /** From the magic to the last tensor info and the padding after it: `dataOffset` bytes. */
  readonly header: Uint8Array;
  /** Size of the header without the padding. */
  readonly headerBytes: number;
  /** Byte offset of the data section in the file. */
  readonly dataOffset: number;
  readonly alignment: number;
  /** In the order in which their data is written. */
  readonly tensors: readonly PlannedTensor[];
  readonly fileSize: number;
}

/**
 * Lays out a GGUF file as llama.cpp's writer does: every tensor, the last one too, is followed by
 * zeros up to the alignment. What the reader refuses is refused.
 *
 * @throws {GgufError} the reader's codes of KV pairs and tensor infos; `bad-value` for a value that
 * its type cannot hold; `header-too-large`; `unsupported-version` for another one than 2 and 3
 */
export function planGguf(parts: NewGguf): GgufPlan {
  const { byteOrder = "little", version = 3, original } = parts;
  if (version !== 2 && version !== 3) refuseVersion(version);
  const given = pairsOf(parts.kv ?? []);
  const kv = parts.alignment === undefined ? given : withAlignment(given, parts.alignment);
  const alignment = alignmentOf(kv);
  const tensors = layOutTensors(parts.tensors ?? [], alignment);

  const encoder = createEncoder(layoutOf({ version, byteOrder }));
  putBytes(encoder, MAGIC);
  putU32(encoder, version);
  putLength(encoder, tensors.length);
  putLength(encoder, kv.size);
  for (const [key, value] of kv) putPair(encoder, key, value, original);
  for (const tensor of tensors) putTensorInfo(encoder, tensor);
  const headerBytes = encoder.length;
  const dataOffset = padTo(headerBytes, alignment);
  putZeros(encoder, dataOffset - headerBytes);

  const dataBytes = tensors.reduce((sum, { paddedBytes }) => sum + paddedBytes, 0);
  const fileSize = dataOffset + dataBytes;
  return { header: encodedBytes(encoder), headerBytes, dataOffset, alignment, tensors, fileSize };
}

function refuseVersion(got: number): never {
  const reason = `version ${got} cannot be written, expected 2 or 3`;
  throw new GgufError({ code: "unsupported-version", reason, got });
}

function pairsOf(kv: Iterable<readonly [string, GgufValue]>): ReadonlyMap<string, GgufValue> {
  const pairs = new Map<string, GgufValue>();
  for (const [key, value] of kv) {
    if (pairs.has(key))
      throw new GgufError({ code: "duplicate-key", reason: "the key occurs twice", key });
    pairs.set(key, value);
  }
  checkKvCount(pairs.size);
  return pairs;
}

/**
 * Refuses more KV pairs than a reader takes.
 *
 * @throws {GgufError} `bad-kv-count`
 */
export function checkKvCount(count: number): void {
  const { maxKvPairs } = DEFAULT_LIMITS;
  if (count <= maxKvPairs) return;
  const reason = `${count} KV pairs, more than the limit of ${maxKvPairs}`;
  throw new GgufError({ code: "bad-kv-count", reason, expected: maxKvPairs, got: count });
}

function putPair(
  encoder: Encoder,
  key: string,
  value: GgufValue,
  original: Gguf | undefined,
): void {
  if (original?.kv.get(key) === value && copyPair(encoder, original, key)) return;
  putKey(encoder, key);
  putValue(encoder, value, key);
}

function putTensorInfo(encoder: Encoder, { name, shape, type, offset }: PlannedTensor): void {
  putString(encoder, checkedString(name));
  putU32(encoder, shape.length);
  for (const dimension of shape) putLength(encoder, dimension);
  putU32(encoder, TENSOR_TYPES[type].id);
  putU64(encoder, offset);
}
