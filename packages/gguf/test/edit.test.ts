import { buildGguf, type BuildKv, type BuildOptions } from "@ggufkit/fixtures";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  bytesSource,
  type EditPlan,
  type Gguf,
  ggufValue,
  type KvChange,
  planEdit,
  type PlanEditOptions,
  planGguf,
  readGguf,
} from "../src/index.ts";
import { ggufErrorOf } from "./read.ts";
import { anyKey, anyKv, anyTensors, anyValue, contentOf } from "./write-arbitrary.ts";

const text = (value: string): ReturnType<typeof ggufValue> => ggufValue("string", value);
const set = (key: string, value: string): KvChange => ({ type: "set", key, value: text(value) });
const remove = (key: string): KvChange => ({ type: "remove", key });
const rename = (key: string, to: string): KvChange => ({ type: "rename", key, to });

const TENSORS = [{ name: "t", type: "F32", shape: [8], fill: 7 }] as const;
const KV: BuildKv[] = [
  ["general.architecture", "string", "llama"],
  ["general.name", "string", "A name of some length"],
  [Uint8Array.of(0xff), 6, Uint8Array.of(1, 2, 0x80, 0x7f)],
  ["tokens", "string[]", ["a", Uint8Array.of(0xc0)]],
];

/** What a file becomes by a plan: the new header and all that stood after the old one. */
function edited(file: Uint8Array, plan: EditPlan): Uint8Array {
  return Buffer.concat([plan.header, file.subarray(plan.oldDataOffset)]);
}

interface Edited {
  readonly plan: EditPlan;
  readonly file: Uint8Array;
  readonly gguf: Gguf;
}

async function edit(
  file: Uint8Array,
  changes: readonly KvChange[],
  options: PlanEditOptions = {},
): Promise<Edited> {
  const plan = planEdit(await readGguf(bytesSource(file)), changes, options);
  const after = edited(file, plan);
  return { plan, file: after, gguf: await readGguf(bytesSource(after)) };
}

const built = (options: BuildOptions = {}): Uint8Array =>
  buildGguf({ kv: KV, tensors: TENSORS, ...options });

const codeOf = (changes: readonly KvChange[], options: BuildOptions = {}): Promise<string> =>
  ggufErrorOf(edit(built(options), changes)).then(({ code }) => code);

