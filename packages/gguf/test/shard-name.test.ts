import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatShardName, GgufError, parseShardName, shardSetNames } from "../src/index.ts";

describe("shard names", () => {
  it("count from 1 where splitNo counts from 0, and keep the directory", () => {
    expect(parseShardName("Q4_K_M/Qwen3-235B-A22B-Q4_K_M-00001-of-00005.gguf")).toEqual({
      prefix: "Q4_K_M/Qwen3-235B-A22B-Q4_K_M",
      splitNo: 0,
      splitCount: 5,
    });
    expect(formatShardName("dir/m", 4, 5)).toBe("dir/m-00005-of-00005.gguf");
  });

  it.each([
    "m.gguf",
    "m-00000-of-00005.gguf",
    "m-00006-of-00005.gguf",
    "m-00000-of-00000.gguf",
    "m-1-of-5.gguf",
    "m-00001-of-00005.gguf.part1of2",
    "m-000001-of-000005.gguf",
    "m-00001-of-99999.gguf",
  ])("are not made of %s", (name) => {
    expect(parseShardName(name)).toBeUndefined();
    expect(shardSetNames(name)).toEqual([name]);
  });

  it("name the whole set from any member", () => {
    const names = ["a-00001-of-00003.gguf", "a-00002-of-00003.gguf", "a-00003-of-00003.gguf"];
    for (const name of names) expect(shardSetNames(name)).toEqual(names);
    expect(shardSetNames("a-00001-of-00001.gguf")).toEqual(["a-00001-of-00001.gguf"]);
  });

  it("come back from what they were formatted from", () => {
    const sets = fc.integer({ min: 1, max: 65_535 }).chain((splitCount) =>
      fc.record({
        prefix: fc.string({ unit: "grapheme" }),
        splitNo: fc.nat(splitCount - 1),
        splitCount: fc.constant(splitCount),
      }),
    );
    fc.assert(
      fc.property(sets, (shard) => {
        const name = formatShardName(shard.prefix, shard.splitNo, shard.splitCount);
        expect(parseShardName(name)).toEqual(shard);
      }),
    );
  });

  it.each([
    [5, 5],
    [-1, 5],
    [0, 0],
    [0.5, 2],
    [0, 70_000],
  ])("cannot be made for shard %d of %d", (splitNo, splitCount) => {
    expect(() => formatShardName("m", splitNo, splitCount)).toThrow(GgufError);
  });
});
