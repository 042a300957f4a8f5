import { GgufError } from "../format/gguf-error.ts";
import { parseManifest, type Manifest } from "../hash/manifest.ts";
import { openFile } from "./file-source.ts";

// Three digests of 46,000 tensors, the most that a known model has, take 20 MB.
const MAX_MANIFEST_BYTES = 2 ** 26;

/**
 * Reads a manifest by its path. Windows PowerShell redirects into UTF-16, which is read too.
 *
 * @throws {GgufError} as `openFile` and `parseManifest` do; `bad-manifest` where it is too large
 */
export async function readManifest(path: string): Promise<Manifest> {
  const source = await openFile(path);
  try {
    const { byteLength: got } = source;
    const expected = MAX_MANIFEST_BYTES;
    if (got > expected) {
      const reason = `has ${got} bytes, a manifest has at most ${expected}`;
      throw new GgufError({ code: "bad-manifest", reason, file: path, expected, got });
    }
    return parseManifest(decode(await source.read(0, got)), path);
  } finally {
    await source.close();
  }
}

function decode(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? "utf-16le" : "utf-8").decode(bytes);
}
