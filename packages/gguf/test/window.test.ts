import { buildGguf, buildQwen3Model, countingSource, sparseSource } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";

import { bytesSource, readGguf } from "../src/index.ts";
import { buildAndRead, ggufErrorOf } from "./read.ts";

const tokens = Array.from({ length: 60_000 }, (_, index) => `token number ${index}`);
const large = buildGguf({
  kv: [
    ["tokens", "string[]", tokens],
    ["scores", "f32[]", tokens.map((_, index) => index)],
    ["after", "string", "still here"],
  ],
  tensors: [{ name: "t", shape: [16], type: "F32" }],
});

describe("reading", () => {
  it("uses a file in memory in place, without reading it", async () => {
    const inMemory = bytesSource(Buffer.from(large));
    const read = (): never => {
      throw new Error("not to be called");
    };
    const { kv } = await readGguf({ ...inMemory, read });
    const scores = kv.get("scores");
    expect(scores?.type === "array" && scores.preview(2)).toEqual([0, 1]);
  });

  it("reads a small header with one read of 64 KiB, whatever the size of the file", async () => {
    const model = buildQwen3Model();
    const source = countingSource(bytesSource(model));
    await readGguf(source);
    expect(source.reads).toEqual([{ start: 0, end: 2 ** 16 }]);
  });

  it("reads a large header once, doubling, without gaps or overlaps", async () => {
    const source = countingSource(bytesSource(large));
    const gguf = await readGguf(source);
    expect(gguf.kv.get("after")).toMatchObject({ value: "still here" });
    const ends = source.reads.map(({ end }) => end);
    expect(source.reads.map(({ start }) => start)).toEqual([0, ...ends.slice(0, -1)]);
    expect(ends.slice(0, 3)).toEqual([2 ** 16, 2 ** 17, 2 ** 18]);
    expect(ends.at(-1)).toBeLessThanOrEqual(large.length);
  });

  it("does not read on to what a length claims", async () => {
    const bytes = new Uint8Array(0);
    const header = buildGguf({ kv: [["a", "string", { bytes, length: 2 ** 29 }]] });
    const source = countingSource(sparseSource(header, 2 ** 28));
    expect(await ggufErrorOf(readGguf(source))).toMatchObject({ code: "truncated" });
    expect(source.reads).toHaveLength(1);
  });

  it("gives the same result for every window size", async () => {
    const file = buildGguf({
      kv: [
        ["s", "string", "text"],
        ["tokens", "string[]", ["a", "", "ccc", "d".repeat(70)]],
        ["numbers", "u16[]", [1, 2, 3]],
      ],
      tensors: [{ name: "t", shape: [4, 2], type: "F32" }],
    });
    for (let initialBytes = 1; initialBytes <= 128; initialBytes++) {
      const gguf = await readGguf(sparseSource(file, file.length), { initialBytes });
      const { kv, tensors } = gguf;
      const array = kv.get("tokens");
      expect(kv.get("s")).toMatchObject({ value: "text" });
      expect(array?.type === "array" && array.toArray()[3]).toBe("d".repeat(70));
      expect(tensors[0]?.shape).toEqual([4, 2]);
    }
  });

  it("reads a source of unknown size, which then has no size to check the data against", async () => {
    const gguf = await readGguf(sparseSource(large.subarray(0, large.length - 64)));
    expect(gguf.fileSize).toBeUndefined();
    expect(gguf.tensors).toHaveLength(1);
  });

  it("rejects a cut header of unknown size too", async () => {
    const source = sparseSource(large.subarray(0, 100_000));
    expect(await ggufErrorOf(readGguf(source))).toMatchObject({ code: "truncated" });
  });

  it("rejects a file that turns out shorter than its source said", async () => {
    const source = { ...sparseSource(large.subarray(0, 100_000)), byteLength: large.length };
    expect(await ggufErrorOf(readGguf(source))).toMatchObject({ code: "truncated" });
  });

  it("reads into the window where a source can", async () => {
    let filled = 0;
    const source = {
      byteLength: large.length,
      read: () => Promise.reject(new Error("not to be called")),
      async readInto(target: Uint8Array, start: number): Promise<number> {
        const chunk = large.subarray(start, start + target.length);
        target.set(chunk);
        filled += chunk.length;
        return chunk.length;
      },
    };
    const gguf = await readGguf(source);
    expect(gguf.kv.size).toBe(3);
    expect(filled).toBeLessThanOrEqual(large.length);
  });

  it("is stopped by its signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(readGguf(bytesSource(large), { signal })).rejects.toThrow("enough");
  });

  it("passes an error of the source on as it is", async () => {
    const failure = new Error("network down");
    const source = { byteLength: undefined, read: () => Promise.reject(failure) };
    await expect(readGguf(source, { file: "x" })).rejects.toBe(failure);
  });
});

describe("a truncated header", () => {
  it("is refused at every byte", async () => {
    const file = {
      kv: [
        ["general.architecture", "string", "llama"],
        ["tokens", "string[]", ["a", "bc", ""]],
        ["numbers", "f32[]", [1, 2]],
        ["n", "u64", 3n],
      ],
      tensors: [{ name: "t", shape: [2, 2], type: "F32" }],
    } as const;
    const whole = buildGguf(file);
    const { headerBytes } = await buildAndRead(file);
    for (let length = 0; length < headerBytes; length++) {
      const cut = whole.subarray(0, length);
      const known = await ggufErrorOf(readGguf(sparseSource(cut, length)));
      const inPlace = await ggufErrorOf(readGguf(bytesSource(cut)));
      const unknown = await ggufErrorOf(readGguf(sparseSource(cut), { initialBytes: 7 }));
      expect(known.code).toMatch(/empty-file|not-gguf|truncated/);
      expect(inPlace.message).toBe(known.message);
      expect(unknown.code).toMatch(/empty-file|not-gguf|truncated/);
    }
  });
});
