export { bytesSource, type ByteSource } from "./source/byte-source.ts";
export { describe, type ModelDescription } from "./describe/describe.ts";
export { FILE_TYPES, fileTypeName } from "./format/file-type.ts";
export type {
  GgufArray,
  GgufBigintArray,
  GgufBoolArray,
  GgufNumberArray,
  GgufStringArray,
  NumberTypedArray,
} from "./format/gguf-array.ts";
export { GgufError, type GgufErrorCode, type Problem } from "./format/gguf-error.ts";
export type {
  GgufBigint,
  GgufBool,
  GgufNumber,
  GgufString,
  GgufValue,
} from "./format/gguf-value.ts";
export type { Gguf, RawHeader, Span, TensorInfo } from "./format/gguf.ts";
export { kvBool, kvNumber, kvPerLayer, kvString, kvStrings } from "./format/kv.ts";
export { DEFAULT_ALIGNMENT, DEFAULT_LIMITS, type ReadLimits } from "./format/limits.ts";
export type { ModelKind } from "./describe/model-kind.ts";
export { isExpertTensor, type TensorTypeShare } from "./describe/parameters.ts";
export { readGguf, type ReadOptions } from "./read/read-gguf.ts";
export type { Rope, RopeScaling } from "./describe/rope.ts";
export {
  formatShardName,
  parseShardName,
  shardSetNames,
  type ShardName,
} from "./shards/shard-name.ts";
export { completeShardSet, type ShardSet } from "./shards/shard-set.ts";
export type { Split } from "./shards/split.ts";
export {
  TENSOR_TYPES,
  tensorTypeName,
  type TensorType,
  type TensorTypeName,
} from "./format/tensor-type.ts";
export type { Thinking } from "./describe/thinking.ts";
export type {
  BigintTypeName,
  FixedTypeName,
  NumberTypeName,
  ScalarTypeName,
  ValueTypeName,
} from "./format/value-type.ts";
