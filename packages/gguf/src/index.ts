export { bytesSource, type ByteSource } from "./byte-source.ts";
export { describe, type ModelDescription } from "./describe.ts";
export { FILE_TYPES, fileTypeName } from "./file-type.ts";
export type {
  GgufArray,
  GgufBigintArray,
  GgufBoolArray,
  GgufNumberArray,
  GgufStringArray,
  NumberTypedArray,
} from "./gguf-array.ts";
export { GgufError, type GgufErrorCode, type Problem } from "./gguf-error.ts";
export type { GgufBigint, GgufBool, GgufNumber, GgufString, GgufValue } from "./gguf-value.ts";
export type { Gguf, TensorInfo } from "./gguf.ts";
export { kvBool, kvNumber, kvPerLayer, kvString, kvStrings } from "./kv.ts";
export { DEFAULT_ALIGNMENT, DEFAULT_LIMITS, type ReadLimits } from "./limits.ts";
export type { ModelKind } from "./model-kind.ts";
export { isExpertTensor, type TensorTypeShare } from "./parameters.ts";
export { readGguf, type ReadOptions } from "./read-gguf.ts";
export type { Rope, RopeScaling } from "./rope.ts";
export { formatShardName, parseShardName, shardSetNames, type ShardName } from "./shard-name.ts";
export { completeShardSet, type ShardSet } from "./shard-set.ts";
export type { Split } from "./split.ts";
export {
  TENSOR_TYPES,
  tensorTypeName,
  type TensorType,
  type TensorTypeName,
} from "./tensor-type.ts";
export type { Thinking } from "./thinking.ts";
export type {
  BigintTypeName,
  FixedTypeName,
  NumberTypeName,
  ScalarTypeName,
  ValueTypeName,
} from "./value-type.ts";
