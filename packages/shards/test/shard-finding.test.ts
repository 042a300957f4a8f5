import { buildGguf, type BuildKv, type BuildOptions, ggufShards } from "@ggufkit/fixtures";
import type { Gguf, TensorInfo } from "@ggufkit/gguf";
import { beforeAll, describe, expect, it } from "vitest";
import {
  findShardProblems,
  type NamedGguf,
  type ShardFinding,
  shardFindingText,
  type ShardHeader,
} from "../src/index.ts";
import { named } from "./execute-plan.ts";

const NAMES = ["m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"] as const;
const ARCHITECTURE: BuildKv = ["general.architecture", "string", "llama"];

const whole = (prefix = "t"): BuildOptions => ({
  kv: [ARCHITECTURE],
  tensors: Array.from({ length: 6 }, (_, index) => ({
    name: `${prefix}${index}`,
    shape: [32],
    type: "F32",
  })),
});

/** A set of three shards, some of which are changed. */
async function setOf(
  change: (shard: BuildOptions, splitNo: number) => BuildOptions = (shard) => shard,
  options: BuildOptions = whole(),
): Promise<NamedGguf[]> {
  const shards = ggufShards({ whole: options, tensors: [2, 2, 2] }).map(change);
  return Promise.all(shards.map((shard, no) => named(NAMES[no] ?? "", buildGguf(shard))));
}

let good: NamedGguf[];
let first: NamedGguf;
let second: NamedGguf;
let third: NamedGguf;
beforeAll(async () => {
  good = await setOf();
  [first, second, third] = good as [NamedGguf, NamedGguf, NamedGguf];
});

function texts(shards: readonly ShardHeader[]): string[] {
  return findShardProblems(shards).map(shardFindingText);
}

