import {
  buildGguf,
  type BuildKv,
  type BuildOptions,
  countingSource,
  GGUF_TENSOR_TYPES,
  type GgufTensorName,
  sparseSource,
} from "@ggufkit/fixtures";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  bytesSource,
  copyTensorData,
  DEFAULT_LIMITS,
  type Gguf,
  type GgufPlan,
  ggufValue,
  type NewGguf,
  planGguf,
  readGguf,
  type TensorData,
  writeGguf,
} from "../src/index.ts";
import { ggufErrorOf } from "./read.ts";
import { anyKv, anyTensors, contentOf } from "./write-arbitrary.ts";

/** The whole file in one piece. */
async function written(
  plan: GgufPlan,
  dataOf: (tensor: { name: string; bytes: number }) => TensorData,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeGguf(plan, dataOf)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Data that differs from tensor to tensor and from padding. */
function someData({ name, bytes }: { name: string; bytes: number }): Uint8Array {
  return new Uint8Array(bytes).fill(1 + (name.length % 200));
}

const codeOf = (parts: NewGguf): Promise<string> =>
  ggufErrorOf(Promise.resolve(parts).then(planGguf)).then(({ code }) => code);

describe("what is written", () => {
  const layout = {
    version: fc.constantFrom(2 as const, 3 as const),
    byteOrder: fc.constantFrom("little" as const, "big" as const),
    alignment: fc.constantFrom(undefined, 1, 8, 32, 64, 4096),
  };

  it("is what is read, and the same bytes when it is written again", async () => {
    const parts = fc.record({ ...layout, kv: anyKv, tensors: anyTensors });
    await fc.assert(
      fc.asyncProperty(parts, async (given) => {
        const plan = planGguf(given);
        const file = await written(plan, someData);
        expect(file).toHaveLength(plan.fileSize);
        const gguf = await readGguf(bytesSource(file));
        expect(gguf).toMatchObject({
          version: given.version,
          byteOrder: given.byteOrder,
          alignment: given.alignment ?? 32,
          dataOffset: plan.dataOffset,
          headerBytes: plan.headerBytes,
        });
        const kv = [...gguf.kv].filter(([key]) => key !== "general.alignment");
        expect(kv.map(([key, value]) => [key, contentOf(value)])).toEqual(
          given.kv.map(([key, value]) => [key, contentOf(value)]),
        );
        expect(gguf.tensors.map(({ name, type, shape }) => ({ name, type, shape }))).toEqual(
          given.tensors,
        );
        const { version, byteOrder } = given;
        const again = planGguf({ kv: gguf.kv, tensors: gguf.tensors, version, byteOrder });
        const source = bytesSource(file);
        expect(await written(again, copyTensorData(gguf, source))).toEqual(file);
      }),
    );
  });

  it("holds the same when it was read in the other byte order", async () => {
    await fc.assert(
      fc.asyncProperty(anyKv, async (kv) => {
        const big = await readGguf(bytesSource(planGguf({ kv, byteOrder: "big" }).header));
        const { header } = planGguf({ kv: big.kv, byteOrder: "little" });
        expect(header).toEqual(planGguf({ kv, byteOrder: "little" }).header);
      }),
    );
  });
});

describe("a file of another writer", () => {
  const kv: BuildKv[] = [
    ["general.architecture", "string", "llama"],
    ["bytes", "string", Uint8Array.of(0xff, 0x00, 0xef, 0xbb, 0xbf)],
    ["tokens", "string[]", ["a", Uint8Array.of(0xef, 0xbb, 0xbf), Uint8Array.of(0xc0), "\0", ""]],
    ["scores", "f32[]", [1.5, -0, Number.NaN]],
    ["large", "u64[]", [2n ** 64n - 1n]],
    ["none", "string[]", []],
    ["truth", 7, Uint8Array.of(9)],
    ["nan", 6, Uint8Array.of(1, 2, 0x80, 0xff)],
    [Uint8Array.of(0x6b, 0xff), "i8", -1],
  ];
  const tensors = (Object.keys(GGUF_TENSOR_TYPES) as GgufTensorName[]).map((type, index) => ({
    name: `t.${type}`,
    type,
    shape: [GGUF_TENSOR_TYPES[type][1] * 3, index % 3],
    fill: index + 1,
  }));
  const files: BuildOptions[] = ([2, 3] as const).flatMap((version) =>
    (["little", "big"] as const).flatMap((byteOrder) =>
      [1, 8, 32, 64, 4096].map((alignment) => ({ version, byteOrder, alignment, kv, tensors })),
    ),
  );

  it.each(files)("is copied byte for byte: v$version, $byteOrder, $alignment", async (options) => {
    const file = buildGguf(options);
    const original = await readGguf(bytesSource(file));
    const { version, byteOrder } = options as { version: 2 | 3; byteOrder: "little" | "big" };
    const plan = planGguf({
      kv: original.kv,
      tensors: original.tensors,
      version,
      byteOrder,
      original,
    });
    const copy = await written(plan, copyTensorData(original, bytesSource(file)));
    expect(Buffer.compare(copy, file)).toBe(0);
  });

  it("of version 1 becomes one of version 3", async () => {
    const source = bytesSource(buildGguf({ version: 1, kv: kv.slice(0, 6), tensors }));
    const original = await readGguf(source);
    const plan = planGguf({ kv: original.kv, tensors: original.tensors, original });
    const copy = await written(plan, copyTensorData(original, source));
    expect(copy).toEqual(Buffer.from(buildGguf({ kv: kv.slice(0, 6), tensors })));
  });
});

describe("planGguf", () => {
  it("writes general.alignment where it is not said, or not so", async () => {
    const alignmentIn = async (parts: NewGguf): Promise<[number, string[]]> => {
      const gguf = await readGguf(bytesSource(planGguf(parts).header));
      return [gguf.alignment, [...gguf.kv.keys()]];
    };
    const name = ["name", ggufValue("string", "x")] as const;
    const said = ["general.alignment", ggufValue("u32", 128)] as const;
    expect(await alignmentIn({ kv: [name], alignment: 64 })).toEqual([
      64,
      ["name", "general.alignment"],
    ]);
    expect(await alignmentIn({ kv: [name], alignment: 32 })).toEqual([32, ["name"]]);
    expect(await alignmentIn({ kv: [said, name] })).toEqual([128, ["general.alignment", "name"]]);
    expect(await alignmentIn({ kv: [said, name], alignment: 32 })).toEqual([
      32,
      ["general.alignment", "name"],
    ]);
  });

  it("refuses what no reader reads", async () => {
    const one = ggufValue("u8", 1);
    const tensor = (change: object): NewGguf => ({
      tensors: [{ name: "t", type: "F32", shape: [4], ...change }],
    });
    const kv = (key: string, value = one): NewGguf => ({ kv: [[key, value]] });
    const codes = {
      "empty-key": kv(""),
      "duplicate-key": {
        kv: [
          ["a", one],
          ["a", one],
        ],
      },
      "bad-kv-count": {
        kv: Array.from({ length: DEFAULT_LIMITS.maxKvPairs + 1 }, (_, i) => [`${i}`, one]),
      },
      "bad-alignment": { alignment: 48 },
      "tensor-name-too-long": tensor({ name: "é".repeat(32) }),
      "too-many-dimensions": tensor({ shape: [1, 1, 1, 1, 1] }),
      "bad-dimension": tensor({ shape: [-1] }),
      "too-many-elements": tensor({ shape: [2 ** 40, 2 ** 40] }),
      "bad-tensor-type": tensor({ type: "Q4_2" }),
      "bad-row-length": tensor({ type: "Q8_0", shape: [33] }),
      "tensor-too-large": tensor({ shape: [2 ** 52] }),
      "duplicate-tensor": {
        tensors: [...(tensor({}).tensors ?? []), ...(tensor({}).tensors ?? [])],
      },
      "header-too-large": { alignment: 2 ** 31 },
      "unsupported-version": { version: 1 } as unknown as NewGguf,
    } satisfies Record<string, NewGguf>;
    for (const [code, parts] of Object.entries(codes)) expect(await codeOf(parts)).toBe(code);
    expect(await codeOf(kv("general.alignment", ggufValue("u16", 32)))).toBe("bad-alignment");
    expect(await codeOf(kv("general.alignment", ggufValue("u32", 0)))).toBe("bad-alignment");
    expect(await codeOf({ alignment: 0 })).toBe("bad-alignment");
  });

  it("refuses a value that was put together with what its type cannot hold", async () => {
    const error = await ggufErrorOf(
      Promise.resolve([["n", { type: "u8", value: 300 }]] as const).then((kv) => planGguf({ kv })),
    );
    expect(error).toMatchObject({ code: "bad-value", key: "n", got: "300" });
  });
});

describe("writeGguf", () => {
  const plan = planGguf({ tensors: [{ name: "t", type: "F32", shape: [10] }] });

  it("takes data in memory, as it comes, and as a range of a source", async () => {
    const data = new Uint8Array(40).map((_, index) => index + 1);
    async function* inParts(): AsyncGenerator<Uint8Array> {
      yield data.subarray(0, 7);
      yield new Uint8Array(0);
      yield data.subarray(7);
    }
    const source = bytesSource(Buffer.concat([Buffer.from("123"), data, Buffer.from("4")]));
    const whole = await written(plan, () => data);
    expect(whole.subarray(plan.dataOffset)).toEqual(Buffer.concat([data, Buffer.alloc(24)]));
    expect(await written(plan, inParts)).toEqual(whole);
    expect(await written(plan, () => ({ source, start: 3, end: 43 }))).toEqual(whole);
  });

  it("refuses data that is too short or too long, before it passes on too much", async () => {
    const source = bytesSource(new Uint8Array(30));
    const wrong: TensorData[] = [
      new Uint8Array(39),
      new Uint8Array(41),
      { source, start: 0, end: 40 },
      { source, start: 0, end: 30 },
    ];
    for (const data of wrong) {
      const error = await ggufErrorOf(written(plan, () => data));
      expect(error).toMatchObject({ code: "wrong-data-length", tensor: "t", expected: 40 });
    }
    const unknown = copyTensorData({ tensors: [], dataOffset: 0 }, source);
    expect(await ggufErrorOf(written(plan, unknown))).toMatchObject({ code: "no-such-tensor" });
  });

  it("copies a large tensor in pieces of 4 MiB, and ends when it is aborted", async () => {
    const size = 10 * 2 ** 20;
    const large = planGguf({ tensors: [{ name: "t", type: "I8", shape: [size] }] });
    const source = countingSource(sparseSource(new Uint8Array(0), size));
    const controller = new AbortController();
    const { signal } = controller;
    const lengths: number[] = [];
    const copying = async (): Promise<void> => {
      const dataOf = (): TensorData => ({ source, start: 0, end: size });
      for await (const { length } of writeGguf(large, dataOf, { signal })) {
        lengths.push(length);
        if (lengths.length === 3) controller.abort(new Error("enough"));
      }
    };
    await expect(copying()).rejects.toThrow("enough");
    expect(lengths).toEqual([large.dataOffset, 2 ** 22, 2 ** 22]);
    expect(Math.max(...source.reads.map(({ start, end }) => end - start))).toBe(2 ** 22);
  });
});

describe("an array of many strings", () => {
  it("is copied without looking at one", async () => {
    const tokens = Array.from({ length: 200_000 }, (_, index) => `token ${index}`);
    const gguf: Gguf = await readGguf(bytesSource(buildGguf({ kv: [["t", "string[]", tokens]] })));
    const value = gguf.kv.get("t");
    if (value?.type !== "array" || value.elementType !== "string") throw new Error("no strings");
    const decodes = (): never => {
      throw new Error("decoded");
    };
    const opaque = Object.assign(value, {
      [Symbol.iterator]: decodes,
      toArray: decodes,
      rawElements: decodes,
    });
    expect(planGguf({ kv: [["t", opaque]] }).headerBytes).toBe(gguf.headerBytes);
  });
});
