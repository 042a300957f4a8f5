import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildGguf, buildGgufShards } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import { mergeFiles, planSplitFile, splitFile } from "../src/node.ts";
import { collect, hasBytes, modelOptions, namesBelow, tempDir, TENSORS } from "./merge-world.ts";

interface SplitWorld {
  path: string;
  prefix: string;
  out: string;
  whole: Uint8Array;
}

async function splitWorld({ rows = 40 } = {}): Promise<SplitWorld> {
  const root = await tempDir();
  const out = join(root, "out");
  await mkdir(out);
  const whole = buildGguf(modelOptions({ rows }));
  const path = join(root, "model.gguf");
  await writeFile(path, whole);
  return { path, prefix: join(out, "m"), out, whole };
}

const NAMES = ["m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"];
const FOUR = { maxTensors: 4 };

describe("splitting a file", () => {
  it("writes shards that merge to the file again, byte for byte", async () => {
    const { path, prefix, out, whole } = await splitWorld();
    for (const limit of [FOUR, { maxBytes: 120_000 }]) {
      const { result } = await collect(splitFile(path, prefix, limit, { force: true }));
      const [first = ""] = result.files;
      const merged = join(dirname(path), "merged.gguf");
      await collect(mergeFiles(first, merged, { force: true }));
      expect(await hasBytes(merged, whole)).toBe(true);
      expect(result.files.length).toBeGreaterThan(2);
    }
    expect(await hasBytes(path, whole)).toBe(true);
    expect((await namesBelow(out)).every((name) => name.endsWith(".gguf"))).toBe(true);
  });

  it("writes what llama-gguf-split's rules say, and tells of each shard", async () => {
    const { path, prefix, out } = await splitWorld();
    const { result, events } = await collect(splitFile(path, prefix, FOUR));
    const expected = buildGgufShards("m", { whole: modelOptions(), tensors: [4, 4, 2] });
    expect(result.files).toEqual(NAMES.map((name) => join(out, name)));
    for (const [index, { bytes }] of expected.entries())
      expect(await hasBytes(result.files[index] ?? "", bytes)).toBe(true);
    const files = expected.map(({ name, bytes }) => ({ name, bytes: bytes.length }));
    expect(events[0]).toMatchObject({ type: "planned", files, bytes: result.bytes });
    const started = events.filter(({ type }) => type === "started");
    expect(started).toEqual(
      files.map(({ name: file, bytes }) => ({ type: "started", file, bytes })),
    );
    expect(await namesBelow(out)).toEqual(NAMES);
  });

  it("tells of shards that one tensor alone makes larger than they may be", async () => {
    const { path, prefix } = await splitWorld();
    const { events, result } = await collect(splitFile(path, prefix, { maxBytes: 43_000 }));
    const over = events.find((event) => event.type === "over-limit");
    // Of the tensors that have rows, of 1 KiB, all but the first: 42, 43, 45, 46, 48 and 49 of them.
    expect(over?.files).toHaveLength(6);
    expect(over?.files.every(({ bytes }) => bytes > 43_000)).toBe(true);
    expect(result.files.length).toBeGreaterThan(6);
  });

  it("plans without writing, the names without a directory", async () => {
    const { path, prefix, out } = await splitWorld();
    const { shards } = await planSplitFile(path, prefix, FOUR, { noTensorFirstSplit: true });
    expect(shards.map(({ name }) => name)).toEqual(
      [1, 2, 3, 4].map((no) => `m-0000${no}-of-00004.gguf`),
    );
    expect(shards.map(({ gguf }) => gguf.tensors.length)).toEqual([0, 4, 4, 2]);
    expect(await namesBelow(out)).toEqual([]);
  });

  it("keeps shards that are there already, and never replaces others unasked", async () => {
    const { path, prefix, out } = await splitWorld();
    const { result } = await collect(splitFile(path, prefix, FOUR));
    const [, second = ""] = result.files;
    expect((await collect(splitFile(path, prefix, FOUR))).result.state).toBe("present");

    const right = await readFile(second);
    const wrong = Uint8Array.from(right, (byte, index) =>
      index === right.length - 1 ? byte ^ 1 : byte,
    );
    await writeFile(second, wrong);
    const splitting = collect(splitFile(path, prefix, FOUR));
    await expect(splitting).rejects.toMatchObject({ code: "file-exists", path: second });
    expect(await hasBytes(second, wrong)).toBe(true);
    expect(await namesBelow(out)).toEqual(NAMES);
    await collect(splitFile(path, prefix, FOUR, { force: true }));
    expect(await hasBytes(second, right)).toBe(true);
  });

  it("does not write over the file that is split", async () => {
    const { path, out, whole } = await splitWorld();
    const inside = join(out, "m-00001-of-00001.gguf");
    await rename(path, inside);
    const splitting = collect(
      splitFile(inside, join(out, "m"), { maxTensors: 99 }, { force: true }),
    );
    await expect(splitting).rejects.toMatchObject({ code: "is-input", path: inside });
    expect(await hasBytes(inside, whole)).toBe(true);
  });

  it.each([0, -1, 0.5, NaN, Infinity])("refuses a limit of %s", async (limit) => {
    const { path, prefix, out } = await splitWorld();
    for (const of of [{ maxBytes: limit }, { maxTensors: limit }])
      await expect(collect(splitFile(path, prefix, of))).rejects.toMatchObject({
        code: "bad-limit",
      });
    expect(await namesBelow(out)).toEqual([]);
  });

  it("refuses a shard, a file that is cut short, and one that is no GGUF file", async () => {
    const { prefix, out } = await splitWorld();
    const [shard] = buildGgufShards("m", { whole: modelOptions(), tensors: TENSORS });
    const bad: [bytes: Uint8Array, code: string][] = [
      [shard?.bytes ?? new Uint8Array(0), "is-shard"],
      [buildGguf(modelOptions()).slice(0, -900), "tensor-beyond-file"],
      [Buffer.from("<html>"), "not-gguf"],
    ];
    for (const [bytes, code] of bad) {
      const path = join(dirname(out), "bad.gguf");
      await writeFile(path, bytes);
      await expect(collect(splitFile(path, prefix, FOUR))).rejects.toMatchObject({ code });
      expect(await namesBelow(out)).toEqual([]);
    }
  });

  it("leaves nothing behind when it is stopped", async () => {
    const { path, prefix, out } = await splitWorld({ rows: 8000 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const stopping = async (): Promise<void> => {
      for await (const event of splitFile(path, prefix, FOUR, { signal: controller.signal }))
        if (event.type === "started" && event.file === NAMES[1]) controller.abort(reason);
    };
    await expect(stopping()).rejects.toBe(reason);
    expect(await namesBelow(out)).toEqual([]);
    await expect(stat(`${prefix}.splitting`)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
