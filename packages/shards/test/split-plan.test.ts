import {
  buildGguf,
  buildGgufHeader,
  type BuildKv,
  type BuildTensor,
  sparseSource,
} from "@ggufkit/fixtures";
import { readGguf } from "@ggufkit/gguf";
import { describe, expect, it } from "vitest";
import { type NamedGguf, planSplit, ShardError, type SplitLimit } from "../src/index.ts";
import { named } from "./execute-plan.ts";

const ARCHITECTURE: BuildKv = ["general.architecture", "string", "llama"];

function bytesTensors(...sizes: number[]): BuildTensor[] {
  return sizes.map((bytes, index) => ({ name: `t${index}`, shape: [bytes], type: "I8" }));
}

function fileOf(
  tensors: readonly BuildTensor[],
  kv: readonly BuildKv[] = [ARCHITECTURE],
): Promise<NamedGguf> {
  return named("m.gguf", buildGguf({ kv, tensors }));
}

function namesIn(source: NamedGguf, limit: SplitLimit, noTensorFirstSplit = false): string[][] {
  const { shards } = planSplit(source, "m", limit, { noTensorFirstSplit });
  return shards.map(({ gguf }) => gguf.tensors.map(({ name }) => name));
}

describe("planSplit", () => {
  it("names the shards, and says of what they are", async () => {
    const source = await fileOf(bytesTensors(3, 5, 7));
    const { shards, input } = planSplit(source, "dir/m", { maxTensors: 2 });
    expect(shards.map(({ name }) => name)).toEqual([
      "dir/m-00001-of-00002.gguf",
      "dir/m-00002-of-00002.gguf",
    ]);
    expect(input).toEqual({ name: "m.gguf", bytes: source.gguf.fileSize, tensors: 3 });
  });

  it("begins a shard where the padded sizes would be more than the limit", async () => {
    const source = await fileOf(bytesTensors(64, 33, 32, 1, 1));
    expect(namesIn(source, { maxBytes: 128 })).toEqual([
      ["t0", "t1"],
      ["t2", "t3", "t4"],
    ]);
    expect(namesIn(source, { maxBytes: 127 })).toEqual([["t0"], ["t1", "t2"], ["t3", "t4"]]);
    expect(namesIn(source, { maxBytes: 96 }, true)).toEqual([
      [],
      ["t0"],
      ["t1", "t2"],
      ["t3", "t4"],
    ]);
  });

  it("pads by the file's alignment", async () => {
    const tensors = bytesTensors(1, 1, 1);
    const source = await named("m.gguf", buildGguf({ kv: [ARCHITECTURE], tensors, alignment: 64 }));
    expect(namesIn(source, { maxBytes: 128 })).toEqual([["t0", "t1"], ["t2"]]);
    const { shards } = planSplit(source, "m", { maxBytes: 128 });
    expect(shards.map(({ gguf }) => gguf.alignment)).toEqual([64, 64]);
  });

  it("marks shards that one tensor alone makes too large", async () => {
    const source = await fileOf(bytesTensors(200, 32, 300, 32, 32));
    const { shards } = planSplit(source, "m", { maxBytes: 100 });
    expect(shards.map(({ gguf, isOverLimit }) => [gguf.tensors.length, isOverLimit])).toEqual([
      [1, true],
      [1, false],
      [1, true],
      [2, false],
    ]);
    const exact = planSplit(source, "m", { maxBytes: 320 }).shards;
    expect(exact.map(({ gguf, isOverLimit }) => [gguf.tensors.length, isOverLimit])).toEqual([
      [2, false],
      [1, false],
      [2, false],
    ]);
    const byTensors = planSplit(source, "m", { maxTensors: 1 }).shards;
    expect(byTensors.some(({ isOverLimit }) => isOverLimit)).toBe(false);
  });

  it("keeps the pairs in the first shard, byte for byte, before the split keys", async () => {
    const kv: BuildKv[] = [
      ["split.count", "u16", 0],
      ["general.name", "string", Uint8Array.of(0xff)],
      ARCHITECTURE,
    ];
    const { shards } = planSplit(await fileOf(bytesTensors(1, 1), kv), "m", { maxTensors: 1 });
    const [first, second] = await Promise.all(
      shards.map(({ header, fileSize }) => readGguf(sparseSource(header, fileSize))),
    );
    const split = ["split.no", "split.tensors.count", "split.count"];
    expect([...(first?.kv.keys() ?? [])]).toEqual([
      "general.name",
      "general.architecture",
      ...split,
    ]);
    expect(first?.kv.get("general.name")).toMatchObject({ bytes: Uint8Array.of(0xff) });
    expect([...(second?.kv ?? [])]).toEqual([
      ["split.no", { type: "u16", value: 1 }],
      ["split.tensors.count", { type: "i32", value: 2 }],
      ["split.count", { type: "u16", value: 2 }],
    ]);
  });
});

