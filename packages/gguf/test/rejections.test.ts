import { buildGguf, type BuildOptions, type BuildTensor } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";

import { bytesSource, type GgufErrorCode, readGguf } from "../src/index.ts";
import { buildAndRead, ggufErrorOf } from "./read.ts";

interface Bad {
  readonly why: string;
  readonly file: BuildOptions;
  readonly code: GgufErrorCode;
  readonly where?: object;
}

const sound: BuildTensor = { name: "sound", shape: [8], type: "F32" };
const tensors = (...list: BuildTensor[]): BuildOptions => ({ tensors: list });
const noBytes = new Uint8Array(0);

const PREAMBLE: readonly Bad[] = [
  { why: "version 0", file: { versionField: 0 }, code: "unsupported-version" },
  { why: "version 4", file: { versionField: 4 }, code: "unsupported-version", where: { got: 4 } },
  {
    why: "a tensor count of 2^63",
    file: { tensorCount: 2n ** 63n },
    code: "bad-tensor-count",
    where: { offset: 8 },
  },
  {
    why: "a tensor count that its file cannot hold",
    file: { tensorCount: 30, tensors: [sound] },
    code: "truncated",
    where: { offset: 8, expected: 30 * 24 },
  },
  {
    why: "a KV count of 2^64 - 1",
    file: { kvCount: 2n ** 64n - 1n },
    code: "bad-kv-count",
    where: { offset: 16 },
  },
  { why: "a KV count that its file cannot hold", file: { kvCount: 1 }, code: "truncated" },
];

const KV: readonly Bad[] = [
  {
    why: "an empty key",
    file: { kv: [["", "u8", 1]] },
    code: "empty-key",
    where: { key: "", offset: 24 },
  },
  {
    why: "a key twice",
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
    why: "value type 13",
    file: { kv: [["a", 13, noBytes]] },
    code: "bad-value-type",
    where: { key: "a", got: 13, offset: 33 },
  },
  {
    why: "element type 99",
    file: { kv: [["a", "array", { elementType: 99, values: [] }]] },
    code: "bad-value-type",
    where: { key: "a", got: 99 },
  },
  {
    why: "an array of arrays",
    file: {
      kv: [["a", "array", { elementType: "array", values: [{ elementType: "u8", values: [1] }] }]],
    },
    code: "nested-array",
    where: { key: "a" },
  },
  {
    why: "a string of 2^63 bytes",
    file: { kv: [["a", "string", { bytes: noBytes, length: 2n ** 63n }]] },
    code: "string-too-long",
    where: { key: "a", offset: 37 },
  },
  {
    why: "a string longer than its file",
    file: { kv: [["a", "string", { bytes: noBytes, length: 1000 }]] },
    code: "truncated",
    where: { key: "a", expected: 1000 },
  },
  {
    why: "an array of 2^60 numbers",
    file: { kv: [["a", "array", { elementType: "u64", values: [], length: 2n ** 60n }]] },
    code: "array-too-long",
    where: { key: "a" },
  },
  {
    why: "an array of 2^60 strings",
    file: { kv: [["a", "array", { elementType: "string", values: [], length: 2n ** 60n }]] },
    code: "array-too-long",
  },
  {
    why: "an array of 2^29 numbers in a small file",
    file: { kv: [["a", "array", { elementType: "u64", values: [], length: 2 ** 29 }]] },
    code: "truncated",
    where: { expected: 2 ** 32 },
  },
  {
    why: "an array of 2^29 strings in a small file",
    file: { kv: [["a", "array", { elementType: "string", values: [], length: 2 ** 29 }]] },
    code: "truncated",
    where: { key: "a", expected: 2 ** 32 },
  },
  {
    why: "a string of 2^40 bytes inside an array",
    file: {
      kv: [
        [
          "a",
          "array",
          { elementType: "string", values: ["x", { bytes: noBytes, length: 2n ** 40n }] },
        ],
      ],
    },
    code: "string-too-long",
  },
  ...([0, 3, 48] as const).map((alignment): Bad => {
    const kv = [["general.alignment", "u32", alignment]] as const;
    return {
      why: `alignment ${alignment}`,
      file: { kv },
      code: "bad-alignment",
      where: { key: "general.alignment", got: String(alignment) },
    };
  }),
  {
    why: "an alignment that is no u32",
    file: { kv: [["general.alignment", "u64", 32n]] },
    code: "bad-alignment",
    where: { got: "u64" },
  },
];

