import type { Gguf } from "../format/gguf.ts";
import type { GgufValue } from "../format/gguf-value.ts";
import type { ScalarTypeName, ValueTypeName } from "../format/value-type.ts";
import { finding, type Finding } from "./finding.ts";

type TypeText = ValueTypeName | `${ScalarTypeName}[]`;

/** A value's type as text: `u32`, or `string[]` of an array. */
function typeText(value: GgufValue): TypeText {
  return value.type === "array" ? `${value.elementType}[]` : value.type;
}

/** Finds a value that is there but of none of `types`: llama.cpp converts none into another. */
export function* checkType(gguf: Gguf, key: string, ...types: TypeText[]): Iterable<Finding> {
  const value = gguf.kv.get(key);
  if (value === undefined || types.includes(typeText(value))) return;
  const [expected, got] = [types.join(" or "), typeText(value)];
  const reason = `expected ${expected}, got ${got}`;
  yield finding("error", "wrong-value-type", reason, { key, expected, got });
}
