import { mkdtemp, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildGguf, type BuildKv } from "@ggufkit/fixtures";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ShardError } from "../src/index.ts";
import { checkShardSet, findShardSet } from "../src/node.ts";

interface Shard {
  no?: number;
  count?: number;
  tensorsCount?: number;
  architecture?: string | null;
  more?: BuildKv[];
}

const NAMES = ["m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"] as const;
let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-shards-"));
});
afterEach(() => rm(directory, { recursive: true }));

/** A set of three shards with two tensors each, as llama-gguf-split writes it but for `shards`. */
async function writeSet(shards: Partial<Record<0 | 1 | 2, Shard>> = {}): Promise<string> {
  for (const splitNo of [0, 1, 2] as const) {
    const {
      no = splitNo,
      count = 3,
      tensorsCount = 6,
      architecture,
      more = [],
    } = shards[splitNo] ?? {};
    const own = architecture === undefined && splitNo === 0 ? "llama" : architecture;
    const kv: BuildKv[] = [
      ...(own ? [["general.architecture", "string", own] as const] : []),
      ["split.no", "u16", no],
      ["split.count", "u16", count],
      ["split.tensors.count", "i32", tensorsCount],
      ...more,
    ];
    const tensors = ["a", "b"].map((name) => ({
      name: `${name}${splitNo}`,
      shape: [32],
      type: "F32" as const,
    }));
    await writeFile(join(directory, NAMES[splitNo]), buildGguf({ kv, tensors }));
  }
  return join(directory, NAMES[0]);
}

describe("findShardSet", () => {
  it("finds the set beside any shard", async () => {
    await writeSet();
    for (const name of NAMES) {
      const { files, missing } = await findShardSet(join(directory, name));
      expect(files).toEqual(NAMES.map((shard) => join(directory, shard)));
      expect(missing).toEqual([]);
    }
  });

  it("fails where there is no directory to look into", async () => {
    const path = join(directory, "none", NAMES[0]);
    await expect(findShardSet(path)).rejects.toThrow(ShardError);
    await expect(findShardSet(path)).rejects.toMatchObject({ code: "cannot-read-directory" });
  });
});

describe("checkShardSet", () => {
  it("finds nothing wrong with a good set", async () => {
    const { files, findings } = await checkShardSet(await writeSet());
    expect(files).toHaveLength(3);
    expect(findings).toEqual([]);
    // gguf-py repeats the architecture in every shard.
    await writeSet({ 1: { architecture: "llama" }, 2: { architecture: "llama" } });
    expect((await checkShardSet(join(directory, NAMES[2]))).findings).toEqual([]);
  });

  it.each<[string, Partial<Record<0 | 1 | 2, Shard>>, object]>([
    [
      "a number twice",
      { 1: { no: 0 } },
      { code: "split-no", shard: NAMES[1], expected: 1, got: 0 },
    ],
    [
      "another set's count",
      { 2: { count: 4 } },
      { code: "split-count", shard: NAMES[2], expected: 3, got: 4 },
    ],
    [
      "another total",
      { 1: { tensorsCount: 9 } },
      { code: "split-tensors-count", shard: NAMES[1], expected: 6, got: 9 },
    ],
    [
      "another model",
      { 2: { architecture: "qwen3" } },
      { code: "architecture", shard: NAMES[2], expected: "llama", got: "qwen3" },
    ],
    [
      "no architecture",
      { 0: { architecture: null } },
      { code: "architecture", shard: NAMES[0], expected: "a name", got: undefined },
    ],
  ])("finds %s", async (_, shards, finding) => {
    const { findings } = await checkShardSet(await writeSet(shards));
    expect(findings).toEqual([finding]);
  });

  it("finds a total that all shards agree on and that is wrong", async () => {
    const wrong = { tensorsCount: 5 };
    const { findings } = await checkShardSet(await writeSet({ 0: wrong, 1: wrong, 2: wrong }));
    expect(findings.map(({ code }) => code)).toEqual(Array(3).fill("split-tensors-count"));
  });

  it("finds keys that are absent or of the wrong type", async () => {
    const path = await writeSet();
    const kv: BuildKv[] = [["split.no", "string", "one"]];
    await writeFile(join(directory, NAMES[1]), buildGguf({ kv, tensors: [] }));
    const { findings } = await checkShardSet(path);
    const ofSecond = findings.filter(({ shard }) => shard === NAMES[1]);
    expect(ofSecond.map(({ code, got }) => [code, got])).toEqual([
      ["split-no", "a value of type string"],
      ["split-count", undefined],
      ["split-tensors-count", undefined],
    ]);
  });

  it("names missing and unreadable shards, and checks the others", async () => {
    const path = await writeSet({ 0: { no: 7 } });
    await rm(join(directory, NAMES[1]));
    await truncate(join(directory, NAMES[2]), 40);
    const { missing, findings } = await checkShardSet(path);
    expect(missing).toEqual([NAMES[1]]);
    expect(findings.map(({ code, shard }) => [code, shard])).toEqual([
      ["missing-shard", NAMES[1]],
      ["unreadable-shard", NAMES[2]],
      ["split-no", NAMES[0]],
    ]);
  });

  it("finds a shard whose data is cut short, which llama-gguf-split merges without a word", async () => {
    const path = await writeSet();
    const { size } = await stat(join(directory, NAMES[2]));
    await truncate(join(directory, NAMES[2]), size - 150);
    const { findings } = await checkShardSet(path);
    expect(findings).toMatchObject([{ code: "unreadable-shard", shard: NAMES[2] }]);
  });

  it("finds a shard that was renamed to look whole", async () => {
    const path = join(directory, "whole.gguf");
    const kv: BuildKv[] = [["split.count", "u16", 3]];
    await writeFile(path, buildGguf({ kv, tensors: [] }));
    const { findings } = await checkShardSet(path);
    expect(findings).toEqual([{ code: "split-count", shard: "whole.gguf", expected: 1, got: 3 }]);
    const merged: BuildKv[] = [["split.count", "u16", 0]];
    await writeFile(path, buildGguf({ kv: merged, tensors: [] }));
    expect((await checkShardSet(path)).findings).toEqual([]);
  });
});
