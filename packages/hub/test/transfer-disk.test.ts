import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { shardedRepo, testCommit } from "@ggufkit/fixtures";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FileExistsError, HubError, NoSpaceError } from "../src/index.ts";
import { CHUNK_BYTES, filesBelow, finish, typesOf } from "./support.ts";
import {
  fail,
  hubWorld,
  PLACES,
  SHARD_BYTES,
  SHARDS,
  succeed,
  urlWorld,
  type TransferWorld,
} from "./transfer-world.ts";
import { fullDiskAfter } from "./write-faults.ts";

const [FIRST = "", SECOND = ""] = Object.keys(SHARDS);
const OTHER = Buffer.alloc(SHARD_BYTES, "the user's own");

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a disk without room for it", () => {
  it("is told before the first byte", async () => {
    const files = shardedRepo({
      prefix: "Q4_K_M/huge-Q4_K_M",
      shards: 5,
      bytesPerShard: 50e12,
      madeUpSha256: true,
    });
    const world = await hubWorld({ files });
    const { error, events, left } = await fail(world);
    expect(error).toBeInstanceOf(NoSpaceError);
    expect(error).toMatchObject({ needed: 250e12, available: expect.any(Number) });
    expect(String(error)).toMatch(/not enough room: 250000\.0 GB are needed, [\d.]+ GB are free/);
    expect(typesOf(events)).toEqual(["place", "planned"]);
    expect(left).toEqual([]);
    expect(world.hub.cdnRequests).toEqual([]);
  });
});

describe.each(PLACES)("a disk that fills up on the way (%s)", (_, start) => {
  it("is told, and the next run goes on where this one was", async () => {
    const world = await start();
    await fullDiskAfter(world.bytes - 2 * CHUNK_BYTES);
    const { error } = await fail(world);
    expect(error).toBeInstanceOf(NoSpaceError);
    expect(error).toMatchObject({ code: "no-space", needed: undefined });
    expect(String(error)).toContain("the disk is full");
    vi.restoreAllMocks();
    const before = world.sent();
    await succeed(world);
    if (world.isVerified) expect(world.sent() - before).toBeLessThan(world.bytes);
  });
});

describe("a directory of the user's", () => {
  it("has the files as the repository has them, with the notes that other tools leave", async () => {
    const world = await hubWorld();
    const out = join(world.directory, "out");
    const { model } = await succeed(world, { out });
    expect(model.files).toEqual(Object.keys(SHARDS).map((path) => join(out, path)));
    const notes = Object.keys(SHARDS).map((path) => `.cache/huggingface/download/${path}.metadata`);
    expect(await everythingBelow(out)).toEqual([...notes, ...Object.keys(SHARDS)].toSorted());
    const note = await readFile(join(out, notes[0] ?? "none"), "utf8");
    const [commit, etag, time, ...rest] = note.split("\n");
    expect([commit, etag, rest]).toEqual([
      testCommit("o/n"),
      await world.contents[0]?.sha256(),
      [""],
    ]);
    expect(Number(time) * 1000).toBeGreaterThan(Date.now() - 60_000);
    expect(Number(time) * 1000).toBeLessThanOrEqual(Date.now());
  });

  it("has the file of a URL, and nothing of the work", async () => {
    const world = await urlWorld('"1"');
    const out = join(world.directory, "out");
    const { model } = await succeed(world, { out });
    expect(model.files).toEqual([join(out, "m.gguf")]);
    expect(await everythingBelow(out)).toEqual(["m.gguf"]);
  });

  it("keeps what could not be finished out of sight, for the next run", async () => {
    for (const world of [await hubWorld(), await urlWorld('"1"')]) {
      const out = join(world.directory, "out");
      const broken = world.play({ kind: "reset", after: 0, skip: world.answersBefore });
      const { left } = await fail(world, { out, connections: 1 });
      expect(left.length).toBeGreaterThan(0);
      expect(left.every((path) => path.startsWith("out/.cache/ggufkit/"))).toBe(true);
      broken.off();
      const { events } = await succeed(world, { out });
      if (world.isVerified) expect(events.map(({ type }) => type)).toContain("resumed");
    }
  });

  it("is not asked twice", async () => {
    for (const world of [await hubWorld(), await urlWorld('"1"')]) {
      const out = join(world.directory, "out");
      await succeed(world, { out });
      const before = world.sent();
      const { events } = await succeed(world, { out });
      const kept = Array(world.contents.length).fill("cached");
      expect(typesOf(events)).toEqual(["place", "planned", ...kept]);
      expect(world.sent() - before).toBeLessThanOrEqual(1);
    }
  });
});

describe.each([
  ["the Hub", hubWorld, SECOND],
  ["a URL", () => urlWorld('"1"'), "m.gguf"],
] as [string, () => Promise<TransferWorld>, string][])(
  "a file of the same name that is there already (%s)",
  (_, start, name) => {
    it("with other content is an error, and stays as it is", async () => {
      const { world, out, path } = await withFile(start, name, OTHER);
      const error: unknown = await finish(world.get({ out })).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(FileExistsError);
      expect(error).toMatchObject({ code: "file-exists", path });
      expect((await readFile(path)).equals(OTHER)).toBe(true);
      expect(await filesBelow(out)).toEqual([name]);
      expect(world.sent()).toBeLessThanOrEqual(1);
    });

    it("is replaced where that is asked for, once the right bytes are there", async () => {
      const { world, out, path } = await withFile(start, name, OTHER);
      const broken = world.play({ kind: "reset", after: 0, skip: world.answersBefore });
      await expect(finish(world.get({ out, replace: true }))).rejects.toThrow(HubError);
      expect((await readFile(path)).equals(OTHER)).toBe(true);
      broken.off();
      await succeed(world, { out, replace: true });
    });
  },
);

describe("a file that is there already with the right content", () => {
  it("is not fetched from the Hub", async () => {
    const bytes = Buffer.from(SHARDS[SECOND]?.read(0, SHARD_BYTES) ?? []);
    const { world, out } = await withFile(() => hubWorld(), SECOND, bytes);
    const { events } = await succeed(world, { out });
    expect(events).toContainEqual({ type: "cached", file: SECOND });
    expect(world.hub.sent(SECOND)).toBe(0);
  });

  it("is not fetched from a URL whose content an alias vouches for", async () => {
    const bytes = Buffer.from(SHARDS[FIRST]?.read(0, SHARD_BYTES) ?? []);
    const { world, out } = await withFile(() => urlWorld('"1"'), "m.gguf", bytes);
    const sha256 = (await world.contents[0]?.sha256()) ?? "";
    const alias = { description: "", licence: "MIT", sha256, bytes: SHARD_BYTES };
    const places = [world.server.url + world.path];
    const get = world.getAlias({ ...alias, name: "tiny", fileName: "m.gguf", places });
    const { events } = await succeed({ ...world, get }, { out });
    expect(typesOf(events)).toContain("cached");
    expect(world.sent()).toBeLessThanOrEqual(1);
  });
});

/** Files and empty directories, with `/`, sorted. */
async function everythingBelow(directory: string): Promise<string[]> {
  const names = (await readdir(directory, { recursive: true })).map((name) =>
    name.replaceAll("\\", "/"),
  );
  return names.filter((name) => !names.some((other) => other.startsWith(`${name}/`))).toSorted();
}

async function withFile<World extends TransferWorld>(
  start: () => Promise<World>,
  name: string,
  bytes: Buffer,
): Promise<{ world: World; out: string; path: string }> {
  const world = await start();
  const out = join(world.directory, "out");
  const path = join(out, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return { world, out, path };
}
