import { UsageError } from "@ggufkit/terminal";

/** @throws {UsageError} for a word that is no whole number */
export function parseWhole(option: string, word: string): number {
  if (/^\d{1,15}$/.test(word)) return Number(word);
  throw new UsageError(`${option} ${word}: expected a whole number`);
}