describe("planSplit refuses", () => {
  async function refusal(
    source: NamedGguf,
    limit: SplitLimit,
    noTensorFirstSplit = false,
  ): Promise<unknown> {
    try {
      return planSplit(source, "m", limit, { noTensorFirstSplit });
    } catch (error) {
      expect(error).toBeInstanceOf(ShardError);
      expect((error as ShardError).path).toBe("m.gguf");
      return (error as ShardError).code;
    }
  }

  it.each([0, -1, 1.5, Number.NaN, Infinity, 2 ** 53])("a limit of %s", async (size) => {
    const source = await fileOf(bytesTensors(1));
    expect(await refusal(source, { maxBytes: size })).toBe("bad-limit");
    expect(await refusal(source, { maxTensors: size })).toBe("bad-limit");
  });

  it("neither limit, and both", async () => {
    const source = await fileOf(bytesTensors(1));
    expect(await refusal(source, {} as SplitLimit)).toBe("bad-limit");
    expect(await refusal(source, { maxBytes: 1, maxTensors: 1 })).toBe("bad-limit");
  });

  it("more shards than there are names for", async () => {
    const tensors = Array.from({ length: 65_535 }, (_, index) => `t${index}`);
    const { header, fileSize } = buildGgufHeader({
      kv: [ARCHITECTURE],
      tensors: tensors.map((name) => ({ name, shape: [1], type: "I8" })),
    });
    const source = { name: "m.gguf", gguf: await readGguf(sparseSource(header, fileSize)) };
    expect(await refusal(source, { maxTensors: 1 }, true)).toBe("too-many-shards");
    expect(planSplit(source, "m", { maxTensors: 1 }).shards).toHaveLength(65_535);
  });

  it("a shard, but not the only one of its set", async () => {
    const source = await fileOf(bytesTensors(1), [ARCHITECTURE, ["split.count", "u16", 2]]);
    expect(await refusal(source, { maxTensors: 1 })).toBe("is-shard");
    const only = await fileOf(bytesTensors(1), [ARCHITECTURE, ["split.count", "u16", 1]]);
    expect(namesIn(only, { maxTensors: 1 })).toEqual([["t0"]]);
  });

  it("tensors that overlap, or end beyond the file", async () => {
    const { name, gguf } = await fileOf(bytesTensors(40, 8));
    const tensors = gguf.tensors.map((tensor) => ({ ...tensor, offset: 0 }));
    expect(await refusal({ name, gguf: { ...gguf, tensors } }, { maxTensors: 1 })).toBe(
      "bad-tensor",
    );
    const cut = { name, gguf: { ...gguf, fileSize: gguf.dataOffset + 50 } };
    expect(await refusal(cut, { maxTensors: 1 })).toBe("bad-tensor");
  });

  it("to write padding without end", async () => {
    const tensors = bytesTensors(1, 1, 1, 1, 1);
    const { header, fileSize } = buildGgufHeader({
      kv: [ARCHITECTURE],
      tensors,
      alignment: 2 ** 28,
    });
    const source = { name: "m.gguf", gguf: await readGguf(sparseSource(header, fileSize)) };
    expect(await refusal(source, { maxTensors: 1 })).toBe("headers-too-large");
  });
});
