import type { Gguf } from "../format/gguf.ts";
import { readGguf, type ReadOptions } from "../read/read-gguf.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { displayUrl } from "../source/http-error.ts";
import { urlSource, type UrlSourceOptions } from "../source/url-source.ts";
import { mapShards } from "./map-shards.ts";
import { shardSetNames } from "./shard-name.ts";

/** The headers of a model's files: one, or the shards of a set in order. */
export interface GgufSet {
  readonly names: readonly string[];
  /** For `describe(first, later)`. */
  readonly shards: readonly [first: Gguf, ...later: Gguf[]];
}

/** A source that is closed when its header has been read. */
type OpenSource = ByteSource & { close?(): Promise<void> };

/**
 * Reads the headers of a whole set at the same time. `name` is any shard's path or address, the set
 * follows from it; a name that is no shard's is a set of one. `open` opens a file of the set.
 *
 * @throws the first error of `open`, and of `readGguf` with the shard's name as `file`
 */
export async function readGgufSet(
  name: string,
  open: (name: string) => OpenSource | Promise<OpenSource>,
  options: ReadOptions = {},
): Promise<GgufSet> {
  const names = shardSetNames(name);
  const read = async (shard: string, signal: AbortSignal): Promise<Gguf> => {
    const source = await open(shard);
    try {
      return await readGguf(source, { file: shard, ...options, signal });
    } finally {
      await source.close?.();
    }
  };
  const [first, ...later] = await mapShards(names, read, options.signal);
  if (first === undefined) throw new TypeError("a set has at least one shard");
  return { names, shards: [first, ...later] };
}

/** How files at addresses are read. */
export interface ReadUrlOptions extends ReadOptions, UrlSourceOptions {}

/**
 * Reads the header of a GGUF file at an address, by ranges of bytes.
 *
 * @throws {GgufError} as `readGguf`, and {HttpError} as `urlSource`
 */
export async function readGgufUrl(url: string, options: ReadUrlOptions = {}): Promise<Gguf> {
  const source = urlSource(url, options);
  try {
    return await readGguf(source, { file: displayUrl(url), ...options });
  } finally {
    await source.close();
  }
}

/**
 * Reads the headers of a whole set at addresses, at the same time. What follows the path, such as
 * `?download=true`, is kept for every shard.
 *
 * @throws as `readGgufUrl`
 */
export async function readGgufSetUrl(url: string, options: ReadUrlOptions = {}): Promise<GgufSet> {
  const address = new URL(url);
  const { search } = address;
  address.search = "";
  address.hash = "";
  return readGgufSet(address.href, (shard) => urlSource(shard + search, options), options);
}
