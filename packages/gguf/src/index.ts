export { bytesSource, type ByteSource } from "./source/byte-source.ts";
export { blobSource } from "./source/blob-source.ts";
export { cachedSource, type CacheOptions } from "./source/cached-source.ts";
export { HttpError, type HttpErrorDetails } from "./source/http-error.ts";
export { urlSource, type UrlSource, type UrlSourceOptions } from "./source/url-source.ts";
export type { Attention, LatentAttention, Recurrent, SlidingWindow } from "./describe/attention.ts";
export { chatTemplateOf, type ChatTemplate } from "./describe/chat-template.ts";
export type { Companion } from "./describe/companion.ts";
export type { ElementDifferences } from "./compare/compare-arrays.ts";
export { compareGguf, type GgufComparison, type HeaderDifference } from "./compare/compare-gguf.ts";
export type {
  MetadataChange,
  MetadataComparison,
  MetadataEntry,
} from "./compare/compare-metadata.ts";
export {
  compareTensorData,
  type CompareDataOptions,
  type ComparedFile,
  type CompareProgress,
  type DataDifference,
  type TensorDataComparison,
} from "./compare/compare-tensor-data.ts";
export type { TensorChange, TensorComparison, TensorSummary } from "./compare/compare-tensors.ts";
export type { ModelHeader } from "./compare/compared-model.ts";
export type { PlainValue, ValueSummary } from "./compare/value-summary.ts";
export { describe, type ModelDescription } from "./describe/describe.ts";
export type { PerLayer } from "./describe/hyperparameters.ts";
export { FILE_TYPES, fileTypeName } from "./format/file-type.ts";
export type {
  EncodedElements,
  GgufArray,
  GgufBigintArray,
  GgufBoolArray,
  GgufNumberArray,
  GgufStringArray,
  NumberTypedArray,
} from "./format/gguf-array.ts";
export { GgufError, quoted, type GgufErrorCode, type Problem } from "./format/gguf-error.ts";
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
export { HASH_ALGORITHMS, type HashAlgorithm } from "./hash/hash-algorithm.ts";
export type { CheckedEntry, CheckSelection, ManifestCheck } from "./hash/check-manifest.ts";
export type { HashDigest, HashSelection } from "./hash/hash-request.ts";
export {
  formatManifest,
  parseManifest,
  type Manifest,
  type ManifestEntry,
} from "./hash/manifest.ts";
export type { ModelKind } from "./describe/model-kind.ts";
export { isExpertTensor } from "./describe/parameters.ts";
export { readGguf, type ReadOptions } from "./read/read-gguf.ts";
export type { Rope, RopeScaling } from "./describe/rope.ts";
export {
  formatShardName,
  parseShardName,
  shardSetNames,
  type ShardName,
} from "./shards/shard-name.ts";
export { mapShards } from "./shards/map-shards.ts";
export {
  readGgufSet,
  readGgufSetUrl,
  readGgufUrl,
  type GgufSet,
  type ReadSetOptions,
  type ReadUrlOptions,
} from "./shards/read-set.ts";
export { completeShardSet, type ShardSet } from "./shards/shard-set.ts";
export type { Split } from "./shards/split.ts";
export {
  TENSOR_TYPES,
  tensorTypeName,
  type TensorType,
  type TensorTypeName,
} from "./format/tensor-type.ts";
export type { LayerShare, TensorTypeShare } from "./describe/tensor-sums.ts";
export type { Thinking } from "./describe/thinking.ts";
export type { Tokenizer } from "./describe/tokenizer.ts";
export type {
  BigintTypeName,
  FixedTypeName,
  NumberTypeName,
  ScalarTypeName,
  ValueTypeName,
} from "./format/value-type.ts";
export type { CheckCode, Finding, Severity } from "./validate/finding.ts";
export { checkGguf, validate, type Validation } from "./validate/validate.ts";
export {
  planEdit,
  type EditPlan,
  type PlanEditOptions,
  type RewriteReason,
} from "./edit/plan-edit.ts";
export type { KvChange, KvEdit } from "./edit/kv-change.ts";
export { ggufValue, type NewValueType } from "./write/create-value.ts";
export { planGguf, type GgufPlan, type NewGguf } from "./write/plan-gguf.ts";
export {
  copyTensorData,
  type DataOf,
  type SourceRange,
  type TensorData,
} from "./write/tensor-data.ts";
export type { NewTensor, PlannedTensor } from "./write/tensor-layout.ts";
export { writeGguf, type WriteOptions } from "./write/write-gguf.ts";
