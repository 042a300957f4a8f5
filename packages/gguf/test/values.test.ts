import { describe, expect, it } from "vitest";

import type { GgufArray, GgufValue } from "../src/index.ts";
import { buildAndRead } from "./read.ts";

const LAYOUTS = ([1, 2, 3] as const).flatMap((version) =>
  (["little", "big"] as const).map((byteOrder) => ({ version, byteOrder })),
);

const SCALARS = [
  ["u8", 255],
  ["i8", -128],
  ["u16", 65_535],
  ["i16", -32_768],
  ["u32", 4_294_967_295],
  ["i32", -2_147_483_648],
  ["f32", 1.5],
  ["f64", Math.PI],
  ["u64", 2n ** 64n - 1n],
  ["i64", -(2n ** 63n)],
  ["bool", true],
  ["string", "größer"],
] as const;

function arrayIn(kv: ReadonlyMap<string, GgufValue>, key: string): GgufArray {
  const value = kv.get(key);
  if (value?.type !== "array") throw new Error(`${key} is no array`);
  return value;
}

describe.each(LAYOUTS)("version $version, $byteOrder-endian", (layout) => {
  it("reads every scalar type at the end of its range", async () => {
    const kv = SCALARS.map(([type, value]) => [`k.${type}`, type, value] as const);
    const gguf = await buildAndRead({ ...layout, kv });
    expect(gguf).toMatchObject(layout);
    for (const [type, value] of SCALARS) {
      expect(gguf.kv.get(`k.${type}`)).toMatchObject({ type, value });
    }
  });

  it("reads arrays of every type", async () => {
    const kv = SCALARS.map(([type, value]) => [`k.${type}`, `${type}[]`, [value, value]] as const);
    const gguf = await buildAndRead({ ...layout, kv });
    for (const [type, value] of SCALARS) {
      const array = arrayIn(gguf.kv, `k.${type}`);
      expect(array).toMatchObject({ elementType: type, length: 2 });
      expect(array.toArray()).toEqual([value, value]);
    }
  });

  it("gives numeric arrays as typed arrays in the host's order", async () => {
    const gguf = await buildAndRead({
      ...layout,
      kv: [
        ["odd", "u8", 1], // moves what follows off its natural alignment
        ["f", "f32[]", [0.5, -2]],
        ["n", "u64[]", [1n, 2n ** 60n]],
      ],
    });
    const floats = arrayIn(gguf.kv, "f");
    const integers = arrayIn(gguf.kv, "n");
    expect("toTypedArray" in floats && floats.toTypedArray()).toEqual(Float32Array.of(0.5, -2));
    expect("toTypedArray" in integers && integers.toTypedArray()).toEqual(
      BigUint64Array.of(1n, 2n ** 60n),
    );
  });

  it("reads tensor infos", async () => {
    const gguf = await buildAndRead({
      ...layout,
      tensors: [
        { name: "a", shape: [256, 3], type: "Q4_K" },
        { name: "scalar", shape: [], type: "F32" },
        { name: "empty", shape: [0], type: "F32" },
        { name: "b", shape: [1, 2, 3, 4], type: "F16" },
      ],
    });
    expect(gguf.tensors).toEqual([
      { name: "a", shape: [256, 3], type: "Q4_K", offset: 0, bytes: 432, elements: 768 },
      { name: "scalar", shape: [], type: "F32", offset: 448, bytes: 4, elements: 1 },
      { name: "empty", shape: [0], type: "F32", offset: 480, bytes: 0, elements: 0 },
      { name: "b", shape: [1, 2, 3, 4], type: "F16", offset: 480, bytes: 48, elements: 24 },
    ]);
    expect(gguf.dataOffset).toBe(Math.ceil(gguf.headerBytes / 32) * 32);
  });
});

describe("strings", () => {
  it("keep a byte order mark, NUL and the raw bytes of bad UTF-8", async () => {
    const bad = Uint8Array.of(0x61, 0xff, 0x62);
    const gguf = await buildAndRead({
      kv: [
        ["bom", "string", "\ufeffx"],
        ["nul", "string", "a\0b"],
        ["bad", "string", bad],
        ["tokens", "string[]", ["\ufeff", bad, "", `${"long ".repeat(20)}é`]],
      ],
    });
    expect(gguf.kv.get("bom")).toMatchObject({ value: "\ufeffx" });
    expect(gguf.kv.get("nul")).toMatchObject({ value: "a\0b" });
    expect(gguf.kv.get("bad")).toMatchObject({ value: "a\ufffdb", bytes: bad });
    const tokens = arrayIn(gguf.kv, "tokens");
    expect([...tokens]).toEqual(["\ufeff", "a\ufffdb", "", `${"long ".repeat(20)}é`]);
    if (tokens.elementType !== "string") throw new Error("expected strings");
    expect([...tokens.rawElements()][1]).toEqual(bad);
  });
});

describe("arrays", () => {
  it("preview their first elements and may be read again and again", async () => {
    const { kv } = await buildAndRead({ kv: [["a", "string[]", ["x", "y", "z"]]] });
    const array = arrayIn(kv, "a");
    expect(array.preview(2)).toEqual(["x", "y"]);
    expect(array.preview(9)).toEqual(["x", "y", "z"]);
    expect(array.preview(0)).toEqual([]);
    expect(array.toArray()).toEqual([...array]);
  });

  it("may be empty, of any element type", async () => {
    const { kv } = await buildAndRead({
      kv: [
        ["s", "string[]", []],
        ["n", "i64[]", []],
      ],
    });
    expect(arrayIn(kv, "s").toArray()).toEqual([]);
    expect(arrayIn(kv, "n").toArray()).toEqual([]);
  });
});

describe("odd but sound files", () => {
  it("takes any key for a plain key", async () => {
    const names = ["__proto__", "constructor", "version", "0", "toString"];
    const { kv } = await buildAndRead({ kv: names.map((name) => [name, "u32", 7] as const) });
    expect([...kv.keys()]).toEqual(names);
    expect(kv.get("__proto__")).toMatchObject({ value: 7 });
  });

  it.each([1, 64, 4096])("reads files aligned to %d", async (alignment) => {
    const gguf = await buildAndRead({
      alignment,
      tensors: [
        { name: "a", shape: [3], type: "I8" },
        { name: "b", shape: [3], type: "I8" },
      ],
    });
    expect(gguf.alignment).toBe(alignment);
    expect(gguf.dataOffset % alignment).toBe(0);
    expect(gguf.tensors[1]?.offset).toBe(Math.max(3, alignment));
  });

  it("accepts an unpadded last tensor, trailing bytes, and no tensors at all", async () => {
    const tensors = [{ name: "a", shape: [5], type: "I8" as const }];
    await expect(buildAndRead({ tensors, padLast: false })).resolves.toHaveProperty("fileSize");
    await expect(buildAndRead({ tensors, trailing: new Uint8Array(99) })).resolves.toBeDefined();
    const empty = await buildAndRead({ kv: [["a", "bool", false]], padLast: false });
    expect(empty.tensors).toEqual([]);
  });

  it("accepts a tensor name of 63 bytes", async () => {
    const name = "n".repeat(63);
    const { tensors } = await buildAndRead({ tensors: [{ name, shape: [1], type: "F32" }] });
    expect(tensors[0]?.name).toBe(name);
  });
});
