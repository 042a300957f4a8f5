/** Bounds on what a header may ask for; a file beyond one of them is refused. */
export interface ReadLimits {
  readonly maxHeaderBytes: number;
  readonly maxKvPairs: number;
  readonly maxTensors: number;
  /** Of a key, and of a tensor name: one of 64 bytes or more is refused too, but by its name. */
  readonly maxNameBytes: number;
  readonly maxStringBytes: number;
  readonly maxArrayLength: number;
}

/** The limits that hold unless `ReadOptions.limits` says otherwise. */
export const DEFAULT_LIMITS: ReadLimits = {
  // The header is held in memory. Real ones end near 20 MB: a vocabulary of 262,144 tokens with
  // scores and merges takes 10.
  maxHeaderBytes: 2 ** 29,
  // Real files have some 50. A pair takes 14 bytes of file but a Map entry and objects in memory.
  maxKvPairs: 2 ** 16,
  // The most known is about 46,000: DeepSeek-V3 with one tensor an expert, as older files have it.
  maxTensors: 2 ** 20,
  // Real keys have some 60, the specification allows 65,535. Beyond this length V8 hashes a string
  // by its length alone, and a Map of many takes quadratic time.
  maxNameBytes: 2 ** 14 - 1,
  // GGUF_MAX_STRING_LENGTH of ggml.
  maxStringBytes: 2 ** 30,
  // GGUF_MAX_ARRAY_ELEMENTS of ggml.
  maxArrayLength: 2 ** 30,
};

/** GGML_MAX_NAME: a tensor name and its closing NUL fit into 64 bytes. */
export const MAX_TENSOR_NAME_BYTES = 63;

/** GGML_MAX_DIMS. */
export const MAX_DIMENSIONS = 4;

/** GGUF_DEFAULT_ALIGNMENT: where the data section starts, unless `general.alignment` says else. */
export const DEFAULT_ALIGNMENT = 32;
