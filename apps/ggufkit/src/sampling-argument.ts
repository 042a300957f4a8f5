import type { Sampling } from "@ggufkit/runtime-config";
import { UsageError } from "@ggufkit/terminal";

/** Samplers as they are typed, and as plans call them. */
const NAMES: Readonly<Record<string, keyof Sampling>> = {
  temperature: "temperature",
  "top-p": "topP",
  "top-k": "topK",
  "min-p": "minP",
  "presence-penalty": "presencePenalty",
  "repeat-penalty": "repeatPenalty",
};

/**
 * Reads `NAME=VALUE` words; of two for one sampler the later counts.
 *
 * @throws {UsageError} for a name that is no sampler's, and a value that is no number
 */
export function parseSampling(words: readonly string[]): Partial<Sampling> {
  return Object.fromEntries(words.map(parseOne));
}

function parseOne(word: string): [name: keyof Sampling, value: number] {
  const [, typed = "", value = ""] = /^([^=]+)=(.+)$/.exec(word) ?? [];
  const name = Object.hasOwn(NAMES, typed) ? NAMES[typed] : undefined;
  if (name === undefined) {
    const names = Object.keys(NAMES).join(", ");
    throw new UsageError(`--sampling ${word}: expected NAME=VALUE with one of ${names}`);
  }
  if (!/^-?(?:\d+\.?\d*|\.\d+)$/.test(value))
    throw new UsageError(`--sampling ${word}: expected a number after =`);
  return [name, Number(value)];
}
