export { gguf } from "./huggingface/gguf.ts";
export { ggufAllShards } from "./huggingface/all-shards.ts";
export { buildGgufHeader, type BuildHeaderOptions } from "./huggingface/build-header.ts";
export type {
  AllShards,
  AllShardsParams,
  GgufParams,
  WithParameterCount,
  WithTypedMetadata,
} from "./huggingface/params.ts";
export { serializeGgufMetadata, type SerializeOptions } from "./huggingface/serialize-metadata.ts";
export {
  findNearestQuantType,
  GGMLFileQuantizationType,
  GGMLQuantizationType,
  GGUF_QUANT_DESCRIPTIONS,
  GGUF_QUANT_ORDER,
  GGUF_QUANT_RE,
  GGUF_QUANT_RE_GLOBAL,
  GGUFValueType,
  parseGgufShardFilename,
  parseGGUFQuantLabel,
  RE_GGUF_FILE,
  RE_GGUF_SHARD_FILE,
  type Architecture,
  type GGUFMetadata,
  type GGUFMetadataOptions,
  type GGUFParseOutput,
  type GgufShardFileInfo,
  type GGUFTensorInfo,
  type GGUFTypedMetadata,
  type MetadataBaseValue,
  type MetadataValue,
  type Version,
} from "@huggingface/gguf";
