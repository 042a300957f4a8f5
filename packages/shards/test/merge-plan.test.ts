import {
  buildGguf,
  buildGgufHeader,
  buildGgufShards,
  type BuildOptions,
  ggufShardName,
  ggufShards,
  qwen3Moe235b,
  sparseSource,
  withTensorData,
} from "@ggufkit/fixtures";
import { type Gguf, GgufError, readGguf } from "@ggufkit/gguf";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type NamedGguf,
  planMerge,
  planSplit,
  ShardError,
  shardFindingText,
  ShardSetError,
} from "../src/index.ts";
import { executePlan, named } from "./execute-plan.ts";

const WHOLE: BuildOptions = withTensorData({
  kv: [
    ["general.architecture", "string", "llama"],
    ["nan", 6, Uint8Array.of(1, 2, 0xa0, 0x7f)], // f32, a NaN with a payload
    ["general.name", "string", "m"],
  ],
  tensors: [
    { name: "a", shape: [64], type: "F32" },
    { name: "b", shape: [16], type: "F32" },
    { name: "c", shape: [3], type: "F32" },
    { name: "d", shape: [0], type: "F32" },
    { name: "e", shape: [8], type: "F32" },
  ],
});

async function setOf(whole: BuildOptions, tensors: readonly number[]): Promise<NamedGguf[]> {
  const shards = buildGgufShards("m", { whole, tensors });
  return Promise.all(shards.map(({ name, bytes }) => named(name, bytes)));
}

describe("planMerge", () => {
  it("copies what is together in both files at once, and no padding", async () => {
    const shards = await setOf(WHOLE, [2, 3]);
    const { copies, gguf, inputs, fileSize } = planMerge(shards);
    const [first, second] = shards.map(({ gguf: { dataOffset } }) => dataOffset);
    expect(copies).toEqual([
      { file: 0, from: first, to: gguf.dataOffset, bytes: 320 },
      { file: 1, from: second, to: gguf.dataOffset + 320, bytes: 12 },
      { file: 1, from: (second ?? 0) + 32, to: gguf.dataOffset + 352, bytes: 32 },
    ]);
    expect(fileSize).toBe(gguf.dataOffset + 384);
    expect(inputs).toEqual([
      { name: "m-00001-of-00002.gguf", bytes: shards[0]?.gguf.fileSize, tensors: 2 },
      { name: "m-00002-of-00002.gguf", bytes: shards[1]?.gguf.fileSize, tensors: 3 },
    ]);
  });

  it("has the first shard's pairs in their order, byte for byte, and none of the split", async () => {
    const { kv, header } = planMerge(await setOf(WHOLE, [1, 4]));
    expect([...kv.keys()]).toEqual(["general.architecture", "nan", "general.name"]);
    expect(Buffer.compare(header, buildGguf(WHOLE).subarray(0, header.length))).toBe(0);
  });

  it("keeps llama.cpp's split keys when asked to, the count of 0 last", async () => {
    const { kv } = planMerge(await setOf(WHOLE, [1, 4]), { compat: "llama.cpp" });
    expect([...kv.keys()].slice(3)).toEqual(["split.no", "split.tensors.count", "split.count"]);
    expect(kv.get("split.count")).toEqual({ type: "u16", value: 0 });
    expect(kv.get("split.tensors.count")).toEqual({ type: "i32", value: 5 });
  });

  it("finds each shard's data by its own alignment and places it by the first one's", async () => {
    const [first = {}, second = {}] = ggufShards({ whole: WHOLE, tensors: [2, 3] });
    const alignments = [
      [4096, 8],
      [8, 4096],
      [32, 1],
    ] as const;
    for (const [one, other] of alignments) {
      const files = [
        buildGguf({ ...first, alignment: one }),
        buildGguf({ ...second, alignment: other }),
      ];
      const shards = files.map((bytes, no) => named(ggufShardName("m", no, 2), bytes));
      const merged = executePlan(planMerge(await Promise.all(shards)), files);
      expect(Buffer.compare(merged, buildGguf({ ...WHOLE, alignment: one }))).toBe(0);
    }
  });

  it("writes version 3, whatever the shards are", async () => {
    const [architecture, , name] = WHOLE.kv ?? [];
    const kv = [architecture, name].filter((pair) => pair !== undefined);
    for (const version of [1, 2] as const) {
      const whole = { ...WHOLE, kv, version };
      const files = buildGgufShards("m", { whole, tensors: [2, 3] });
      const shards = await Promise.all(files.map((file) => named(file.name, file.bytes)));
      const merged = executePlan(
        planMerge(shards),
        files.map(({ bytes }) => bytes),
      );
      expect(Buffer.compare(merged, buildGguf({ ...whole, version: 3 }))).toBe(0);
    }
  });

  it("takes a file that is no shard, and one that was merged before", async () => {
    const whole = await named("m.gguf", buildGguf(WHOLE));
    expect(planMerge([whole]).copies).toHaveLength(2);
    const shards = await setOf(WHOLE, [2, 3]);
    const { header, fileSize } = planMerge(shards, { compat: "llama.cpp" });
    const source = sparseSource(header, fileSize);
    const again = planMerge([{ name: "merged.gguf", gguf: await readGguf(source) }]);
    expect(Buffer.compare(again.header, planMerge(shards).header)).toBe(0);
  });

  it("fails with everything that is wrong, and names the shards", async () => {
    const [first, second, third] = await setOf(WHOLE, [2, 1, 2]);
    if (!first || !second || !third) throw new Error("no set");
    const swapped = [first, { ...second, gguf: third.gguf }, { ...third, gguf: second.gguf }];
    const error = errorOfMerging(swapped);
    expect(error).toBeInstanceOf(ShardSetError);
    expect(error).toBeInstanceOf(ShardError);
    expect(error).toMatchObject({ name: "ShardSetError", code: "bad-set", path: first.name });
    const { findings, message } = error as ShardSetError;
    expect(findings.map(({ shard }) => shard)).toEqual([second.name, third.name]);
    for (const finding of findings) expect(message).toContain(shardFindingText(finding));
    expect(() => planMerge([first, third])).toThrow("m-00002-of-00003.gguf is missing");
    expect(() => planMerge([])).toThrow(ShardSetError);
  });

  it("tells the first of very many findings", async () => {
    const [first] = await setOf(WHOLE, [5]);
    const name = ggufShardName("m", 0, 65_535);
    const error = errorOfMerging([{ name, gguf: first?.gguf as Gguf }]);
    expect((error as ShardSetError).findings.length).toBeGreaterThan(65_000);
    expect((error as ShardSetError).message.length).toBeLessThan(1000);
  });
});

