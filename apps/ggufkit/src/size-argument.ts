import { UsageError } from "@ggufkit/terminal";

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
const SIZE = /^(?<amount>\d+(?:\.\d+)?) ?(?<unit>(?:[kKmMgG]i?)?)B?$/;

/**
 * Bytes that a word stands for: `4096`, and `500k`, `20M`, `1.5G` or `20MB`, which are decimal as
 * llama-gguf-split has them, and `20MiB`, which is binary. Undefined where it is no size.
 */
export function bytesOf(word: string): number | undefined {
  const { amount, unit = "" } = SIZE.exec(word)?.groups ?? {};
  const bytes = Math.floor(Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/**
 * Reads a size in bytes, {@link bytesOf} a word.
 *
 * @throws {UsageError}
 */
export function parseSize(option: string, word: string): number {
  const size = bytesOf(word);
  if (size !== undefined) return size;
  throw new UsageError(`${option} ${word}: expected a size such as 4096, 64K, 1.5G or 1GiB`);
}
