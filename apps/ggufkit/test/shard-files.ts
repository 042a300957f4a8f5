import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";

import {
  buildGguf,
  buildGgufHeader,
  type BuildKv,
  type BuildTensor,
  qwen3Model,
} from "@ggufkit/fixtures";

/** A tiny model, in one file and as a set of shards. */
export interface SplitModel {
  readonly whole: Uint8Array;
  /** By file name, the first shard first. */
  readonly shards: ReadonlyMap<string, Uint8Array>;
}

/** Splits a tiny Qwen3 model evenly; another seed gives other weights. */
export function splitModel(
  options: { readonly shards?: number; readonly seed?: number } = {},
): SplitModel {
  const { shards = 3, seed = 1 } = options;
  const { kv = [], tensors = [] } = qwen3Model({ seed });
  const size = Math.ceil(tensors.length / shards);
  const files = new Map<string, Uint8Array>();
  for (let no = 0; no < shards; no++) {
    const own = tensors.slice(no * size, (no + 1) * size);
    files.set(shardName("tiny", no, shards), buildShard({ no, shards, kv, tensors, own }));
  }
  return { whole: buildGguf({ kv, tensors }), shards: files };
}

function buildShard(shard: {
  readonly no: number;
  readonly shards: number;
  readonly kv: readonly BuildKv[];
  /** Of the whole set. */
  readonly tensors: readonly BuildTensor[];
  readonly own: readonly BuildTensor[];
}): Uint8Array {
  const { no, shards, kv, tensors, own } = shard;
  const split = splitKv(no, shards, tensors.length);
  return buildGguf({ kv: no === 0 ? [...kv, ...split] : split, tensors: own });
}

function splitKv(no: number, shards: number, tensors: number): BuildKv[] {
  return [
    ["split.no", "u16", no],
    ["split.tensors.count", "i32", tensors],
    ["split.count", "u16", shards],
  ];
}

/** A shard's file name; `no` counts from 0. */
export function shardName(prefix: string, no: number, shards: number): string {
  const digits = (value: number): string => String(value).padStart(5, "0");
  return `${prefix}-${digits(no + 1)}-of-${digits(shards)}.gguf`;
}

/** Writes the shards of a model and returns their paths, the first shard first. */
export async function writeShards(directory: string, { shards }: SplitModel): Promise<string[]> {
  const paths: string[] = [];
  for (const [name, bytes] of shards) {
    const path = join(directory, name);
    await writeFile(path, bytes);
    paths.push(path);
  }
  return paths;
}

/** Writes a set that takes a while to copy: a tensor of zeros, which take no room, in each shard. */
export async function writeLargeShards(
  directory: string,
  { shards, bytesPerShard }: { readonly shards: number; readonly bytesPerShard: number },
): Promise<string[]> {
  const paths: string[] = [];
  for (let no = 0; no < shards; no++) {
    const split = splitKv(no, shards, shards);
    const kv: BuildKv[] = [["general.architecture", "string", "qwen3"], ...split];
    const tensors: BuildTensor[] = [{ name: `t.${no}`, shape: [bytesPerShard], type: "I8" }];
    const { header, fileSize } = buildGgufHeader({ kv: no === 0 ? kv : split, tensors });
    const path = join(directory, shardName("large", no, shards));
    await using file = await open(path, "w");
    await file.write(header, 0, header.length, 0);
    await file.truncate(fileSize);
    paths.push(path);
  }
  return paths;
}