describe("a set of five shards of 50 GB, of a mixture of experts with 94 layers", () => {
  // In Q8_0 it takes 250 GB.
  const model = qwen3Moe235b();
  const tensors = model.tensors?.map((tensor) =>
    tensor.shape.length > 1 ? { ...tensor, type: "Q8_0" as const } : tensor,
  );
  const whole: BuildOptions = { ...model, tensors: tensors ?? [] };
  const count = 1131;

  async function headerOf(name: string, options: BuildOptions): Promise<NamedGguf> {
    const { header, fileSize } = buildGgufHeader(options);
    return { name, gguf: await readGguf(sparseSource(header, fileSize), { file: name }) };
  }

  it("is split by size, and merged from one range a shard", async () => {
    const source = await headerOf("whole.gguf", whole);
    expect(source.gguf.tensors).toHaveLength(count);
    const split = planSplit(source, "m", { maxBytes: 51e9 });
    const counts = split.shards.map(({ gguf }) => gguf.tensors.length);
    expect(counts).toHaveLength(5);
    expect(counts.reduce((sum, one) => sum + one)).toBe(count);
    for (const { copies, fileSize } of split.shards) {
      expect(copies).toHaveLength(1);
      expect(fileSize).toBeGreaterThan(45e9);
    }

    const options = ggufShards({ whole, tensors: counts });
    const names = options.map((_, splitNo) => ggufShardName("m", splitNo, 5));
    const shards = await Promise.all(
      options.map((shard, splitNo) => headerOf(names[splitNo] ?? "", shard)),
    );
    for (const [splitNo, { gguf }] of shards.entries()) {
      const planned = split.shards[splitNo];
      expect(planned?.fileSize).toBe(gguf.fileSize);
      expect(isPaddedTo(gguf.raw.bytes, planned?.header)).toBe(true);
    }
    const plan = planMerge(shards);
    expect(plan.fileSize).toBe(source.gguf.fileSize);
    expect(isPaddedTo(source.gguf.raw.bytes, plan.header)).toBe(true);
    let to = plan.gguf.dataOffset;
    const wanted = shards.map(({ gguf }, file) => {
      const bytes = (gguf.fileSize ?? 0) - gguf.dataOffset;
      to += bytes;
      return { file, from: gguf.dataOffset, to: to - bytes, bytes };
    });
    expect(plan.copies).toEqual(wanted);
    expect(to).toBe(plan.fileSize);
  });
});

