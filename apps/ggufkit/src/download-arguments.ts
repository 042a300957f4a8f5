import { UsageError } from "@ggufkit/terminal";

/** More connections than this are an attack on a server, and no faster. */
const MOST_CONNECTIONS = 64;

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
};
// No small b: that would be bits, eight times less.
const RATE = /^(?<amount>\d+(?:\.\d+)?) ?(?<unit>(?:[kKmMgG]i?)?)B?(?:\/s)?$/;

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
  const { amount, unit = "" } = RATE.exec(word)?.groups ?? {};
  const rate = Math.floor(Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (Number.isSafeInteger(rate) && rate >= 1) return rate;
  throw new UsageError(
    `--limit-rate: expected bytes a second such as 500k, 20M, 1.5G or 20MiB, got ${word}`,
  );
}