describe("an edited file", () => {
  it("has its changes, and every other byte that it had", async () => {
    const parts = fc.record({
      version: fc.constantFrom(2 as const, 3 as const),
      byteOrder: fc.constantFrom("little" as const, "big" as const),
      alignment: fc.constantFrom(undefined, 1, 8, 64, 4096),
      kv: anyKv,
      tensors: anyTensors,
    });
    const wishes = fc.array(
      fc.tuple(fc.constantFrom("set", "remove", "rename", "leave"), anyKey, anyValue),
      { maxLength: 12 },
    );
    const options = fc.record({
      room: fc.constantFrom(undefined, 0, 1, 1000),
      elsewhere: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(parts, wishes, options, async (given, wanted, how) => {
        const { header, fileSize, dataOffset } = planGguf(given);
        const file = new Uint8Array(fileSize).fill(0xa5, dataOffset);
        file.set(header);
        const before = await readGguf(bytesSource(file));
        const changes = changesOf(wanted, [...before.kv.keys()]);
        const { plan, gguf, file: after } = await edit(file, changes, how);

        expect(contentsOf(gguf)).toEqual(changedContents(before, changes));
        expect(gguf.tensors).toEqual(before.tensors);
        expect(gguf.alignment).toBe(before.alignment);
        expect(gguf.version).toBe(before.version);
        expect(after.subarray(gguf.dataOffset)).toEqual(Buffer.from(file.subarray(dataOffset)));
        expect(plan).toMatchObject({ dataOffset: gguf.dataOffset, fileSize: after.length });
        if (plan.way === "in-place") expect(plan.dataOffset).toBe(dataOffset);
      }),
    );
  });
});

/** A wish for each key in turn that is there, and additions; never two for one key. */
function changesOf(
  wanted: readonly (readonly [type: string, key: string, value: ReturnType<typeof ggufValue>])[],
  keys: readonly string[],
): KvChange[] {
  const taken = new Set([...keys, "general.alignment"]);
  return wanted.flatMap(([type, newKey, value], index): KvChange[] => {
    const key = keys[index];
    if (key === "general.alignment" || type === "leave") return [];
    if (key !== undefined && type === "set") return [{ type, key, value }];
    if (key !== undefined && type === "remove") return [{ type, key }];
    if (taken.has(newKey)) return [];
    taken.add(newKey);
    return [key === undefined ? { type: "set", key: newKey, value } : rename(key, newKey)];
  });
}

function contentsOf(gguf: Gguf): [string, unknown][] {
  return [...gguf.kv]
    .filter(([key]) => key !== "ggufkit.room")
    .map(([key, value]) => [key, contentOf(value)]);
}

/** The same by the rules of the README, on decoded values. */
function changedContents(before: Gguf, changes: readonly KvChange[]): [string, unknown][] {
  const kept = contentsOf(before).flatMap(([key, content]): [string, unknown][] => {
    const change = changes.find((candidate) => candidate.key === key);
    if (change?.type === "remove") return [];
    if (change?.type === "rename") return [[change.to, content]];
    return [[key, change === undefined ? content : contentOf(change.value)]];
  });
  const added = changes.flatMap((change): [string, unknown][] =>
    change.type === "set" && !before.kv.has(change.key)
      ? [[change.key, contentOf(change.value)]]
      : [],
  );
  return [...kept, ...added];
}

describe("planEdit", () => {
  it("tells what happens to each key", async () => {
    const { plan } = await edit(built(), [
      set("general.name", "new"),
      set("general.license", "mit"),
      remove("general.architecture"),
      rename("tokens", "words"),
    ]);
    expect(plan.edits).toMatchObject([
      {
        type: "replaced",
        key: "general.name",
        old: { value: "A name of some length" },
        value: { value: "new" },
      },
      { type: "added", key: "general.license", value: { value: "mit" } },
      { type: "removed", key: "general.architecture", old: { value: "llama" } },
      { type: "renamed", key: "tokens", to: "words", value: { length: 2 } },
    ]);
  });

  it("copies untouched pairs with bytes that no JavaScript value can hold", async () => {
    const { file } = await edit(built(), [set("new", "x"), rename("tokens", "words")]);
    const wanted: BuildKv[] = [
      ...KV.slice(0, 3),
      ["words", "string[]", ["a", Uint8Array.of(0xc0)]],
      ["new", "string", "x"],
    ];
    expect(file).toEqual(Buffer.from(built({ kv: wanted })));
  });

  it("copies a renamed value with a NaN's payload", async () => {
    const nan: BuildKv = ["nan", 6, Uint8Array.of(1, 2, 0x80, 0x7f)];
    const { file } = await edit(built({ kv: [nan] }), [rename("nan", "renamed")]);
    const [, type, bytes] = nan;
    expect(file).toEqual(Buffer.from(built({ kv: [["renamed", type, bytes]] })));
  });

  it.each([1, 2, 3] as const)("edits version %i as what it is", async (version) => {
    const { gguf, plan } = await edit(built({ version }), [set("added", "x".repeat(100))]);
    expect(plan).toMatchObject({ way: "rewrite", reason: "header-grows", room: 0 });
    expect([gguf.version, gguf.kv.size, gguf.kv.get("added")?.type]).toEqual([
      version,
      5,
      "string",
    ]);
    const smaller = await edit(built({ version }), [remove("general.name")]);
    expect(smaller.plan).toMatchObject({ way: "in-place" });
    expect(smaller.gguf).toMatchObject({ version, tensors: gguf.tensors });
  });

  describe("in place", () => {
    it("is possible where the header ends at the same multiple of the alignment", async () => {
      const { plan, file } = await edit(built(), [set("general.name", "Another name of this ")]);
      expect(plan).toMatchObject({ way: "in-place", reason: undefined, room: 0, oldRoom: 0 });
      expect(plan.bytesToWrite).toBe(plan.header.length);
      expect(file).toHaveLength(built().length);
    });

    it("fills up what a shorter header leaves, and takes it back for a longer one", async () => {
      const original = built({ kv: [...KV, ["long", "string", "x".repeat(500)]] });
      const { headerBytes, dataOffset } = await readGguf(bytesSource(original));
      const shorter = await edit(original, [set("long", "y")]);
      const room = 499 + dataOffset - headerBytes;
      expect(shorter.plan).toMatchObject({ way: "in-place", oldRoom: 0, room });
      expect(shorter.gguf.kv.get("ggufkit.room")).toMatchObject({ value: " ".repeat(room - 32) });

      const longer = await edit(shorter.file, [set("more", "z".repeat(100))]);
      expect(longer.plan).toMatchObject({ way: "in-place", oldRoom: room });
      expect(longer.plan.room).toBe(room - (8 + 4 + 4 + 8 + 100));
      expect([...longer.gguf.kv.keys()].slice(-3)).toEqual(["long", "ggufkit.room", "more"]);

      const back = await edit(longer.file, [set("long", "x".repeat(500)), remove("more")]);
      expect(back.file).toEqual(Buffer.from(original));
    });

    it("is not possible where the header grows beyond its room, which is then given up", async () => {
      const { file } = await edit(built(), [remove("general.name"), remove("tokens")]);
      const { plan, gguf } = await edit(file, [set("long", "x".repeat(500))]);
      expect(plan).toMatchObject({ way: "rewrite", reason: "header-grows", room: 0 });
      expect(plan.oldRoom).toBeGreaterThan(32);
      expect(gguf.kv.has("ggufkit.room")).toBe(false);
    });

    it("is not possible where a gap is too small to be filled", async () => {
      const file = built({ alignment: 8 });
      const { headerBytes, dataOffset } = await readGguf(bytesSource(file));
      const name = "A name of some length";
      const cut = (count: number): KvChange[] => [set("general.name", name.slice(0, -count))];
      const most = 7 - (dataOffset - headerBytes);
      expect((await edit(file, cut(most))).plan).toMatchObject({ way: "in-place", room: 0 });
      const { plan } = await edit(file, cut(most + 1));
      expect(plan).toMatchObject({ way: "rewrite", reason: "header-shrinks" });
    });
  });

  it("keeps room where it rewrites, for edits in place from then on", async () => {
    const grown = [set("long", "x".repeat(500))];
    const { plan, file } = await edit(built(), grown, { room: 4096 });
    expect(plan).toMatchObject({ way: "rewrite", room: 4096 });
    const next = await edit(file, [set("more", "y".repeat(4000))]);
    expect(next.plan).toMatchObject({ way: "in-place", oldRoom: 4096 });
    expect((await edit(built(), grown, { room: 1 })).plan.room).toBe(32);
  });

  it("writes a whole file elsewhere, with the data where it was unless room is wanted", async () => {
    const changes = [set("general.name", "x")];
    const { plan } = await edit(built(), changes, { elsewhere: true });
    expect(plan).toMatchObject({
      way: "rewrite",
      reason: "elsewhere",
      bytesToWrite: plan.fileSize,
    });
    expect(plan.dataOffset).toBe(plan.oldDataOffset);
    const roomy = await edit(built(), changes, { elsewhere: true, room: 1000 });
    expect(roomy.plan).toMatchObject({ way: "rewrite", room: 1000 });
  });

  it("removes the room where that is asked for", async () => {
    const { file } = await edit(built(), [remove("general.name"), remove("tokens")]);
    const { plan, gguf } = await edit(file, [remove("ggufkit.room")]);
    expect(plan).toMatchObject({ way: "rewrite", reason: "header-shrinks", room: 0 });
    expect(gguf.kv.has("ggufkit.room")).toBe(false);
  });

  it("rewrites a file without tensors that lacks its padding, and keeps what follows", async () => {
    const whole = built({ tensors: [] });
    const { headerBytes } = await readGguf(bytesSource(whole));
    const { plan } = await edit(whole.subarray(0, headerBytes), [set("general.name", "x")]);
    expect(plan).toMatchObject({ way: "rewrite", reason: "header-grows" });
    const trailing = built({ trailing: Uint8Array.of(1, 2, 3) });
    const { file } = await edit(trailing, [set("long", "x".repeat(500))]);
    expect([...file.subarray(-3)]).toEqual([1, 2, 3]);
  });

  it("lets shards be renumbered", async () => {
    const kv: BuildKv[] = [["split.count", "u16", 3]];
    const change: KvChange = { type: "set", key: "split.count", value: ggufValue("u16", 4) };
    const { gguf } = await edit(built({ kv }), [change]);
    expect(gguf.kv.get("split.count")).toEqual({ type: "u16", value: 4 });
  });

  it("does not move tensors to another alignment", async () => {
    const alignment = (value: number): KvChange => ({
      type: "set",
      key: "general.alignment",
      value: ggufValue("u32", value),
    });
    expect(await codeOf([alignment(64)])).toBe("alignment-change");
    expect(await codeOf([remove("general.alignment")], { alignment: 64 })).toBe("alignment-change");
    expect(await codeOf([rename("general.alignment", "x")], { alignment: 64 })).toBe(
      "alignment-change",
    );
    expect(await codeOf([alignment(48)])).toBe("bad-alignment");
    expect((await edit(built(), [alignment(32)])).gguf.alignment).toBe(32);
    expect((await edit(built({ tensors: [] }), [alignment(64)])).gguf.alignment).toBe(64);
  });

  it.each<[string, KvChange[]]>([
    ["no-such-key", [remove("missing")]],
    ["no-such-key", [rename("missing", "other")]],
    ["key-exists", [rename("tokens", "general.name")]],
    ["empty-key", [set("", "x")]],
    ["empty-key", [rename("tokens", "")]],
    ["duplicate-change", [set("tokens", "x"), remove("tokens")]],
    ["duplicate-change", [set("x", "x"), set("x", "y")]],
    ["duplicate-change", [rename("tokens", "x"), set("x", "y")]],
    ["reserved-key", [set("ggufkit.room", "x")]],
    ["reserved-key", [rename("tokens", "ggufkit.room")]],
    ["bad-value", [{ type: "set", key: "x", value: { type: "u8", value: 256 } }]],
    ["bad-value", [set("half \ud83d", "x")]],
  ])("refuses with %s", async (code, changes) => {
    expect(await codeOf(changes)).toBe(code);
  });

  it("refuses room that is no number of bytes", async () => {
    for (const room of [-1, 1.5, Number.NaN])
      expect(await ggufErrorOf(edit(built(), [], { room }))).toMatchObject({ code: "bad-value" });
  });
});