const TENSORS: readonly Bad[] = [
  {
    why: "a tensor name of 64 bytes",
    file: tensors({ ...sound, name: "n".repeat(64) }),
    code: "tensor-name-too-long",
    where: { got: 64, offset: 24 },
  },
  {
    why: "a tensor name twice",
    file: tensors(sound, sound),
    code: "duplicate-tensor",
    where: { tensor: "sound" },
  },
  {
    why: "five dimensions",
    file: tensors({ ...sound, shape: [1, 1, 1, 1, 1] }),
    code: "too-many-dimensions",
    where: { tensor: "sound", got: 5 },
  },
  {
    why: "2^32 - 1 dimensions",
    file: tensors({ ...sound, dimensions: 2 ** 32 - 1 }),
    code: "too-many-dimensions",
  },
  {
    why: "a dimension of 2^63, which ggml takes as negative",
    file: tensors({ ...sound, shape: [2n ** 63n], data: noBytes }),
    code: "bad-dimension",
    where: { tensor: "sound", got: 2n ** 63n },
  },
  {
    why: "dimensions whose product overflows to 0 in 64 bits",
    file: tensors({ ...sound, shape: [2n ** 32n, 2n ** 32n], data: noBytes }),
    code: "too-many-elements",
    where: { tensor: "sound" },
  },
  {
    why: "tensor type 43",
    file: tensors({ ...sound, type: 43 }),
    code: "bad-tensor-type",
    where: { tensor: "sound", got: 43 },
  },
  ...[4, 5, 31, 32, 33, 36, 37, 38].map((type): Bad => ({
    why: `removed tensor type ${type}`,
    file: tensors({ ...sound, type }),
    code: "removed-tensor-type",
    where: { got: type },
  })),
  {
    why: "a row that is no multiple of the block size",
    file: tensors({ ...sound, shape: [33, 32], type: "Q8_0", data: noBytes }),
    code: "bad-row-length",
    where: { expected: 32, got: 33 },
  },
  {
    why: "a byte size that overflows",
    file: tensors({ ...sound, shape: [2n ** 52n], type: "F64", data: noBytes }),
    code: "tensor-too-large",
    where: { tensor: "sound" },
  },
  {
    why: "sizes whose sum overflows",
    file: tensors(
      { ...sound, name: "a", shape: [2n ** 50n], data: noBytes },
      { ...sound, name: "b", shape: [2n ** 50n], data: noBytes, offset: 2n ** 52n },
    ),
    code: "tensor-too-large",
    where: { tensor: "b" },
  },
  {
    why: "an offset that is not the running sum",
    file: tensors(sound, { ...sound, name: "late", offset: 64 }),
    code: "bad-tensor-offset",
    where: { tensor: "late", expected: 32, got: 64 },
  },
  {
    why: "an offset that points back",
    file: tensors(sound, { ...sound, name: "back", offset: 0 }),
    code: "bad-tensor-offset",
  },
  {
    why: "a tensor larger than its file",
    file: tensors({ ...sound, shape: [1000], data: noBytes }),
    code: "tensor-beyond-file",
    where: { tensor: "sound" },
  },
];

describe.each([
  ["preamble", PREAMBLE],
  ["KV pairs", KV],
  ["tensor infos", TENSORS],
] as const)("rejects in the %s", (_, list) => {
  it.each(list)("$why", async ({ file, code, where }) => {
    const error = await ggufErrorOf(buildAndRead(file));
    expect(error).toMatchObject({ name: "GgufError", code, ...where });
  });
});

describe("sizes", () => {
  const file = buildGguf(tensors(sound, { ...sound, name: "last" }));

  it("names the tensor that a truncated file cuts, the size it needs and the size it has", async () => {
    const cut = file.subarray(0, file.length - 1);
    const error = await ggufErrorOf(readGguf(bytesSource(cut)));
    expect(error).toMatchObject({
      code: "tensor-beyond-file",
      tensor: "last",
      expected: file.length,
      got: cut.length,
    });
  });

  it("refuses a file that ends before its data starts", async () => {
    const { headerBytes, dataOffset } = await readGguf(bytesSource(file));
    expect(headerBytes).toBeLessThan(dataOffset);
    const error = await ggufErrorOf(readGguf(bytesSource(file.subarray(0, headerBytes))));
    expect(error).toMatchObject({
      code: "data-start-beyond-file",
      expected: dataOffset,
      got: headerBytes,
    });
  });
});

describe("limits", () => {
  it.each([
    ["maxKvPairs", 1, "bad-kv-count"],
    ["maxTensors", 0, "bad-tensor-count"],
    ["maxStringBytes", 4, "string-too-long"],
    ["maxArrayLength", 2, "array-too-long"],
    ["maxHeaderBytes", 60, "header-too-large"],
  ] as const)("%s can be lowered to %d", async (name, limit, code) => {
    const file: BuildOptions = {
      kv: [
        ["text", "string", "longer"],
        ["list", "u8[]", [1, 2, 3]],
      ],
      tensors: [sound],
    };
    await expect(buildAndRead(file)).resolves.toBeDefined();
    const options = { limits: { [name]: limit }, initialBytes: 1 };
    expect(await ggufErrorOf(buildAndRead(file, options))).toMatchObject({ code });
  });
});

describe("messages", () => {
  it("say what and where on one line, with hostile names escaped and cut", async () => {
    const name = `\u001b[31m\n\u202e${"x".repeat(5000)}`;
    const { message } = await ggufErrorOf(
      buildAndRead({ kv: [[name, 99, noBytes]] }, { file: "m.gguf" }),
    );
    expect(message).toMatch(/^m\.gguf: key "\\u001b\[31m\\n\\u202ex+…": .*99.*\(at byte \d+\)$/);
    expect(message.length).toBeLessThan(300);
  });
});
