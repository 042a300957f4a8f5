/** Value types whose JavaScript value is a number. */
export type NumberTypeName = "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "f32" | "f64";
/** Value types whose JavaScript value is a bigint. */
export type BigintTypeName = "u64" | "i64";
/** Value types of a fixed size. */
export type FixedTypeName = NumberTypeName | BigintTypeName | "bool";
/** Every value type but `array`: what an array may consist of. */
export type ScalarTypeName = FixedTypeName | "string";
/** Every value type of a KV pair. */
export type ValueTypeName = ScalarTypeName | "array";

/** Names by their ids on the wire (`enum gguf_type` of ggml). */
export const VALUE_TYPE_NAMES: readonly ValueTypeName[] = [
  "u8", // 0
  "i8", // 1
  "u16", // 2
  "i16", // 3
  "u32", // 4
  "i32", // 5
  "f32", // 6
  "bool", // 7
  "string", // 8
  "array", // 9
  "u64", // 10
  "i64", // 11
  "f64", // 12
];

/** Bytes of one value of a fixed-size type. */
export const FIXED_BYTES: Readonly<Record<FixedTypeName, number>> = {
  u8: 1,
  i8: 1,
  u16: 2,
  i16: 2,
  u32: 4,
  i32: 4,
  f32: 4,
  bool: 1,
  u64: 8,
  i64: 8,
  f64: 8,
};
