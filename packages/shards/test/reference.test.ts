import {
  buildGguf,
  type BuiltShard,
  ggufMergeCases,
  ggufSplitCases,
  type GgufSplitCase,
} from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import { planMerge, planSplit, ShardSetError } from "../src/index.ts";
import { executePlan, named, tensorsOf } from "./execute-plan.ts";
import { type Digest, digestOf, TABLE } from "./reference-table.ts";

/** Cases of which llama-gguf-split makes a wrong file or none; see its table for what. */
const SPLIT_FAULTS: ReadonlySet<string> = new Set([
  "empty-rows",
  "alignment-8",
  "alignment-64",
  "alignment-4096",
  "nul-in-strings",
  "odd-booleans",
  "over-limit-first",
  "no-tensor-first-over-limit",
  "no-tensor-first-of-none",
]);
const MERGE_FAULTS: ReadonlySet<string> = new Set([
  "alignment-64-shards",
  "cut-short",
  "wrong-total",
  "big-endian",
]);
/** Files that are not written by the rules of shards: split and merged they are other files. */
const NOT_BY_THE_RULES: ReadonlySet<string> = new Set([
  "trailing-ones",
  "version-2",
  "unpadded-end",
  "trailing-bytes",
  "merged-before",
  "only-shard",
]);

const splits = new Map(ggufSplitCases().map((one) => [one.name, one]));
const merges = new Map(ggufMergeCases().map(({ name, shards }) => [name, shards]));

async function split(one: GgufSplitCase | undefined): Promise<BuiltShard[]> {
  if (one === undefined) throw new Error("no such case");
  const { name, whole, limit, noTensorFirstSplit = false } = one;
  const bytes = buildGguf(whole);
  const most = "maxTensors" in limit ? limit : { maxBytes: limit.maxMegabytes * 1e6 };
  const plan = planSplit(await named("whole.gguf", bytes), name, most, { noTensorFirstSplit });
  return plan.shards.map((shard) => ({ name: shard.name, bytes: executePlan(shard, [bytes]) }));
}

async function merge(
  shards: readonly BuiltShard[] = [],
  compat?: "llama.cpp",
): Promise<Uint8Array> {
  const headers = await Promise.all(shards.map(({ name, bytes }) => named(name, bytes)));
  const plan = planMerge(headers, { compat });
  return executePlan(
    plan,
    shards.map(({ bytes }) => bytes),
  );
}

/** Name and hash of all tensors of a file, or of a set together. */
async function dataOf(files: readonly BuiltShard[]): Promise<[name: string, data: Digest][]> {
  const all = files.map(async ({ name, bytes }) => [
    ...tensorsOf((await named(name, bytes)).gguf, bytes),
  ]);
  return (await Promise.all(all)).flat().map(([name, data]) => [name, digestOf(data)]);
}

describe("where llama-gguf-split is right, bytes are the same", () => {
  it.each([...splits.keys()].filter((name) => !SPLIT_FAULTS.has(name)))(
    "split: %s",
    async (name) => {
      const expected = TABLE.splits[name];
      const shards = await split(splits.get(name));
      expect(shards.map((shard) => ({ name: shard.name, ...digestOf(shard.bytes) }))).toEqual(
        expected?.files,
      );
      expect(digestOf(await merge(shards, "llama.cpp"))).toEqual(expected?.merged);
    },
  );

  it.each([...merges.keys()].filter((name) => !MERGE_FAULTS.has(name)))(
    "merge: %s",
    async (name) => {
      expect(digestOf(await merge(merges.get(name), "llama.cpp"))).toEqual(TABLE.merges[name]);
    },
  );
});

describe("split and merged again", () => {
  it.each([...splits.values()])("$name is what it was", async (one) => {
    const whole = buildGguf(one.whole);
    const shards = await split(one);
    const merged = await merge(shards);
    const original = await dataOf([{ name: "whole.gguf", bytes: whole }]);
    expect(await dataOf(shards)).toEqual(original);
    expect(await dataOf([{ name: "merged.gguf", bytes: merged }])).toEqual(original);
    expect(Buffer.compare(merged, whole) === 0).toBe(!NOT_BY_THE_RULES.has(one.name));
  });
});

