import {
  buildGguf,
  qwen3Moe235b,
  type BuildKv,
  type BuildOptions,
  type BuildTensor,
} from "@ggufkit/fixtures";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { bytesSource, compareGguf, readGguf, type Gguf } from "../src/index.ts";
import { buildAndRead, ggufErrorOf } from "./read.ts";

const KV: BuildKv[] = [
  ["general.architecture", "string", "llama"],
  ["llama.block_count", "u32", 4],
  ["weights", "f32[]", [1, 2, 3]],
  ["tokens", "string[]", ["a", "b", "c"]],
  ["flags", "bool[]", [true, false]],
  ["big", "u64", 2n ** 60n],
  ["bigs", "i64[]", [-1n, 1n]],
  ["rate", "f64", 0.5],
  ["on", "bool", true],
];
const TENSORS: BuildTensor[] = [
  { name: "a", shape: [256, 2], type: "Q4_K" },
  { name: "b", shape: [32], type: "F32" },
  { name: "c", shape: [], type: "F32" },
];
const MODEL: BuildOptions = { kv: KV, tensors: TENSORS };

const compare = async (a: BuildOptions, b: BuildOptions) =>
  compareGguf(await buildAndRead(a), await buildAndRead(b));
const withKv = (...kv: BuildKv[]): BuildOptions => ({ tensors: TENSORS, kv });
const replaced = (pair: BuildKv): BuildOptions =>
  withKv(...KV.map((own) => (own[0] === pair[0] ? pair : own)));

async function changeTo(pair: BuildKv) {
  const { identical, metadata } = await compare(MODEL, replaced(pair));
  expect(identical).toBe(false);
  expect(metadata).toMatchObject({ added: [], removed: [], reordered: false });
  expect(metadata.changed).toHaveLength(1);
  return metadata.changed[0];
}

describe("two headers alike", () => {
  it("are identical, and differ in the header alone across byte orders and versions", async () => {
    expect(await compare(MODEL, MODEL)).toEqual({
      identical: true,
      header: [],
      metadata: { added: [], removed: [], changed: [], reordered: false },
      tensors: { added: [], removed: [], changed: [], reordered: false },
    });
    const other = await compare(MODEL, { ...MODEL, version: 1, byteOrder: "big" });
    expect(other).toMatchObject({
      identical: false,
      header: [
        { field: "version", a: 3, b: 1 },
        { field: "byteOrder", a: "little", b: "big" },
      ],
      metadata: { changed: [] },
      tensors: { changed: [] },
    });
  });
});

describe("metadata", () => {
  it("are added and removed with their values", async () => {
    const { metadata } = await compare(
      withKv(["x", "u8", 1], ["gone", "string", "text"]),
      withKv(["x", "u8", 1], ["new", "i32[]", Array.from({ length: 20 }, (_, index) => index)]),
    );
    expect(metadata.removed).toEqual([{ key: "gone", value: { type: "string", value: "text" } }]);
    expect(metadata.added).toEqual([
      {
        key: "new",
        value: {
          type: "array",
          elementType: "i32",
          length: 20,
          preview: [0, 1, 2, 3, 4, 5, 6, 7],
        },
      },
    ]);
  });

  it("change in value or in type", async () => {
    expect(await changeTo(["llama.block_count", "u32", 5])).toEqual({
      key: "llama.block_count",
      change: "value",
      a: { type: "u32", value: 4 },
      b: { type: "u32", value: 5 },
    });
    expect(await changeTo(["llama.block_count", "u64", 4])).toMatchObject({ change: "type" });
    expect(await changeTo(["llama.block_count", "u32[]", [4]])).toMatchObject({ change: "type" });
    expect(await changeTo(["weights", "f64[]", [1, 2, 3]])).toMatchObject({ change: "type" });
    expect(await changeTo(["big", "u64", 2n ** 60n + 1n])).toMatchObject({ change: "value" });
    expect(await changeTo(["on", "bool", false])).toMatchObject({ change: "value" });
    const badUtf8 = Uint8Array.of(0xff);
    const { metadata } = await compare(
      withKv(["s", "string", Uint8Array.of(0xfe)]),
      withKv(["s", "string", badUtf8]),
    );
    expect(metadata.changed).toHaveLength(1);
  });

  it("of arrays tell how many elements differ and the first", async () => {
    expect(await changeTo(["tokens", "string[]", ["a", "B", "C"]])).toMatchObject({
      change: "value",
      elements: { differing: 2, first: { index: 1, a: "b", b: "B" } },
    });
    expect(await changeTo(["tokens", "string[]", ["a", "b"]])).toMatchObject({
      a: { length: 3 },
      b: { length: 2 },
      elements: { differing: 0, first: { index: 2, a: "c", b: undefined } },
    });
    expect(await changeTo(["weights", "f32[]", [1, 2, -0, 4]])).toMatchObject({
      elements: { differing: 1, first: { index: 2, a: 3, b: -0 } },
    });
    expect(await changeTo(["bigs", "i64[]", [-1n, 2n]])).toMatchObject({
      elements: { differing: 1, first: { index: 1, a: 1n, b: 2n } },
    });
    expect(await changeTo(["flags", "bool[]", [false, false]])).toMatchObject({
      elements: { differing: 1, first: { index: 0, a: true, b: false } },
    });
  });

  it("tell -0 from 0 and know NaN again", async () => {
    const zeros = await compare(withKv(["z", "f32[]", [0]]), withKv(["z", "f32[]", [-0]]));
    expect(zeros.metadata.changed).toHaveLength(1);
    const nan = withKv(["n", "f32[]", [NaN]], ["m", "f64", NaN]);
    const { metadata } = await compare(nan, { ...nan, byteOrder: "big" });
    expect(metadata.changed).toEqual([]);
  });

  it("in another order are no change but are noted", async () => {
    const { identical, metadata } = await compare(MODEL, withKv(...KV.toReversed()));
    expect(identical).toBe(false);
    expect(metadata).toEqual({ added: [], removed: [], changed: [], reordered: true });
    const between: BuildKv = ["between", "u8", 1];
    const inserted = await compare(MODEL, withKv(...KV.slice(0, 2), between, ...KV.slice(2)));
    expect(inserted.metadata.reordered).toBe(false);
  });
});

