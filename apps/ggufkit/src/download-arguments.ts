import { UsageError } from "@ggufkit/terminal";

import { bytesOf } from "./size-argument.ts";

/** More connections than this are an attack on a server, and no faster. */
const MOST_CONNECTIONS = 64;

/**
 * Reads `--connections`: how many carry files at the same time.
 *
 * @throws {UsageError}
 */
export function parseConnections(word: string): number {
  const connections = /^\d{1,3}$/.test(word) ? Number(word) : 0;
  if (connections >= 1 && connections <= MOST_CONNECTIONS) return connections;
  throw new UsageError(
    `--connections: expected a whole number from 1 to ${MOST_CONNECTIONS}, got ${word}`,
  );
}

/**
 * Reads `--limit-rate`, bytes a second: `500k`, `20M`, `1.5G` and `20MB/s` are decimal, `20MiB` is
 * binary.
 *
 * @throws {UsageError}
 */
export function parseRate(word: string): number {
  const rate = bytesOf(word.replace(/\/s$/, ""));
  if (rate !== undefined && rate >= 1) return rate;
  throw new UsageError(
    `--limit-rate: expected bytes a second such as 500k, 20M, 1.5G or 20MiB, got ${word}`,
  );
}
