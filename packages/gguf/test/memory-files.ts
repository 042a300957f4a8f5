import { buildGgufHeader, type BuildKv } from "@ggufkit/fixtures";

import { madeSource, type MadeSource, repeatedString } from "./memory-sources.ts";

const MB = 2 ** 20;
const NO_BYTES = new Uint8Array(0);
// Whole numbers of units, long enough that copying them takes no time.
const ZEROS = new Uint8Array(2 ** 16);
const LETTERS = new Uint8Array(2 ** 16).fill(0x61);
const TOKEN = "16 bytes of text";
const TOKENS = repeatedString(TOKEN, 2 ** 12);
// Element type 9 and length 1, of which only the first 5 bytes are not 0.
const ONE_NESTED = Uint8Array.of(9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
const NESTED = Uint8Array.from({ length: 12 * 2 ** 12 }, (_, at) => ONE_NESTED[at % 12] ?? 0);

function header(last: BuildKv): Uint8Array {
  return buildGgufHeader({ kv: [["general.architecture", "string", "llama"], last] }).header;
}

function strings(length: number): Uint8Array {
  return header(["tokenizer.ggml.tokens", "array", { elementType: "string", values: [], length }]);
}

function numbers(length: number): Uint8Array {
  return header(["tokenizer.ggml.scores", "array", { elementType: "f32", values: [], length }]);
}

function text(length: number): Uint8Array {
  return header(["general.name", "string", { bytes: NO_BYTES, length }]);
}

function sized(start: Uint8Array, unit: Uint8Array, bytes: number): MadeSource {
  return madeSource(start, unit, { fileSize: start.length + bytes });
}

function counts(kvCount: number, tensorCount: number): Uint8Array {
  return buildGgufHeader({ kvCount, tensorCount }).header;
}

/** Headers of 100 MB and more, and files that claim them, each made while it is read. */
export const LARGE_FILES: Readonly<Record<string, () => MadeSource>> = {
  "a small header": () => sized(strings(2 ** 12), TOKENS, 2 ** 12 * (8 + TOKEN.length)),
  tokens: () => sized(strings(2 ** 22), TOKENS, 2 ** 22 * (8 + TOKEN.length)),
  "empty strings": () => sized(strings(2 ** 24), ZEROS, 2 ** 24 * 8),
  "one string": () => sized(text(100 * MB), LETTERS, 100 * MB),
  numbers: () => sized(numbers(25 * MB), ZEROS, 100 * MB),
  "nested arrays": () => sized(header(["a", 9, ONE_NESTED]), NESTED, 100 * MB),
  zeros: () => sized(counts(2 ** 16, 2 ** 20), ZEROS, 100 * MB),
  "zeros without end": () => madeSource(counts(2 ** 16, 2 ** 17), ZEROS, {}),
  "tokens without end": () => madeSource(strings(2 ** 25), TOKENS, {}),
  "tokens that are not there": () => madeSource(strings(2 ** 25), TOKENS, { end: MB }),
  "numbers that are not there": () => madeSource(numbers(2 ** 26), ZEROS, { end: MB }),
  "a text that is not there": () => madeSource(text(2 ** 28), LETTERS, { end: MB }),
  "more strings than fit": () => madeSource(strings(2 ** 28), ZEROS, {}),
  "more numbers than fit": () => madeSource(numbers(2 ** 28), ZEROS, {}),
};
