import type { Gguf } from "../format/gguf.ts";
import { readGguf, type ReadOptions } from "../read/read-gguf.ts";
import { openFile } from "./file-source.ts";

/**
 * Reads the header of a GGUF file by its path.
 *
 * @throws {GgufError} as `openFile` and `readGguf` do, with the path as `file`
 */
export async function readGgufFile(path: string, options: ReadOptions = {}): Promise<Gguf> {
  const source = await openFile(path);
  try {
    return await readGguf(source, { file: path, ...options });
  } finally {
    await source.close();
  }
}