describe("tensors", () => {
  const withTensors = (...tensors: BuildTensor[]): BuildOptions => ({ kv: KV, tensors });

  it("change in type, in shape, come and go", async () => {
    const { identical, tensors } = await compare(
      MODEL,
      withTensors(
        { name: "a", shape: [256, 2], type: "Q6_K" },
        { name: "b", shape: [8, 4], type: "F32" },
        { name: "d", shape: [0], type: "F16" },
      ),
    );
    expect(identical).toBe(false);
    expect(tensors).toEqual({
      removed: [{ name: "c", shape: [], type: "F32", bytes: 4 }],
      added: [{ name: "d", shape: [0], type: "F16", bytes: 0 }],
      changed: [
        {
          name: "a",
          changes: ["type"],
          a: { shape: [256, 2], type: "Q4_K", bytes: 288 },
          b: { shape: [256, 2], type: "Q6_K", bytes: 420 },
        },
        {
          name: "b",
          changes: ["shape"],
          a: { shape: [32], type: "F32", bytes: 128 },
          b: { shape: [8, 4], type: "F32", bytes: 128 },
        },
      ],
      reordered: false,
    });
  });

  it("in another order are no change but are noted", async () => {
    const { identical, tensors } = await compare(MODEL, withTensors(...TENSORS.toReversed()));
    expect(identical).toBe(false);
    expect(tensors).toEqual({ added: [], removed: [], changed: [], reordered: true });
  });

  it("of a set are compared as those of one model", async () => {
    const { kv = [], tensors = [] } = qwen3Moe235b();
    const header = (options: BuildOptions): Promise<Gguf> =>
      readGguf(bytesSource(buildGguf({ ...options, tensors: shrunk(options.tensors ?? []) })));
    const whole = await header({ kv, tensors });
    const first = await header({ kv, tensors: tensors.slice(0, 500) });
    const second = await header({ kv: [["split.no", "u16", 1]], tensors: tensors.slice(500) });
    expect(compareGguf(whole, [first, second]).identical).toBe(true);
    expect(compareGguf([first, second], [whole]).identical).toBe(true);
    expect(compareGguf(whole, first).tensors.removed).toHaveLength(tensors.length - 500);
    const twice = Promise.resolve().then(() => compareGguf(whole, [first, second, second]));
    expect(await ggufErrorOf(twice)).toMatchObject({
      code: "duplicate-tensor",
      tensor: tensors[500]?.name,
    });
  });
});

/** The same names and types with hardly any data. */
function shrunk(tensors: readonly BuildTensor[]): BuildTensor[] {
  return tensors.map((tensor) => ({ ...tensor, shape: [256] }));
}

describe("any two headers", () => {
  const pair = fc
    .tuple(
      fc.constantFrom("k1", "k2", "k3", "k4", "k5"),
      fc.oneof(
        fc.tuple(fc.constant("u32" as const), fc.nat(3)),
        fc.tuple(fc.constant("string" as const), fc.string({ maxLength: 3 })),
        fc.tuple(fc.constant("string[]" as const), fc.array(fc.string({ maxLength: 2 }))),
        fc.tuple(fc.constant("i16[]" as const), fc.array(fc.nat(3))),
      ),
    )
    .map(([key, [type, value]]): BuildKv => [key, type, value]);
  const tensor = fc.record({
    name: fc.constantFrom("t1", "t2", "t3", "t4"),
    shape: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 2 }),
    type: fc.constantFrom("F32", "F16"),
  });
  const model = fc.record({
    byteOrder: fc.constantFrom("little", "big"),
    kv: fc.uniqueArray(pair, { selector: ([key]) => key }),
    tensors: fc.uniqueArray(tensor, { selector: ({ name }) => name }),
  });

  it("compare the same from either side, and are identical only to themselves", async () => {
    await fc.assert(
      fc.asyncProperty(model, model, async (a, b) => {
        const [forth, back] = [await compare(a, b), await compare(b, a)];
        const isSame = JSON.stringify(a) === JSON.stringify(b);
        expect(forth.identical).toBe(isSame);
        expect((await compare(a, a)).identical).toBe(true);
        for (const part of ["metadata", "tensors"] as const) {
          expect(forth[part].added).toEqual(back[part].removed);
          expect(forth[part].removed).toEqual(back[part].added);
          expect(forth[part].reordered).toBe(back[part].reordered);
        }
        const names = (changes: readonly { key: string }[]): string[] =>
          changes.map(({ key }) => key).toSorted();
        expect(names(forth.metadata.changed)).toEqual(names(back.metadata.changed));
      }),
    );
  });
});
