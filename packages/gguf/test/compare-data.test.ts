import { buildGguf, sparseSource, type BuildOptions } from "@ggufkit/fixtures";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  bytesSource,
  compareTensorData,
  readGguf,
  type ByteSource,
  type ComparedFile,
  type CompareProgress,
  type TensorDataComparison,
} from "../src/index.ts";
import { firstDifference } from "../src/compare/first-difference.ts";
import { ggufErrorOf } from "./read.ts";

const CHUNK = 2 ** 20;

async function file(
  options: BuildOptions,
  source?: (bytes: Uint8Array) => ByteSource,
): Promise<ComparedFile> {
  const bytes = buildGguf(options);
  const gguf = await readGguf(bytesSource(bytes));
  return { gguf, source: source ? source(bytes) : bytesSource(bytes), file: "x.gguf" };
}

async function compare(
  a: readonly ComparedFile[],
  b: readonly ComparedFile[],
  signal?: AbortSignal,
): Promise<TensorDataComparison & { steps: CompareProgress[] }> {
  const work = compareTensorData(a, b, { signal });
  const steps: CompareProgress[] = [];
  for (;;) {
    const { done, value } = await work.next();
    if (done) return { ...value, steps };
    steps.push(value);
  }
}

/** Bytes that differ from place to place. */
const pattern = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) % 251);

function changedAt(data: Uint8Array, place: number): Uint8Array {
  const changed = data.slice();
  changed[place] = (changed[place] ?? 0) ^ 1;
  return changed;
}

const DATA = pattern(2 * CHUNK + 1001);
const model = (data: Uint8Array, more: BuildOptions = {}): BuildOptions => ({
  ...more,
  tensors: [
    { name: "empty", shape: [0], type: "F32" },
    { name: "small", shape: [7], type: "I8", data: pattern(7) },
    { name: "large", shape: [data.length], type: "I8", data },
  ],
});

describe("compareTensorData", () => {
  it("finds equal data equal, wherever they stand in their files", async () => {
    const a = await file(model(DATA));
    const b = await file(model(DATA, { kv: [["general.name", "string", "x"]], alignment: 1 }));
    const result = await compare([a], [b]);
    expect(result).toMatchObject({
      identical: true,
      compared: 3,
      different: [],
      incomparable: [],
    });
    expect(result.steps[0]).toMatchObject({ done: 0, total: DATA.length + 7 });
    expect(result.steps.at(-1)).toMatchObject({ tensor: "large", done: DATA.length + 7 });
  });

  it.each([0, 5, CHUNK - 1, CHUNK, DATA.length - 1])(
    "finds a difference at byte %i",
    async (at) => {
      const a = await file(model(DATA));
      const b = await file(model(changedAt(DATA, at)));
      const result = await compare([a], [b]);
      expect(result.identical).toBe(false);
      expect(result.different).toEqual([{ tensor: "large", firstByte: at }]);
    },
  );

  it("compares sets with what they were merged to, tensor by tensor", async () => {
    const { tensors = [] } = model(DATA);
    const whole = [await file({ tensors })];
    const shards = [
      await file({ tensors: tensors.slice(2) }),
      await file({ tensors: tensors.slice(0, 2) }),
    ];
    expect(await compare(whole, shards)).toMatchObject({ identical: true, compared: 3 });
    expect(await compare(shards, whole)).toMatchObject({ identical: true, compared: 3 });
  });

  it("leaves out what has another shape or type, or is in one model only", async () => {
    const a = await file({
      tensors: [
        { name: "shape", shape: [4, 2], type: "F32" },
        { name: "type", shape: [4], type: "F32" },
        { name: "gone", shape: [4], type: "F32" },
      ],
    });
    const b = await file({
      tensors: [
        { name: "shape", shape: [8], type: "F32" },
        { name: "type", shape: [4], type: "I32" },
      ],
    });
    expect(await compare([a], [b])).toMatchObject({ identical: true, compared: 0 });
  });

  it("says that other byte orders cannot be compared", async () => {
    const a = await file(model(DATA));
    const b = await file(model(DATA, { byteOrder: "big" }));
    expect(await compare([a], [b])).toMatchObject({
      identical: false,
      compared: 0,
      different: [],
      incomparable: ["empty", "small", "large"],
    });
  });

  it("fails where a file ends before its data do", async () => {
    const a = await file(model(DATA));
    const cut = await file(model(DATA), (bytes) => sparseSource(bytes.subarray(0, -500)));
    expect(await ggufErrorOf(compare([a], [cut]))).toMatchObject({
      code: "truncated",
      tensor: "large",
      file: "x.gguf",
    });
  });

  it("reads in pieces and stops when told to", async () => {
    const lengths: number[] = [];
    const controller = new AbortController();
    const a = await file(model(DATA), (bytes) => ({
      byteLength: bytes.length,
      async readInto(target, start) {
        lengths.push(target.length);
        target.set(bytes.subarray(start, start + target.length));
        return target.length;
      },
      read: () => Promise.reject(new Error("not used")),
    }));
    await compare([a], [a]);
    expect(Math.max(...lengths)).toBe(CHUNK);
    const work = compareTensorData([a], [a], { signal: controller.signal });
    await work.next();
    controller.abort(new Error("enough"));
    await expect(work.next().then(() => work.next())).rejects.toThrow("enough");
  });
});

describe("firstDifference", () => {
  it("is the first place of two runs of any alignment that differs", () => {
    const bytes = fc.uint8Array({ maxLength: 40, max: 2 });
    fc.assert(
      fc.property(bytes, bytes, fc.nat(3), fc.nat(3), (a, b, shiftA, shiftB) => {
        const shifted = (run: Uint8Array, shift: number): Uint8Array => {
          const room = new Uint8Array(run.length + shift);
          room.set(run, shift);
          return room.subarray(shift);
        };
        const expected = Array.from({ length: Math.max(a.length, b.length) }).findIndex(
          (_, index) => a[index] !== b[index],
        );
        const got = firstDifference(shifted(a, shiftA), shifted(b, shiftB));
        expect(got).toBe(expected === -1 ? undefined : expected);
      }),
    );
  });
});
