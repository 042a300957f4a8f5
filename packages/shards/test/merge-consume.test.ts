import {
  appendFile,
  mkdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { mergeFiles, roomNeeded, type ShardEvent } from "../src/node.ts";
import {
  collect,
  hasBytes,
  mergeWorld,
  namesBelow,
  tempDir,
  type MergeWorld,
} from "./merge-world.ts";

const CONSUME = { consume: true };

/** Merges until an event comes that is waited for, and stops there. */
async function mergeUntil(
  { first, out }: MergeWorld,
  isEnough: (event: ShardEvent) => boolean,
): Promise<void> {
  for await (const event of mergeFiles(first, out, CONSUME)) if (isEnough(event)) return;
  throw new Error("the event did not come");
}

function isFreed(event: ShardEvent, shard: string): boolean {
  return event.type === "freed" && event.file === shard;
}

describe("merging that consumes its shards", () => {
  it("frees each once its bytes are in the merged file, and leaves that alone", async () => {
    const { first, out, whole, built, directory } = await mergeWorld();
    const there: string[][] = [];
    const events: ShardEvent[] = [];
    for await (const event of mergeFiles(first, out, CONSUME)) {
      events.push(event);
      if (event.type === "freed") there.push(await namesBelow(directory));
    }
    const names = built.map(({ name }) => name);
    expect(there).toEqual([names.slice(1), names.slice(2), []]);
    expect(await hasBytes(out, whole)).toBe(true);
    expect(await namesBelow(dirname(out))).toEqual(["merged.gguf"]);
    expect(await namesBelow(directory)).toEqual([]);
  });

  it("frees what a symlink leads to, as in the Hub's cache", async () => {
    const { first, out, directory, shards, built } = await mergeWorld();
    const blobs = join(dirname(directory), "blobs");
    await mkdir(blobs);
    for (const [index, { bytes }] of built.entries()) {
      const shard = shards[index] ?? "";
      await rm(shard);
      await writeFile(join(blobs, `${index}`), bytes);
      await symlink(join("..", "blobs", `${index}`), shard);
    }
    await collect(mergeFiles(first, out, CONSUME));
    expect(await namesBelow(blobs)).toEqual([]);
    expect(await namesBelow(directory)).toEqual([]);
  });

  it("goes on where it was stopped, with what is there, at every shard", async () => {
    for (const stopAt of [0, 1, 2]) {
      const world = await mergeWorld();
      const { first, out, whole, built, directory } = world;
      await mergeUntil(world, (event) => isFreed(event, built[stopAt]?.name ?? ""));
      expect(await namesBelow(directory)).toHaveLength(2 - stopAt);
      const { events, result } = await collect(mergeFiles(first, out, CONSUME));
      expect(events[0]).toMatchObject({ type: "resumed", file: "merged.gguf" });
      expect(result).toMatchObject({ path: out, bytes: whole.length, state: "written" });
      expect(await hasBytes(out, whole)).toBe(true);
      expect(await namesBelow(directory)).toEqual([]);
      expect(await namesBelow(dirname(out))).toEqual(["merged.gguf"]);
    }
  });

  it("keeps the shards that are left when it is finished without consuming", async () => {
    const world = await mergeWorld();
    const { first, out, whole, built, directory } = world;
    await mergeUntil(world, (event) => isFreed(event, built[0]?.name ?? ""));
    await collect(mergeFiles(first, out));
    expect(await hasBytes(out, whole)).toBe(true);
    expect(await namesBelow(directory)).toEqual(built.slice(1).map(({ name }) => name));
  });

  it("has nothing to do once all is done, as long as the merged file is what it was", async () => {
    const { first, out, whole, shards } = await mergeWorld();
    const options = { consume: true, settings: { cacheDir: await tempDir() } };
    await collect(mergeFiles(first, out, options));
    const { result } = await collect(mergeFiles(first, out, options));
    expect(result).toEqual({ path: out, bytes: whole.length, state: "present", inputs: shards });
    expect(await namesBelow(dirname(out))).toEqual(["merged.gguf"]);
    await expect(collect(mergeFiles(first, `${out}.other`, options))).rejects.toThrow(/is missing/);
    await writeFile(out, whole);
    await expect(collect(mergeFiles(first, out, options))).rejects.toMatchObject({
      code: "bad-set",
    });
  });

  it("frees the shards of a merged file that is there already", async () => {
    const { first, out, whole, directory } = await mergeWorld();
    await collect(mergeFiles(first, out));
    const { result } = await collect(mergeFiles(first, out, CONSUME));
    expect(result.state).toBe("present");
    expect(await hasBytes(out, whole)).toBe(true);
    expect(await namesBelow(directory)).toEqual([]);
  });

  it("loses nothing where a shard that is left was written to, or the merged part was", async () => {
    for (const damage of ["shard", "merged", "journal"]) {
      const world = await mergeWorld();
      const { first, out, built, shards } = world;
      await mergeUntil(world, (event) => isFreed(event, built[0]?.name ?? ""));
      const work = `${out}.merging`;
      if (damage === "shard") await appendFile(shards[2] ?? "", "x");
      if (damage === "merged") await truncate(join(work, "partial"), 1000);
      if (damage === "journal") await writeFile(join(work, "journal"), "{");
      const code = damage === "shard" ? "file-changed" : "unfinished-merge";
      await expect(collect(mergeFiles(first, out, CONSUME))).rejects.toMatchObject({ code });
      expect(await namesBelow(work)).toEqual(["journal", "partial"]);
      expect(await namesBelow(dirname(shards[0] ?? ""))).toHaveLength(2);
    }
  });

  it("does not take another set's unfinished merge for its own", async () => {
    const world = await mergeWorld();
    const other = await mergeWorld({ seed: 2 });
    await mergeUntil(world, (event) => isFreed(event, world.built[0]?.name ?? ""));
    const stranger = join(other.directory, "n-00001-of-00003.gguf");
    await writeFile(stranger, await readFile(other.first));
    await expect(collect(mergeFiles(stranger, world.out, CONSUME))).rejects.toMatchObject({
      code: "unfinished-merge",
    });
    await collect(mergeFiles(world.first, world.out, CONSUME));
    expect(await hasBytes(world.out, world.whole)).toBe(true);
  });

  it("takes room for one shard more than the model", async () => {
    const world = await mergeWorld({ rows: 1000 });
    const { first, out, whole, built } = world;
    const largest = Math.max(...built.map(({ bytes }) => bytes.length));
    let most = 0;
    for await (const event of mergeFiles(first, out, CONSUME)) {
      if (event.type !== "started" && event.type !== "freed") continue;
      const partial = await stat(join(`${out}.merging`, "partial")).catch(() => undefined);
      const left = await Promise.all(world.shards.map((path) => stat(path).catch(() => undefined)));
      const allocated = [partial, ...left].reduce(
        (sum, stats) => sum + (stats?.blocks ?? 0) * 512,
        0,
      );
      most = Math.max(most, allocated);
    }
    expect(most).toBeLessThan(whole.length + largest + 64 * 1024);
  });
});

describe("roomNeeded", () => {
  const plan = {
    header: new Uint8Array(10),
    fileSize: 610,
    copies: [
      { file: 0, from: 0, to: 10, bytes: 100 },
      { file: 1, from: 0, to: 110, bytes: 300 },
      { file: 2, from: 0, to: 410, bytes: 200 },
    ],
  };

  it("is the merged file where nothing is freed", () => {
    expect(roomNeeded(plan, [0, 0, 0])).toBe(610);
  });

  it("is what there is at most at a time where each file is freed after it was copied", () => {
    expect(roomNeeded(plan, [100, 300, 200])).toBe(310);
    expect(roomNeeded(plan, [0, 300, 200])).toBe(410);
  });
});
