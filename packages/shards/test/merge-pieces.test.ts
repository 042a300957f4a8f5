import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildGguf } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import { checkShardSet, mergeFiles, planMergeFiles } from "../src/node.ts";
import { collect, hasBytes, mergeWorld, modelOptions, namesBelow, tempDir } from "./merge-world.ts";

const WHOLE = buildGguf(modelOptions());

/** Cuts the model at places and writes the pieces. */
async function cut(names: readonly string[], at: readonly number[]): Promise<string[]> {
  const directory = await tempDir();
  const ends = [...at, WHOLE.length];
  const paths = names.map((name) => join(directory, name));
  for (const [index, path] of paths.entries())
    await writeFile(path, WHOLE.subarray(ends[index - 1] ?? 0, ends[index]));
  return paths;
}

describe("raw pieces of a file", () => {
  it.each([
    [["m.gguf.part1of3", "m.gguf.part2of3", "m.gguf.part3of3"]],
    [["m.gguf-split-a", "m.gguf-split-b", "m.gguf-split-c"]],
    [["m.gguf.part00", "m.gguf.part01", "m.gguf.part02"]],
    [["m.gguf.part-aa", "m.gguf.part-ab", "m.gguf.part-ac"]],
  ])("%s are appended in order, from any of them", async (names) => {
    // The first cut is in the middle of the header.
    const paths = await cut(names, [150, 90_001]);
    const out = join(dirname(paths[0] ?? ""), "whole.gguf");
    for (const path of paths) {
      const { result } = await collect(mergeFiles(path, out, { force: true }));
      expect(result.inputs).toEqual(paths);
      expect(await hasBytes(out, WHOLE)).toBe(true);
    }
    const { kind, whole } = await planMergeFiles(paths[1] ?? "");
    expect({ kind, whole }).toEqual({ kind: "pieces", whole: "m.gguf" });
  });

  it("can be consumed", async () => {
    const paths = await cut(["m.gguf.part1of2", "m.gguf.part2of2"], [90_001]);
    const [first = ""] = paths;
    const out = join(dirname(first), "m.gguf");
    await collect(mergeFiles(first, out, { consume: true }));
    expect(await hasBytes(out, WHOLE)).toBe(true);
    expect(await namesBelow(dirname(first))).toEqual(["m.gguf"]);
  });

  it.each<[name: string, damage: (paths: string[]) => Promise<unknown>, finding: object]>([
    [
      "a piece in the middle is missing",
      ([, second = ""]) => rm(second),
      { code: "missing-shard", shard: "m.gguf.part2of3" },
    ],
    [
      "the last piece is missing",
      ([, , third = ""]) => rm(third),
      { code: "missing-shard", shard: "m.gguf.part3of3" },
    ],
    [
      "a piece is cut short",
      ([, second = ""]) => writeFile(second, WHOLE.subarray(150, 80_000)),
      { code: "unreadable-shard", shard: "m.gguf" },
    ],
    [
      "a piece is there twice",
      ([, second = "", third = ""]) =>
        Promise.all([second, third].map((path) => writeFile(path, WHOLE.subarray(150)))),
      { code: "file-size", shard: "m.gguf", expected: WHOLE.length, got: 2 * WHOLE.length - 150 },
    ],
    [
      "a piece is a GGUF file of its own",
      ([, second = ""]) => writeFile(second, WHOLE),
      { code: "not-a-piece", shard: "m.gguf.part2of3" },
    ],
  ])("are not merged where %s", async (_, damage, finding) => {
    const paths = await cut(
      ["m.gguf.part1of3", "m.gguf.part2of3", "m.gguf.part3of3"],
      [150, 90_001],
    );
    await damage(paths);
    const [first = ""] = paths;
    const { findings } = await checkShardSet(first);
    expect(findings).toContainEqual(expect.objectContaining(finding));
    const out = join(dirname(first), "whole.gguf");
    await expect(collect(mergeFiles(first, out))).rejects.toMatchObject({
      code: "bad-set",
      findings,
    });
    expect(await namesBelow(dirname(first))).not.toContain("whole.gguf");
  });

  it("whose names tell no count are known to be incomplete by their header", async () => {
    const paths = await cut(["m.gguf-split-a", "m.gguf-split-b", "m.gguf-split-c"], [150, 90_001]);
    await rm(paths[2] ?? "");
    const { findings } = await checkShardSet(paths[0] ?? "");
    expect(findings).toMatchObject([{ code: "unreadable-shard", shard: "m.gguf" }]);
    expect(findings[0]?.got).toMatch(/data ends at byte .*; its last pieces may be missing$/);
  });

  it("are told apart from shards", async () => {
    const { first } = await mergeWorld();
    expect((await planMergeFiles(first)).kind).toBe("shards");
  });
});
