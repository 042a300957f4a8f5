import { GGUFValueType } from "@huggingface/gguf";

import type { ValueTypeName } from "../format/value-type.ts";

/** Value types as @huggingface/gguf names them. */
export const VALUE_TYPE_IDS: Readonly<Record<ValueTypeName, GGUFValueType>> = {
  u8: GGUFValueType.UINT8,
  i8: GGUFValueType.INT8,
  u16: GGUFValueType.UINT16,
  i16: GGUFValueType.INT16,
  u32: GGUFValueType.UINT32,
  i32: GGUFValueType.INT32,
  f32: GGUFValueType.FLOAT32,
  bool: GGUFValueType.BOOL,
  string: GGUFValueType.STRING,
  array: GGUFValueType.ARRAY,
  u64: GGUFValueType.UINT64,
  i64: GGUFValueType.INT64,
  f64: GGUFValueType.FLOAT64,
};
