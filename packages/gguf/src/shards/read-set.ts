import type { Gguf } from "../format/gguf.ts";
import { GgufError } from "../format/gguf-error.ts";
import { readGguf, type ReadOptions } from "../read/read-gguf.ts";
import { parseAddress } from "../source/address.ts";
import type { ByteSource } from "../source/byte-source.ts";
import { urlSource, type UrlSource, type UrlSourceOptions } from "../source/url-source.ts";
import { mapShards } from "./map-shards.ts";
import { shardSetNames } from "./shard-name.ts";
import { splitOf } from "./split.ts";

/** The headers of a model's files: one, or the shards of a set in order. */
export interface GgufSet {
  readonly names: readonly [first: string, ...later: string[]];
  /** For `describe(first, later)`. */
  readonly shards: readonly [first: Gguf, ...later: Gguf[]];
}

/** A source that is closed when its header has been read. */
type OpenSource = ByteSource & { close?(): Promise<void> };
type OpenShard = (name: string) => OpenSource | Promise<OpenSource>;

/** How a set is read: each shard's name is the `file` of its errors. */
export type ReadSetOptions = Omit<ReadOptions, "file">;

/**
 * Reads the headers of a whole set: the first shard's, then all others at the same time. `name` is
 * any shard's path or address, the set follows from it. A name that is no shard's, and a first
 * shard that says that it has no others (`split.count` below 2), are a set of one.
 *
 * @throws {GgufError} `wrong-shard` where a shard says of itself that it is another, or of another set
 * @throws the first error of `open`, and of `readGguf` with the shard's name as `file`
 */
export async function readGgufSet(
  name: string,
  open: OpenShard,
  options: ReadSetOptions = {},
): Promise<GgufSet> {
  const [firstName = name, ...laterNames] = shardSetNames(name);
  const first = await readShard(firstName, open, options);
  if ((splitOf(first)?.count ?? 0) < 2 || laterNames.length === 0)
    return { names: [firstName], shards: [first] };
  const count = laterNames.length + 1;
  checkPlace(firstName, first, 0, count);
  const read = async (
    [index, file]: readonly [number, string],
    signal: AbortSignal,
  ): Promise<Gguf> => {
    const shard = await readShard(file, open, { ...options, signal });
    checkPlace(file, shard, index + 1, count);
    return shard;
  };
  const later = await mapShards([...laterNames.entries()], read, options.signal);
  return { names: [firstName, ...laterNames], shards: [first, ...later] };
}

async function readShard(file: string, open: OpenShard, options: ReadSetOptions): Promise<Gguf> {
  options.signal?.throwIfAborted();
  const source = await open(file);
  try {
    return await readGguf(source, { ...options, file });
  } finally {
    await source.close?.();
  }
}

function checkPlace(file: string, shard: Gguf, no: number, count: number): void {
  const split = splitOf(shard);
  if (split?.no === no && split.count === count) return;
  const expected = `shard ${no} (from 0) of ${count}`;
  const got = split ? `shard ${split.no} of ${split.count}` : "no shard";
  const reason = `is ${expected} by its name, and ${got} by its split keys`;
  throw new GgufError({ code: "wrong-shard", reason, expected, got, file });
}

/** How files at addresses are read. */
export interface ReadUrlOptions extends ReadOptions, UrlSourceOptions {}

/**
 * Reads the header of a GGUF file at an address, by ranges of bytes.
 *
 * @throws {GgufError} as `readGguf`, and as `urlSource`
 */
export async function readGgufUrl(url: string | URL, options: ReadUrlOptions = {}): Promise<Gguf> {
  const source = urlSource(url, options);
  try {
    return await readGguf(source, { file: source.url, ...options });
  } finally {
    await source.close();
  }
}

/**
 * Reads the headers of a whole set at addresses. What follows the path, such as `?download=true`,
 * is kept for every shard; the names of the set are without it.
 *
 * @throws as `readGgufSet` and `urlSource`
 */
export async function readGgufSetUrl(
  url: string | URL,
  options: Omit<ReadUrlOptions, "file"> = {},
): Promise<GgufSet> {
  const open = (name: string): UrlSource => {
    const shard = new URL(url);
    shard.pathname = new URL(name).pathname;
    return urlSource(shard, options);
  };
  return readGgufSet(parseAddress(url).shown, open, options);
}
