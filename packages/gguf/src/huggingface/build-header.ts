import type { GGUFTypedMetadata } from "@huggingface/gguf";

import { GgufError } from "../format/gguf-error.ts";
import { padTo } from "../format/padding.ts";
import { readGguf } from "../read/read-gguf.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { encodedBytes, putBytes, putZeros } from "../write/encoder.ts";
import { encodeMetadata } from "./encode-metadata.ts";

/** How a header is put together. */
export interface BuildHeaderOptions {
  /** Of the original file, and so of the new header. */
  littleEndian: boolean;
  /** Where the tensor infos stand in the original file: what `gguf` returned. */
  tensorInfoByteRange: [number, number];
  /** Default what `general.alignment` of the new metadata says, else 32. */
  alignment?: number | undefined;
}

/**
 * A file's header with other metadata: its tensor infos are copied, zeros fill it up to the start of
 * the data. A drop-in for `buildGgufHeader` of @huggingface/gguf 0.4.6. The new header is read once:
 * what no reader would take, or would look for the data elsewhere, is refused.
 *
 * @throws {GgufError} as `serializeGgufMetadata`, as `readGguf`, and `truncated` (the original has
 * no such range), `bad-tensor-count`, `bad-alignment`
 */
export async function buildGgufHeader(
  originalFileBlob: Blob,
  updatedMetadata: GGUFTypedMetadata,
  options: BuildHeaderOptions,
): Promise<Blob> {
  const { littleEndian, tensorInfoByteRange } = options;
  const { encoder, alignment: said } = encodeMetadata(updatedMetadata, littleEndian);
  putBytes(encoder, await bytesOf(originalFileBlob, tensorInfoByteRange));
  const headerBytes = encoder.length;
  const dataOffset = padTo(headerBytes, options.alignment ?? said);
  putZeros(encoder, dataOffset - headerBytes);
  const header = encodedBytes(encoder);
  await checkHeader(header, headerBytes);
  return new Blob([header], { type: "application/octet-stream" });
}

async function bytesOf(blob: Blob, [start, end]: readonly [number, number]): Promise<Uint8Array> {
  const bytes = new Uint8Array(await blob.slice(start, end).arrayBuffer());
  if (bytes.length === end - start) return bytes;
  const reason = `bytes ${start} to ${end} should be the tensor infos, the file has ${blob.size}`;
  const sizes = { expected: end - start, got: bytes.length };
  throw new GgufError({ code: "truncated", reason, offset: start, ...sizes });
}

async function checkHeader(header: Uint8Array, headerBytes: number): Promise<void> {
  const read = await readGguf(headerSource(header));
  if (read.headerBytes !== headerBytes) {
    const reason = `the tensor infos should end at byte ${headerBytes}, and end at ${read.headerBytes}`;
    const sizes = { expected: headerBytes, got: read.headerBytes };
    throw new GgufError({ code: "bad-tensor-count", reason, ...sizes });
  }
  if (read.dataOffset !== header.length) {
    const reason = `the metadata says ${read.alignment}, which puts the data at byte ${read.dataOffset}, not at ${header.length}`;
    const sizes = { expected: read.dataOffset, got: header.length };
    throw new GgufError({ code: "bad-alignment", reason, ...sizes });
  }
}

/** The size of the whole file is left open: where its tensors end is not to be held against it. */
function headerSource(header: Uint8Array): ByteSource {
  return { byteLength: undefined, read: async (start, end) => header.subarray(start, end) };
}
