import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { completeShardSet, formatShardName } from "../src/index.ts";

describe("completeShardSet", () => {
  it("finds the whole set from any shard, and exactly what is missing", () => {
    const set = fc.integer({ min: 1, max: 40 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        any: fc.nat({ max: count - 1 }),
        there: fc.subarray(Array.from({ length: count }, (_, splitNo) => splitNo)),
        prefix: fc.constantFrom("m", "dir/m", "m-00001-of-00002"),
      }),
    );
    fc.assert(
      fc.property(set, ({ count, any, there, prefix }) => {
        const name = (splitNo: number): string => formatShardName(prefix, splitNo, count);
        const present = ["README.md", formatShardName("other", 0, count), ...there.map(name)];
        const { names, missing } = completeShardSet(name(any), present);
        expect(names).toEqual(Array.from({ length: count }, (_, splitNo) => name(splitNo)));
        expect(missing).toEqual(names.filter((_, splitNo) => !there.includes(splitNo)));
      }),
    );
  });

  it("takes a file that is no shard for a set of one", () => {
    expect(completeShardSet("m.gguf", ["m.gguf"])).toEqual({ names: ["m.gguf"], missing: [] });
    expect(completeShardSet("m.gguf", [])).toEqual({ names: ["m.gguf"], missing: ["m.gguf"] });
    const impossible = "m-00003-of-00002.gguf";
    expect(completeShardSet(impossible, []).names).toEqual([impossible]);
  });
});