describe("where llama-gguf-split is wrong, we are not", () => {
  it.each(["alignment-8", "alignment-64", "alignment-4096"])(
    "%s: it pads to 32 and then cannot read what it wrote",
    async (name) => {
      expect(TABLE.splits[name]?.files?.[0]).toMatchObject({ isUnreadable: true });
      const alignment = splits.get(name)?.whole.alignment;
      for (const shard of await split(splits.get(name)))
        expect((await named(shard.name, shard.bytes)).gguf.alignment).toBe(alignment);
    },
  );

  it("empty-rows: it drops a 0 of a shape, and then makes data up", async () => {
    const shards = await split(splits.get("empty-rows"));
    const [first] = TABLE.splits["empty-rows"]?.files ?? [];
    expect(first).not.toMatchObject(digestOf(shards[0]?.bytes ?? new Uint8Array(0)));
    const { gguf } = await named("merged.gguf", await merge(shards, "llama.cpp"));
    expect(gguf.tensors.map(({ shape }) => shape)).toEqual([[5], [4, 0], [7]]);
  });

  it("nul-in-strings: it cuts strings at a NUL", async () => {
    const merged = await merge(await split(splits.get("nul-in-strings")), "llama.cpp");
    expect(digestOf(merged)).not.toEqual(TABLE.splits["nul-in-strings"]?.merged);
    const { gguf } = await named("merged.gguf", merged);
    expect(gguf.kv.get("general.name")).toMatchObject({ value: "a\0b" });
    expect([...(gguf.kv.get("list") as Iterable<string>)]).toEqual(["\0", "c\0d"]);
  });

  it("odd-booleans: it writes 1 where another true byte stood", async () => {
    const [first] = await split(splits.get("odd-booleans"));
    if (first === undefined) throw new Error("no shard");
    const { gguf } = await named(first.name, first.bytes);
    const bytes = first.bytes.slice();
    const [, two = 0] = gguf.raw.kv.get("two") ?? [];
    const [, list = 0] = gguf.raw.kv.get("list") ?? [];
    expect([bytes[two - 1], ...bytes.subarray(list - 2, list)]).toEqual([2, 255, 0]);
    bytes[two - 1] = 1;
    bytes[list - 2] = 1;
    expect({ name: first.name, ...digestOf(bytes) }).toEqual(
      TABLE.splits["odd-booleans"]?.files?.[0],
    );
  });

  it.each(["over-limit-first", "no-tensor-first-over-limit"])(
    "%s: it gives up where a large tensor comes first",
    async (name) => {
      expect(TABLE.splits[name]?.files).toBeNull();
      const headers = (await split(splits.get(name))).map((shard) =>
        named(shard.name, shard.bytes),
      );
      const tensors = (await Promise.all(headers)).map(({ gguf }) => gguf.tensors.length);
      expect(tensors).toEqual(name === "over-limit-first" ? [1, 2] : [0, 1, 1]);
    },
  );

  it("no-tensor-first-of-none: it writes an empty shard that nobody asked for", async () => {
    expect(TABLE.splits["no-tensor-first-of-none"]?.files).toHaveLength(2);
    expect(await split(splits.get("no-tensor-first-of-none"))).toHaveLength(1);
  });

  it("alignment-64-shards: it cannot read what it merged", async () => {
    const shards = merges.get("alignment-64-shards") ?? [];
    expect(TABLE.merges["alignment-64-shards"]).toMatchObject({ isUnreadable: true });
    const merged = await merge(shards, "llama.cpp");
    expect((await named("merged.gguf", merged)).gguf.alignment).toBe(64);
    expect(await dataOf([{ name: "merged.gguf", bytes: merged }])).toEqual(await dataOf(shards));
  });

  it("cut-short: it merges a shard that is cut short to a file of the right size", async () => {
    const whole = TABLE.merges["gguf-py-order"]?.bytes;
    expect(TABLE.merges["cut-short"]?.bytes).toBe(whole);
    await expect(merge(merges.get("cut-short"))).rejects.toThrow(
      /cut-short-00002-of-00003\.gguf: tensor "bytes": its data ends at byte/,
    );
  });

  it("wrong-total: it merges sets that say that there are other tensors", async () => {
    expect(TABLE.merges["wrong-total"]).not.toBeNull();
    await expect(merge(merges.get("wrong-total"))).rejects.toThrow(ShardSetError);
  });

  it("big-endian: it reads files of the machine's byte order alone", async () => {
    expect(TABLE.merges["big-endian"]).toBeNull();
    const shards = merges.get("big-endian") ?? [];
    const merged = await merge(shards);
    expect((await named("merged.gguf", merged)).gguf.byteOrder).toBe("big");
    expect(await dataOf([{ name: "merged.gguf", bytes: merged }])).toEqual(await dataOf(shards));
  });
});
