import type { BuildOptions, BuildTensor } from "@ggufkit/fixtures";

import type { GgufErrorCode } from "../src/index.ts";

/** A file that a strict reader refuses. */
export interface BadFile {
  /** The rule that it breaks, or the advisory on those that let it pass. */
  readonly why: string;
  readonly file: BuildOptions;
  /** Bytes to be cut off the end. */
  readonly cut?: number;
  readonly code: GgufErrorCode;
  /** Further fields of the error. */
  readonly where?: object;
}

const NO_BYTES = new Uint8Array(0);
const SOUND: BuildTensor = { name: "sound", shape: [8], type: "F32" };

function tensors(...list: BuildTensor[]): BuildOptions {
  return { tensors: list };
}

/** A tensor without data, and with what is wrong about it. */
function tensor(wrong: Partial<BuildTensor>): BuildOptions {
  return tensors({ ...SOUND, data: NO_BYTES, ...wrong });
}

function alignment(type: "u32" | "u64" | "string", value: number | bigint | string): BuildOptions {
  return { kv: [["general.alignment", type, value]] };
}

/** What llama.cpp's reader rejects, in the order of a file. */
export const REJECTED_BY_LLAMA_CPP: readonly BadFile[] = [
  { why: "1: wrong magic", file: { magic: Uint8Array.of(71, 71, 85, 69) }, code: "not-gguf" },
  { why: "2: version 0", file: { versionField: 0 }, code: "unsupported-version" },
  {
    why: "2: version 4",
    file: { versionField: 4 },
    code: "unsupported-version",
    where: { got: 4, offset: 4 },
  },
  {
    why: "2: version 4 in the other byte order",
    file: { versionField: 4, byteOrder: "big" },
    code: "unsupported-version",
    where: { got: 4 },
  },
  {
    why: "3: a negative tensor count",
    file: { tensorCount: -1n },
    code: "bad-tensor-count",
    where: { offset: 8, got: 2n ** 64n - 1n },
  },
  {
    why: "3: a tensor count that its file cannot hold",
    file: { tensorCount: 30, tensors: [SOUND] },
    code: "truncated",
    where: { offset: 8, expected: 30 * 24 },
  },
  {
    why: "3: a negative KV count",
    file: { kvCount: -1n },
    code: "bad-kv-count",
    where: { offset: 16 },
  },
  { why: "3: a KV count that its file cannot hold", file: { kvCount: 1 }, code: "truncated" },
  {
    why: "4: an empty key",
    file: { kv: [["", "u8", 1]] },
    code: "empty-key",
    where: { key: "", offset: 24 },
  },
  {
    why: "4: a key twice",
    file: {
      kv: [
        ["a", "u8", 1],
        ["a", "u8", 1],
      ],
    },
    code: "duplicate-key",
    where: { key: "a", offset: 24 + 8 + 1 + 4 + 1 },
  },
  {
    why: "5: value type 13",
    file: { kv: [["a", 13, NO_BYTES]] },
    code: "bad-value-type",
    where: { key: "a", got: 13, offset: 33 },
  },
  {
    why: "5: element type 99",
    file: { kv: [["a", "array", { elementType: 99, values: [] }]] },
    code: "bad-value-type",
    where: { key: "a", got: 99 },
  },
  {
    why: "5: an array of arrays",
    file: { kv: [["a", "array", { elementType: "array", values: [] }]] },
    code: "nested-array",
    where: { key: "a" },
  },
  {
    why: "6: a string of more than 2^30 bytes",
    file: { kv: [["a", "string", { bytes: NO_BYTES, length: 2 ** 30 + 1 }]] },
    code: "string-too-long",
    where: { key: "a", offset: 37, expected: 2 ** 30 },
  },
  {
    why: "6: a string longer than the bytes left",
    file: { kv: [["a", "string", { bytes: NO_BYTES, length: 1000 }]] },
    code: "truncated",
    where: { key: "a", expected: 1000 },
  },
  {
    why: "6: a string longer than the bytes left, in an array",
    file: {
      kv: [
        ["a", "array", { elementType: "string", values: ["x", { bytes: NO_BYTES, length: 99 }] }],
      ],
    },
    code: "truncated",
    where: { key: "a", expected: 99 },
  },
  ...(["u8", "string"] as const).map((elementType): BadFile => ({
    why: `6: an array of more than 2^30 ${elementType}`,
    file: { kv: [["a", "array", { elementType, values: [], length: 2 ** 30 + 1 }]] },
    code: "array-too-long",
    where: { key: "a", expected: 2 ** 30 },
  })),
  ...(["u64", "string"] as const).map((elementType): BadFile => ({
    why: `6: an array of more ${elementType} than the bytes left can hold`,
    file: { kv: [["a", "array", { elementType, values: [], length: 2 ** 20 }]] },
    code: "truncated",
    where: { key: "a", expected: 2 ** 23 },
  })),
  ...([0, 3, 48, 2 ** 32 - 1] as const).map((value): BadFile => ({
    why: `7: alignment ${value}`,
    file: alignment("u32", value),
    code: "bad-alignment",
    where: { key: "general.alignment", got: String(value) },
  })),
  {
    why: "7: an alignment that is no u32",
    file: alignment("u64", 32n),
    code: "bad-alignment",
    where: { got: "u64" },
  },
  {
    why: "7: an alignment that is a string",
    file: alignment("string", "32"),
    code: "bad-alignment",
    where: { got: "string" },
  },
  {
    why: "8: a tensor name of 64 bytes",
    file: tensor({ name: "ü".repeat(32) }),
    code: "tensor-name-too-long",
    where: { got: 64, offset: 24, tensor: "ü".repeat(32) },
  },
  {
    why: "8: a tensor name twice",
    file: tensors(SOUND, SOUND),
    code: "duplicate-tensor",
    where: { tensor: "sound" },
  },
  {
    why: "9: five dimensions",
    file: tensor({ shape: [1, 1, 1, 1, 1] }),
    code: "too-many-dimensions",
    where: { tensor: "sound", got: 5 },
  },
  {
    why: "9: a negative dimension",
    file: tensor({ shape: [8, -1n] }),
    code: "bad-dimension",
    where: { tensor: "sound", got: 2n ** 64n - 1n },
  },
  {
    why: "9: dimensions whose product is 2^63",
    file: tensor({ shape: [2n ** 32n, 2n ** 31n] }),
    code: "too-many-elements",
    where: { tensor: "sound" },
  },
  {
    why: "10: an unknown tensor type",
    file: tensor({ type: 43 }),
    code: "bad-tensor-type",
    where: { tensor: "sound", got: 43 },
  },
  ...[4, 5, 31, 32, 33, 36, 37, 38].map((type): BadFile => ({
    why: `10: removed tensor type ${type}`,
    file: tensor({ type }),
    code: "removed-tensor-type",
    where: { got: type },
  })),
  {
    why: "10: a row that is no multiple of the block size",
    file: tensor({ shape: [33, 32], type: "Q8_0" }),
    code: "bad-row-length",
    where: { expected: 32, got: 33 },
  },
  {
    why: "10: a single element of a type that has blocks",
    file: tensor({ shape: [], type: "Q4_K" }),
    code: "bad-row-length",
    where: { expected: 256, got: 1 },
  },
  {
    why: "11: a size in bytes that overflows",
    file: tensor({ shape: [2n ** 52n], type: "F64" }),
    code: "tensor-too-large",
    where: { tensor: "sound" },
  },
  {
    why: "12: a file that ends before its data starts",
    file: tensors(SOUND),
    cut: 32 + 1,
    code: "data-start-beyond-file",
    where: { expected: 64, got: 63 },
  },
  {
    why: "13: an offset beyond the running sum",
    file: tensors(SOUND, { ...SOUND, name: "late", offset: 64 }),
    code: "bad-tensor-offset",
    where: { tensor: "late", expected: 32, got: 64 },
  },
  {
    why: "13: an offset that points back",
    file: tensors(SOUND, { ...SOUND, name: "back", offset: 0 }),
    code: "bad-tensor-offset",
    where: { tensor: "back", expected: 32, got: 0 },
  },
  {
    why: "its loader: a tensor larger than its file",
    file: tensor({ shape: [1000] }),
    code: "tensor-beyond-file",
    where: { tensor: "sound" },
  },
];

