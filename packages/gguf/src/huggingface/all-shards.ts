import { mapShards } from "../shards/map-shards.ts";
import { parseShardName, shardSetNames } from "../shards/shard-name.ts";
import { isWebAddress, readHeader } from "./open-source.ts";
import { parameterCountOf, parseOutput, typedMetadataOf } from "./parse-output.ts";
import type { AllShards, AllShardsParams } from "./params.ts";

// That of @huggingface/gguf.
const PARALLEL_DOWNLOADS = 20;

/**
 * Reads the headers of all shards of a set, which follows from the path or address of any one; a
 * file that is no shard by itself. A drop-in for `ggufAllShards` of @huggingface/gguf 0.4.6.
 *
 * @throws {GgufError} as `gguf`: the first error, when all reading has stopped
 * @throws {TypeError} where `parallelDownloads` is less than 1
 */
export async function ggufAllShards(url: string, params: AllShardsParams = {}): Promise<AllShards> {
  const { parallelDownloads = PARALLEL_DOWNLOADS } = params;
  if (!(parallelDownloads >= 1)) throw new TypeError("parallelDownloads must be greater than 0");
  const { urls, isSet } = shardsOf(url);
  const headers = await mapShards(
    urls,
    (shard, signal) => readHeader(shard, params, signal),
    undefined,
    parallelDownloads,
  );
  const counts = headers.map(parameterCountOf);
  const outputs = headers.map((header) => parseOutput(header, typedMetadataOf(header)));
  return {
    // @huggingface/gguf leaves the count in the shards of a set, and in no single file.
    shards: isSet
      ? outputs.map((output, index) => ({ ...output, parameterCount: counts[index] }))
      : outputs,
    parameterCount: counts.reduce((sum, count) => sum + count, 0),
    urls,
  };
}

/** What follows an address's path, such as `?download=true`, stays with every shard. */
function shardsOf(url: string): { urls: string[]; isSet: boolean } {
  const end = isWebAddress(url) ? url.search(/[?#]|$/) : url.length;
  const path = url.slice(0, end);
  const urls = shardSetNames(path).map((name) => name + url.slice(end));
  return { urls, isSet: parseShardName(path) !== undefined };
}
