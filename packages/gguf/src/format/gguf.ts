import type { GgufValue } from "./gguf-value.ts";
import type { TensorTypeName } from "./tensor-type.ts";

/** Where a tensor lies, and how its bytes are to be read. */
export interface TensorInfo {
  readonly name: string;
  /** ggml's order: the length of a row first. At most 4 numbers; none for a single element. */
  readonly shape: readonly number[];
  readonly type: TensorTypeName;
  /** Offset in bytes from the start of the data section. */
  readonly offset: number;
  /** Size in bytes, without padding. */
  readonly bytes: number;
  /** Product of `shape`. */
  readonly elements: number;
}

/** The header of a GGUF file. */
export interface Gguf {
  readonly version: 1 | 2 | 3;
  readonly byteOrder: "little" | "big";
  /** Alignment of the data section and of every tensor in it, in bytes. */
  readonly alignment: number;
  /** KV pairs in file order. */
  readonly kv: ReadonlyMap<string, GgufValue>;
  /** Tensor infos in file order, which is the order of the data too. */
  readonly tensors: readonly TensorInfo[];
  /** Size of everything up to the last tensor info, without the padding after it. */
  readonly headerBytes: number;
  /** Byte offset of the data section in the file. */
  readonly dataOffset: number;
  readonly fileSize: number | undefined;
  /** The header as it stands in the file: for those who write one that differs in parts. */
  readonly raw: RawHeader;
}

/** From where up to where, without the end, something stands in a file; in bytes. */
export type Span = readonly [start: number, end: number];

/** The bytes of a header, and where its parts stand. */
export interface RawHeader {
  /** From the magic to the last tensor info, without the padding: `headerBytes` of them. */
  readonly bytes: Uint8Array;
  /** KV pairs in file order: each from the length of its key to the end of its value. */
  readonly kv: ReadonlyMap<string, Span>;
  /** All tensor infos together. */
  readonly tensorInfos: Span;
}
