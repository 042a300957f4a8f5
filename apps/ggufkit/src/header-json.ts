import type { GgufValue, TensorInfo } from "@ggufkit/gguf";

/** Elements of an array that `preview` shows. */
const PREVIEW_LENGTH = 8;

/** A KV pair's value for JSON: all of a scalar, of an array its type, length and first elements. */
export function valueJson(value: GgufValue): object {
  const { type } = value;
  if (type !== "array") return { type, value: value.value };
  const { elementType, length } = value;
  return { type, elementType, length, preview: value.preview(PREVIEW_LENGTH) };
}

/** Values by their keys, as {@link valueJson} has them. */
export function kvJson(kv: ReadonlyMap<string, GgufValue>): Record<string, object> {
  return Object.fromEntries([...kv].map(([key, value]) => [key, valueJson(value)]));
}

/** A tensor info for JSON; `offset` counts from the start of the data. */
export function tensorJson({ name, shape, type, offset, bytes }: TensorInfo): object {
  return { name, shape, type, offset, bytes };
}
