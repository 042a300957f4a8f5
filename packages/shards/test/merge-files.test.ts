import {
  copyFile,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildGgufShards, type BuildTensor } from "@ggufkit/fixtures";
import { readGgufFile } from "@ggufkit/gguf/node";
import { describe, expect, it } from "vitest";
import { mergeFiles, planMergeFiles, type ShardEvent } from "../src/node.ts";
import {
  collect,
  hasBytes,
  mergeWorld,
  modelOptions,
  namesBelow,
  tempDir,
  TENSORS,
} from "./merge-world.ts";

/** What remains beside the merged file's place when merging failed. */
async function failing(work: AsyncGenerator, out: string): Promise<unknown> {
  const error = await collect(work).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(await namesBelow(dirname(out))).toEqual([]);
  return error;
}

describe("merging a set", () => {
  it("gives back the file that was split, byte for byte, from any of its shards", async () => {
    const { shards, out, whole } = await mergeWorld();
    for (const shard of shards) {
      const { result } = await collect(mergeFiles(shard, out, { force: true }));
      expect(result).toEqual({ path: out, bytes: whole.length, state: "written", inputs: shards });
      expect(await hasBytes(out, whole)).toBe(true);
    }
    expect(await namesBelow(dirname(out))).toEqual(["merged.gguf"]);
    expect(await namesBelow(dirname(shards[0] ?? ""))).toHaveLength(3);
  });

  it("tells what it is going to do, how far it is, and what it has done", async () => {
    const { first, out, whole, built } = await mergeWorld({ rows: 3000 });
    const { events } = await collect(mergeFiles(first, out));
    const files = built.map(({ name, bytes }) => ({ name, bytes: bytes.length }));
    const tensors = (await readGgufFile(out)).tensors;
    const copyBytes = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(events[0]).toEqual({ type: "planned", files, bytes: whole.length, copyBytes });
    const started = events.filter(({ type }) => type === "started");
    expect(started).toEqual(
      files.map(({ name: file, bytes }) => ({ type: "started", file, bytes })),
    );
    const progress = events.filter((event) => event.type === "progress");
    expect(progress.at(-1)).toMatchObject({
      file: "merged.gguf",
      done: copyBytes,
      total: copyBytes,
    });
    const done = progress.map((event) => event.done);
    expect(done).toEqual(done.toSorted((one, other) => one - other));
    expect(events.at(-1)).toMatchObject({ type: "done", file: "merged.gguf", path: out });
  });

  it("finds that the merged file is there already, and does not write it again", async () => {
    const { first, out } = await mergeWorld();
    await collect(mergeFiles(first, out));
    const { mtimeNs } = await stat(out, { bigint: true });
    const { result, events } = await collect(mergeFiles(first, out));
    expect(result.state).toBe("present");
    expect(events.map(({ type }) => type)).toEqual(["planned", "done"]);
    expect((await stat(out, { bigint: true })).mtimeNs).toBe(mtimeNs);
  });

  it("never replaces another file unasked, one that differs in its last byte neither", async () => {
    const { first, out, whole } = await mergeWorld();
    const other = whole.slice();
    other.set([(other.at(-40) ?? 0) ^ 1], other.length - 40);
    for (const there of [other, new Uint8Array(0), Buffer.from("notes")]) {
      await writeFile(out, there);
      const merging = collect(mergeFiles(first, out));
      await expect(merging).rejects.toMatchObject({ code: "file-exists", path: out });
      expect(await hasBytes(out, there)).toBe(true);
      expect(await namesBelow(dirname(out))).toEqual(["merged.gguf"]);
    }
    await collect(mergeFiles(first, out, { force: true }));
    expect(await hasBytes(out, whole)).toBe(true);
  });

  it("does not write over one of its shards, however it is named", async () => {
    const { directory, first, shards, built } = await mergeWorld();
    const link = join(directory, "link.gguf");
    await symlink(shards[1] ?? "", link);
    for (const out of [first, link]) {
      const merging = collect(mergeFiles(first, out, { force: true }));
      await expect(merging).rejects.toMatchObject({ code: "is-input", path: out });
    }
    for (const [index, { bytes }] of built.entries())
      expect(await hasBytes(shards[index] ?? "", bytes)).toBe(true);
  });

  it("writes what the plan says, and plans without writing", async () => {
    const { first, out, shards, whole } = await mergeWorld();
    const { plan, kind, files, whole: name } = await planMergeFiles(first);
    expect({ kind, files, name }).toEqual({ kind: "shards", files: shards, name: "m.gguf" });
    expect(plan.fileSize).toBe(whole.length);
    const expected = Buffer.alloc(plan.fileSize);
    expected.set(plan.header);
    for (const { file, from, to, bytes } of plan.copies)
      expected.set((await readFile(shards[file] ?? "")).subarray(from, from + bytes), to);
    expect(expected.equals(whole)).toBe(true);
    expect(await namesBelow(dirname(out))).toEqual([]);
  });

  it("leaves nothing behind when it is stopped, by a signal or by its reader", async () => {
    const { first, out } = await mergeWorld({ rows: 8000 });
    const controller = new AbortController();
    const reason = new Error("enough");
    const error = await failing(
      (async function* stopping() {
        for await (const event of mergeFiles(first, out, { signal: controller.signal })) {
          if (event.type === "started") controller.abort(reason);
          yield event;
        }
      })(),
      out,
    );
    expect(error).toBe(reason);
    for await (const event of mergeFiles(first, out)) if (event.type === "started") break;
    expect(await namesBelow(dirname(out))).toEqual([]);
  });

  it("lets only one process at a time write a merged file", async () => {
    const { first, out } = await mergeWorld({ rows: 8000 });
    const one = mergeFiles(first, out);
    await one.next();
    await expect(collect(mergeFiles(first, out))).rejects.toMatchObject({ code: "busy" });
    await collect(one);
    expect((await stat(out)).isFile()).toBe(true);
  });

  it("says so where it cannot write", async () => {
    const { first, directory } = await mergeWorld();
    const nowhere = join(directory, "nowhere", "m.gguf");
    const merging = collect(mergeFiles(first, nowhere));
    await expect(merging).rejects.toThrow(
      `${join(directory, "nowhere")}: there is no such directory`,
    );
    await expect(collect(mergeFiles(first, directory))).rejects.toMatchObject({
      code: "file-exists",
    });
  });
});

