import type { ByteSource } from "./byte-source.ts";

/** A source over a Blob or a File, as a browser's file input gives it. */
export function blobSource(blob: Blob): ByteSource {
  return {
    byteLength: blob.size,
    async read(start, end, signal) {
      signal?.throwIfAborted();
      const buffer = await blob.slice(start, end).arrayBuffer();
      signal?.throwIfAborted();
      return new Uint8Array(buffer);
    },
  };
}
