import type { Gguf } from "../format/gguf.ts";
import { readGguf, type ReadOptions } from "../read/read-gguf.ts";
import { readGgufSet, type GgufSet, type ReadSetOptions } from "../shards/read-set.ts";
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

/**
 * Reads the headers of a whole set of shards by the path of one; a file that is no shard by itself.
 *
 * @throws {GgufError} as `openFile` and `readGguf` do, with the shard's path as `file`
 */
export async function readGgufSetFile(
  path: string,
  options: ReadSetOptions = {},
): Promise<GgufSet> {
  return readGgufSet(path, openFile, options);
}
