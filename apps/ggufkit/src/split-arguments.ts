import type { SplitLimit } from "@ggufkit/shards";
import { UsageError } from "@ggufkit/terminal";

import { parseSize } from "./size-argument.ts";

/**
 * Reads `--max-size` and `--max-tensors`, of which there is one.
 *
 * @throws {UsageError}
 */
export function splitLimit({
  maxSize,
  maxTensors,
}: {
  readonly maxSize?: string;
  readonly maxTensors?: string;
}): SplitLimit {
  if (maxSize !== undefined && maxTensors !== undefined)
    throw new UsageError("--max-size and --max-tensors: expected one of them, got both");
  if (maxSize !== undefined) return { maxBytes: positive("--max-size", maxSize, parseSize) };
  if (maxTensors !== undefined)
    return { maxTensors: positive("--max-tensors", maxTensors, parseCount) };
  throw new UsageError("expected --max-size or --max-tensors: how large a shard may be");
}

function positive(
  option: string,
  word: string,
  parse: (option: string, word: string) => number,
): number {
  const value = parse(option, word);
  if (value > 0) return value;
  throw new UsageError(`${option} ${word}: expected more than 0`);
}

function parseCount(option: string, word: string): number {
  const count = /^\d+$/.test(word) ? Number(word) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw new UsageError(`${option} ${word}: expected a whole number of tensors such as 128`);
}
