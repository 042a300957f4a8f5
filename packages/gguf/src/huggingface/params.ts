import type { GGUFParseOutput, GGUFTypedMetadata } from "@huggingface/gguf";

/** Where and how `gguf` reads. */
export interface GgufParams {
  /** Stands in for the global `fetch`. Its headers come as a plain object, which may be spread. */
  readonly fetch?: typeof fetch | undefined;
  /** Sent with every request. */
  readonly additionalFetchHeaders?: Record<string, string> | undefined;
  /** Whether anything but an http: or https: address is the path of a file. Not in browsers. */
  readonly allowLocalFile?: boolean | undefined;
}

/** How `ggufAllShards` reads. */
export interface AllShardsParams extends GgufParams {
  /** Most shards that are read at the same time. Default 20. */
  readonly parallelDownloads?: number | undefined;
}

/** What comes with `computeParametersCount`. */
export interface WithParameterCount {
  parameterCount: number;
}

/** What comes with `typedMetadata`. */
export interface WithTypedMetadata {
  typedMetadata: GGUFTypedMetadata;
}

/** The headers of a model's files. */
export interface AllShards {
  shards: GGUFParseOutput[];
  /** Of all shards together. */
  parameterCount: number;
  /** Paths or addresses of the shards. */
  urls: string[];
}
