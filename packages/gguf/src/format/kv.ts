import type { Gguf } from "./gguf.ts";
import { GgufError } from "./gguf-error.ts";
import { numberOf, stringOf, type GgufValue } from "./gguf-value.ts";

type WithKv = Pick<Gguf, "kv">;

/**
 * The number under a key, of any numeric type; undefined where the key is missing.
 *
 * @throws {GgufError} `wrong-value-type` where the value is no number, or an integer above 2^53
 */
export function kvNumber(gguf: WithKv, key: string): number | undefined {
  return typed(gguf, key, "a number", numberOf);
}

/**
 * The string under a key; undefined where the key is missing.
 *
 * @throws {GgufError} `wrong-value-type` where the value is no string
 */
export function kvString(gguf: WithKv, key: string): string | undefined {
  return typed(gguf, key, "a string", stringOf);
}

/**
 * The boolean under a key; undefined where the key is missing.
 *
 * @throws {GgufError} `wrong-value-type` where the value is no boolean
 */
export function kvBool(gguf: WithKv, key: string): boolean | undefined {
  return typed(gguf, key, "a boolean", (value) =>
    value.type === "bool" ? value.value : undefined,
  );
}

/**
 * What may differ by layer: a number for all layers, or an array of one number a layer; undefined
 * where the key is missing.
 *
 * @throws {GgufError} `wrong-value-type` where the value is neither
 */
export function kvPerLayer(gguf: WithKv, key: string): number | number[] | undefined {
  return typed(gguf, key, "a number or an array of numbers", perLayerOf);
}

/**
 * The strings of an array under a key, all decoded; undefined where the key is missing.
 *
 * @throws {GgufError} `wrong-value-type` where the value is no array of strings
 */
export function kvStrings(gguf: WithKv, key: string): string[] | undefined {
  return typed(gguf, key, "an array of strings", (value) =>
    value.type === "array" && value.elementType === "string" ? value.toArray() : undefined,
  );
}

// More layers than any model has: an array this long is no list of layers, and stays undecoded.
const MAX_LAYERS = 2 ** 16;

/** The value as one number or one number a layer, where it is that. */
export function perLayerOf(value: GgufValue | undefined): number | number[] | undefined {
  if (value?.type !== "array") return numberOf(value);
  if (value.elementType === "string" || value.elementType === "bool") return undefined;
  if (value.length > MAX_LAYERS) return undefined;
  const numbers = value.toArray().map(Number);
  return numbers.every((number) => Math.abs(number) <= Number.MAX_SAFE_INTEGER)
    ? numbers
    : undefined;
}

function typed<Result>(
  { kv }: WithKv,
  key: string,
  expected: string,
  convert: (value: GgufValue) => Result | undefined,
): Result | undefined {
  const value = kv.get(key);
  if (value === undefined) return undefined;
  const result = convert(value);
  if (result !== undefined) return result;
  const got = value.type === "array" ? `an array of ${value.elementType}` : value.type;
  const reason = `expected ${expected}, got ${got}`;
  throw new GgufError({ code: "wrong-value-type", reason, key, expected, got });
}
