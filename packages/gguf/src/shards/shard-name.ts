import { GgufError, quoted } from "../format/gguf-error.ts";

/** A shard's file name taken apart. */
export interface ShardName {
  /** Everything before `-00001-of-00005.gguf`, the directory too. */
  readonly prefix: string;
  /** Counts from 0, as `split.no` does; the file name counts from 1. */
  readonly splitNo: number;
  readonly splitCount: number;
}

// llama.cpp's format is %s-%05d-of-%05d.gguf.
const PATTERN = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/s;
/** `split.no` and `split.count` are u16. */
const MAX_SPLITS = 2 ** 16 - 1;

/** Takes a shard's path or file name apart; undefined where it names no shard of a possible set. */
export function parseShardName(name: string): ShardName | undefined {
  const [, prefix = "", number, count] = PATTERN.exec(name) ?? [];
  const splitNo = Number(number) - 1;
  const splitCount = Number(count);
  return isPossible(splitNo, splitCount) ? { prefix, splitNo, splitCount } : undefined;
}

/**
 * The file name of shard `splitNo` (from 0) of `splitCount`.
 *
 * @throws {GgufError} `bad-shard-number` where there can be no such shard
 */
export function formatShardName(prefix: string, splitNo: number, splitCount: number): string {
  if (!isPossible(splitNo, splitCount))
    throw new GgufError({
      code: "bad-shard-number",
      reason: `no shard ${splitNo} (counted from 0) of ${splitCount} for ${quoted(prefix)}`,
    });
  return `${prefix}-${fiveDigits(splitNo + 1)}-of-${fiveDigits(splitCount)}.gguf`;
}

/** The names of the whole set that a shard belongs to, in order; `[name]` where it is no shard. */
export function shardSetNames(name: string): string[] {
  const shard = parseShardName(name);
  if (!shard) return [name];
  return Array.from({ length: shard.splitCount }, (_, splitNo) =>
    formatShardName(shard.prefix, splitNo, shard.splitCount),
  );
}

function isPossible(splitNo: number, splitCount: number): boolean {
  return (
    Number.isInteger(splitNo) &&
    Number.isInteger(splitCount) &&
    splitNo >= 0 &&
    splitNo < splitCount &&
    splitCount <= MAX_SPLITS
  );
}

function fiveDigits(value: number): string {
  return String(value).padStart(5, "0");
}