describe("a set that is not whole", () => {
  it.each<[name: string, damage: (shards: string[]) => Promise<void>, says: RegExp]>([
    ["a missing shard", ([, second = ""]) => rm(second), /m-00002-of-00003\.gguf/],
    [
      "a shard whose data is cut short, which llama-gguf-split merges to wrong data",
      async ([, , third = ""]) => truncate(third, (await stat(third)).size - 600),
      /m-00003-of-00003\.gguf/,
    ],
    [
      "a shard whose header is cut short",
      ([, second = ""]) => truncate(second, 100),
      /m-00002-of-00003\.gguf/,
    ],
    [
      "two shards that have changed places",
      async ([, second = "", third = ""]) => {
        await rename(second, `${second}.x`);
        await rename(third, second);
        await rename(`${second}.x`, third);
      },
      /m-00002-of-00003\.gguf.*split\.no/s,
    ],
    [
      "a shard twice",
      ([, second = "", third = ""]) => copyFile(second, third),
      /m-00003-of-00003\.gguf/,
    ],
    [
      "a shard of another model",
      async ([, , third = ""]) => {
        const { tensors = [], kv = [] } = modelOptions({ seed: 2 });
        const more = Array.from({ length: 10 }, (_, index): BuildTensor => {
          return { name: `other.${index}`, shape: [32], type: "F32", data: new Uint8Array(128) };
        });
        const other = { kv, tensors: [...tensors, ...more] };
        const [, , bytes] = buildGgufShards("m", { whole: other, tensors: [5, 5, 10] });
        await writeFile(third, bytes?.bytes ?? "");
      },
      /m-00003-of-00003\.gguf/,
    ],
    [
      "a directory of a shard's name",
      async ([, second = ""]) => {
        await rm(second);
        await mkdir(second);
      },
      /m-00002-of-00003\.gguf.*directory/s,
    ],
    [
      "a shard that is a web page",
      ([, second = ""]) => writeFile(second, "<!doctype html><title>404"),
      /m-00002-of-00003\.gguf.*HTML/s,
    ],
  ])("%s is named, and nothing is written", async (_, damage, says) => {
    const { first, shards, out } = await mergeWorld();
    await damage(shards);
    const error = await failing(mergeFiles(first, out), out);
    expect(error).toMatchObject({ name: "ShardSetError", code: "bad-set" });
    expect(String(error)).toMatch(says);
  });

  it("is told apart from a file that is no shard", async () => {
    const directory = await tempDir();
    const path = join(directory, "model.gguf");
    const merging = (): Promise<unknown> => collect(mergeFiles(path, join(directory, "out.gguf")));
    await expect(merging()).rejects.toThrow(`${path}: there is no such file`);
    await writeFile(path, "x");
    await expect(merging()).rejects.toThrow(/model\.gguf: is no shard of a set/);
  });

  it("and one that is written to meanwhile is named", async () => {
    const { first, shards, out } = await mergeWorld({ rows: 8000 });
    const [, second = ""] = shards;
    const writing = (async function* meanwhile(): AsyncGenerator<ShardEvent> {
      for await (const event of mergeFiles(first, out)) {
        if (event.type === "planned") await writeFile(second, await readFile(second));
        yield event;
      }
    })();
    expect(await failing(writing, out)).toMatchObject({ code: "file-changed", path: second });
  });
});

it("has sets of as many tensors as it says", () => {
  expect(TENSORS.reduce((sum, count) => sum + count)).toBe(modelOptions().tensors?.length);
});