describe("headers that lie", () => {
  const anyPlace = fc.oneof(fc.nat(2000), fc.constantFrom(32, 2 ** 31, 2 ** 53 - 1));
  const lies = fc.record({
    splitNo: fc.nat(1),
    tensor: fc.nat(2),
    offset: fc.option(anyPlace, { nil: undefined }),
    dataOffset: fc.option(anyPlace, { nil: undefined }),
    fileSize: fc.option(anyPlace, { nil: undefined }),
  });

  it("are refused, or only bytes that are there are copied, once each", async () => {
    const shards = await setOf(WHOLE, [2, 3]);
    fc.assert(
      fc.property(lies, ({ splitNo, tensor, ...lie }) => {
        const lying = shards.map(({ name, gguf }, no): NamedGguf => {
          if (no !== splitNo) return { name, gguf };
          const tensors = gguf.tensors.map((info, at) =>
            at === tensor ? { ...info, offset: lie.offset ?? info.offset } : info,
          );
          const { dataOffset = gguf.dataOffset, fileSize = gguf.fileSize } = lie;
          return { name, gguf: { ...gguf, tensors, dataOffset, fileSize } };
        });
        const error = errorOfMerging(lying);
        if (error !== undefined) {
          expect(error).toBeInstanceOf(ShardSetError);
          return;
        }
        const { copies, fileSize } = planMerge(lying);
        let end = 0;
        for (const { file, from, to, bytes } of copies) {
          expect(from + bytes).toBeLessThanOrEqual(lying[file]?.gguf.fileSize ?? 0);
          expect(to).toBeGreaterThanOrEqual(end);
          end = to + bytes;
        }
        expect(end).toBeLessThanOrEqual(fileSize);
      }),
    );
  });

  it("claim more than there can be", async () => {
    const huge = [0, 1, 2].map((no) => ({ name: `t${no}`, shape: [2 ** 52], type: "I8" as const }));
    const set = ggufShards({ whole: { ...WHOLE, tensors: huge }, tensors: [1, 1, 1] });
    const shards = set.map(async (options, splitNo) => ({
      name: ggufShardName("m", splitNo, 3),
      gguf: await readGguf(sparseSource(buildGgufHeader(options).header)),
    }));
    const error = errorOfMerging(await Promise.all(shards));
    expect(error).toBeInstanceOf(GgufError);
    expect(error).toMatchObject({ code: "tensor-too-large" });
  });

  it("have tensors whose names are no UTF-8, which would not be the same names", async () => {
    const bad = { name: Uint8Array.of(0x61, 0xff), shape: [2], type: "F32" as const };
    const shards = await setOf({ ...WHOLE, tensors: [...(WHOLE.tensors ?? []), bad] }, [3, 3]);
    expect(() => planMerge(shards)).toThrow(
      /m-00002-of-00002\.gguf: tensor "a.": the name is no UTF-8/,
    );
  });
});

/** What planning fails with; undefined where it does not. */
function errorOfMerging(shards: readonly NamedGguf[]): unknown {
  try {
    planMerge(shards);
    return undefined;
  } catch (error) {
    return error;
  }
}

function isPaddedTo(bytes: Uint8Array, padded: Uint8Array = new Uint8Array(0)): boolean {
  const start = padded.subarray(0, bytes.length);
  return Buffer.compare(start, bytes) === 0 && padded.subarray(bytes.length).every((b) => b === 0);
}