/** What has hurt other readers. */
export const ADVISORIES: readonly BadFile[] = [
  {
    why: "CVE-2024-23605: a KV count whose size in memory overflows",
    file: { kvCount: 2n ** 60n },
    code: "bad-kv-count",
    where: { got: 2n ** 60n },
  },
  {
    why: "CVE-2024-21802: more dimensions than there is room for",
    file: tensor({ dimensions: 2 ** 32 - 1 }),
    code: "too-many-dimensions",
  },
  {
    why: "CVE-2024-21802: dimensions whose product overflows to 0",
    file: tensor({ shape: [2n ** 32n, 2n ** 32n] }),
    code: "too-many-elements",
  },
  {
    why: "CVE-2024-21802: a dimension of 2^63",
    file: tensor({ shape: [2n ** 63n] }),
    code: "bad-dimension",
    where: { got: 2n ** 63n },
  },
  {
    why: "CVE-2025-53630: sizes whose sum overflows",
    file: tensors(
      { ...SOUND, name: "a", shape: [2n ** 50n], data: NO_BYTES },
      { ...SOUND, name: "b", shape: [2n ** 50n], data: NO_BYTES, offset: 2n ** 52n },
    ),
    code: "tensor-too-large",
    where: { tensor: "b" },
  },
  {
    why: "CVE-2026-33298: a size in bytes that overflows where the elements do not",
    file: tensor({ shape: [2n ** 20n, 2n ** 31n], type: "F64" }),
    code: "tensor-too-large",
    where: { tensor: "sound" },
  },
  {
    why: "CVE-2026-27940: a tensor count whose size in memory overflows",
    file: { tensorCount: 2n ** 57n },
    code: "bad-tensor-count",
    where: { got: 2n ** 57n },
  },
  {
    why: "GHSA-3p75-pq92-q28f: a product that overflows before a dimension of zero",
    file: tensor({ shape: [2n ** 32n, 2n ** 32n, 0] }),
    code: "too-many-elements",
  },
  {
    why: "CVE-2026-7482: a tensor that ends one byte past the end",
    file: tensors({ name: "past", shape: [33], type: "I8", data: new Uint8Array(32) }),
    code: "tensor-beyond-file",
    where: { tensor: "past", offset: 64, expected: 64 + 33, got: 64 + 32 },
  },
  {
    why: "CVE-2026-7482: an offset past the end",
    file: tensor({ offset: 2n ** 64n - 32n }),
    code: "bad-tensor-offset",
    where: { got: 2n ** 64n - 32n },
  },
  {
    why: "arrays nested without end",
    file: { kv: [["a", 9, nestedArrays(100_000)]] },
    code: "nested-array",
    where: { key: "a", offset: 37 },
  },
  ...(["u8", "u64", "string"] as const).map((elementType): BadFile => ({
    why: `an array of 2^60 ${elementType}`,
    file: { kv: [["a", "array", { elementType, values: [], length: 2n ** 60n }]] },
    code: "array-too-long",
    where: { key: "a", got: 2n ** 60n },
  })),
  {
    why: "a string of 2^63 bytes",
    file: { kv: [["a", "string", { bytes: NO_BYTES, length: 2n ** 63n }]] },
    code: "string-too-long",
    where: { key: "a", got: 2n ** 63n },
  },
  {
    why: "a key of 2^63 bytes",
    file: { kv: [[{ bytes: NO_BYTES, length: 2n ** 63n }, "u32", 1]] },
    code: "string-too-long",
    where: { offset: 24, got: 2n ** 63n },
  },
  {
    why: "a tensor name of 2^63 bytes",
    file: tensor({ name: { bytes: NO_BYTES, length: 2n ** 63n } }),
    code: "string-too-long",
    where: { offset: 24, got: 2n ** 63n },
  },
  {
    why: "a string of 2^63 bytes in an array",
    file: {
      kv: [
        [
          "a",
          "array",
          { elementType: "string", values: ["x", { bytes: NO_BYTES, length: 2n ** 63n }] },
        ],
      ],
    },
    code: "string-too-long",
    where: { key: "a", got: 2n ** 63n },
  },
];

/** One element each: element type 9, length 1. */
function nestedArrays(depth: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(depth * 12));
  for (let level = 0; level < depth; level++) {
    view.setUint32(level * 12, 9, true);
    view.setUint32(level * 12 + 4, 1, true);
  }
  return new Uint8Array(view.buffer);
}