describe("findShardProblems", () => {
  it("finds nothing in a good set, whatever its names are", () => {
    expect(texts(good)).toEqual([]);
    expect(texts(good.map(({ gguf }, no) => ({ name: `blob${no}`, gguf })))).toEqual([]);
    expect(findShardProblems([])).toEqual([]);
  });

  it("names the shards that are missing, and finds nothing else for that", () => {
    expect(texts([first, third])).toEqual([`${NAMES[1]} is missing`]);
    expect(texts([third])).toEqual([`${NAMES[0]} is missing`, `${NAMES[1]} is missing`]);
  });

  it("leaves files without header to their reader", () => {
    expect(texts([first, { name: NAMES[1], gguf: undefined }, third])).toEqual([]);
  });

  it("finds shards under each other's names", () => {
    expect(
      texts([first, { ...second, gguf: third.gguf }, { ...third, gguf: second.gguf }]),
    ).toEqual([
      `${NAMES[1]}: split.no is 2, expected 1 (it is shard 3 by its own account)`,
      `${NAMES[2]}: split.no is 1, expected 2 (it is shard 2 by its own account)`,
    ]);
  });

  it("finds a shard that is there twice, under which name it should not be", () => {
    expect(texts([first, second, { ...third, gguf: second.gguf }])).toEqual([
      `${NAMES[2]} is a copy of ${NAMES[1]}`,
    ]);
    expect(texts([first, { ...second, gguf: third.gguf }, third])).toEqual([
      `${NAMES[1]} is a copy of ${NAMES[2]}`,
    ]);
  });

  it("finds files that are not where they belong in the list", async () => {
    expect(texts([second, first, third])).toEqual([
      `${NAMES[1]} stands where ${NAMES[0]} belongs`,
      `${NAMES[0]} stands where ${NAMES[1]} belongs`,
    ]);
    const foreign = { ...third, name: "other-00003-of-00003.gguf" };
    expect(texts([first, second, foreign])).toEqual([
      `${NAMES[2]} is missing`,
      "other-00003-of-00003.gguf is no shard of the first one's set",
    ]);
  });

  it("finds a shard of another model, by its count of tensors", async () => {
    const other = await setOf((shard) => shard, {
      ...whole("u"),
      tensors: whole("u").tensors?.slice(0, 5) ?? [],
    });
    expect(texts([first, { ...second, gguf: other[1]?.gguf }, third])).toEqual([
      `${NAMES[1]}: split.tensors.count is 5, expected 6`,
    ]);
    expect(texts([first, second, { ...third, gguf: other[2]?.gguf }])).toEqual([
      `${NAMES[2]}: split.tensors.count is 5, expected 6`,
    ]);
  });

  it("finds tensors that are in two shards, once for each two", async () => {
    const again = await setOf((shard, no) =>
      no === 2 ? { ...shard, tensors: whole().tensors?.slice(1, 3) ?? [] } : shard,
    );
    expect(findShardProblems(again)).toEqual([
      {
        code: "duplicate-tensor",
        shard: NAMES[2],
        expected: 0,
        got: 1,
        other: NAMES[0],
        tensor: "t1",
      },
      {
        code: "duplicate-tensor",
        shard: NAMES[2],
        expected: 0,
        got: 1,
        other: NAMES[1],
        tensor: "t2",
      },
    ] satisfies ShardFinding[]);
    expect(texts(again)[0]).toBe(`${NAMES[2]} has a tensor "t1" that ${NAMES[0]} has too`);
    const all = await setOf((shard, no) =>
      no === 2 ? { ...shard, tensors: whole().tensors?.slice(0, 2) ?? [] } : shard,
    );
    expect(texts(all)).toEqual([`${NAMES[2]} has 2 tensors ("t0", …) that ${NAMES[0]} has too`]);
  });

  it("finds another architecture, where the first shard is missing too", async () => {
    const mixed = await setOf((shard, no) => ({
      ...shard,
      kv: [
        ["general.architecture", "string", no === 2 ? "qwen3\u001b" : "llama"],
        ...(shard.kv ?? []).slice(no === 0 ? 1 : 0),
      ],
    }));
    const text = `${NAMES[2]}: general.architecture is "qwen3\\u001b", expected "llama"`;
    expect(texts(mixed)).toEqual([text]);
    expect(texts(mixed.slice(1))).toEqual([`${NAMES[0]} is missing`, text]);
  });

  it("takes sets of files that have no architecture, such as an imatrix", async () => {
    const imatrix = { ...whole(), kv: [["general.type", "string", "imatrix"] as const] };
    expect(texts(await setOf((shard) => shard, imatrix))).toEqual([]);
    expect(texts(await setOf((shard) => shard, { ...whole(), kv: [] }))).toEqual([
      `${NAMES[0]}: has no general.architecture, nor any other key of a model`,
    ]);
  });

  it("finds another byte order", async () => {
    const mixed = await setOf((shard, no) => ({
      ...shard,
      byteOrder: no === 1 ? "big" : "little",
    }));
    expect(texts(mixed)).toEqual([
      `${NAMES[1]} is in big-endian byte order, the first shard in little-endian`,
    ]);
  });

  it("finds keys that are absent, of the wrong type or wrong", async () => {
    const kv: BuildKv[] = [
      ["split.no", "string", "one"],
      ["split.count", "u16", 4],
    ];
    const [, odd] = await setOf((shard, no) => (no === 1 ? { ...shard, kv } : shard));
    expect(texts([first, { ...second, gguf: odd?.gguf }, third])).toEqual([
      `${NAMES[1]}: split.no is a value of type string, expected 1`,
      `${NAMES[1]}: split.count is 4, expected 3`,
      `${NAMES[1]}: has no split.tensors.count, expected 6`,
    ]);
  });

  it("finds data that is not where it can be", () => {
    const { gguf, name } = third;
    const end = gguf.dataOffset + 256;
    const problems = (changed: Partial<Gguf>): string[] =>
      texts([first, second, { name, gguf: { ...gguf, ...changed } }]);
    expect(problems({ fileSize: end })).toEqual([]);
    expect(problems({ fileSize: end - 1 })).toEqual([
      `${name}: tensor "t5": its data ends at byte ${end}, the file has ${end - 1} bytes`,
    ]);
    for (const offset of [0, 96, 160]) {
      const [t4, t5] = gguf.tensors as [TensorInfo, TensorInfo];
      expect(problems({ tensors: [t4, { ...t5, offset }] })).toEqual([
        `${name}: tensor "t5": its data begins at ${offset}, expected 128 from the tensors before it`,
      ]);
    }
  });

  it("holds the only file of a set against its own count", async () => {
    const only = async (...kv: BuildKv[]): Promise<string[]> =>
      texts([await named("m.gguf", buildGguf({ ...whole(), kv: [ARCHITECTURE, ...kv] }))]);
    expect(await only()).toEqual([]);
    expect(await only(["split.count", "u16", 0], ["split.tensors.count", "i32", 99])).toEqual([]);
    expect(await only(["split.count", "u16", 3])).toEqual(["m.gguf: split.count is 3, expected 1"]);
    expect(await only(["split.count", "u16", 1], ["split.tensors.count", "i32", 9])).toEqual([
      "m.gguf: split.tensors.count is 9, expected 6",
    ]);
  });

  it("says what a reader and a hash found in one sentence, too", () => {
    const text = (
      code: ShardFinding["code"],
      expected: number | string,
      got: number | string,
    ): string => shardFindingText({ code, shard: "m.gguf", expected, got });
    expect(text("unreadable-shard", "a header", "m.gguf: not a GGUF file")).toBe(
      "m.gguf: not a GGUF file",
    );
    expect(text("unreadable-shard", "a header", "no permission")).toBe(
      "m.gguf cannot be read: no permission",
    );
    expect(text("sha256", "aa", "bb")).toBe("m.gguf: the sha256 is bb, expected aa");
    expect(text("file-size", 5, 6)).toBe("m.gguf has 6 bytes, expected 5");
  });
});
