import { open, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentOf } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import {
  AliasUnavailableError,
  FileChangedError,
  HashMismatchError,
  NotGgufError,
  type ModelAlias,
} from "../src/index.ts";
import { CHUNK_BYTES, filesBelow, finish, ggufBytes } from "./support.ts";
import {
  abortWhen,
  fail,
  hubWorld,
  isHashed,
  OTHER_SHARDS,
  SHARD_BYTES,
  sha256OfFile,
  SHARDS,
  succeed,
  urlWorld,
  type HubWorld,
  type TransferWorld,
  type UrlWorld,
} from "./transfer-world.ts";

const [SHARD] = Object.values(SHARDS);
const [OTHER] = Object.values(OTHER_SHARDS);
const LAST_CHUNK = SHARD_BYTES % CHUNK_BYTES;

/** A URL whose content an alias vouches for, and nothing else does. */
async function aliasWorld(etag?: string): Promise<UrlWorld> {
  const world = await urlWorld(etag);
  const [content] = world.contents;
  const alias: ModelAlias = {
    name: "tiny",
    description: "A model for tests",
    licence: "MIT",
    sha256: (await content?.sha256()) ?? "",
    bytes: world.bytes,
    fileName: "m.gguf",
    places: [world.server.url + world.path],
  };
  const get = world.getAlias(alias);
  return { ...world, isChunked: true, isVerified: true, answersBefore: 3, get };
}

/** Fetches a file but for its last chunks, with hashes of what came noted. */
async function partOf(world: TransferWorld, chunks: number): Promise<void> {
  const skip = world.asked + chunks;
  const silent = world.play({ kind: "stall", after: 0, skip });
  await abortWhen(world, () => isHashed(world, chunks), { connections: 1 });
  silent.off();
}

/** Changes a byte of the partial file. */
async function damagePartial({ directory }: TransferWorld, at: number): Promise<void> {
  const name = (await filesBelow(directory)).find((path) => path.endsWith(".incomplete"));
  const file = await open(join(directory, name ?? "none"), "r+");
  await file.write(Buffer.from("damaged"), 0, 7, at);
  await file.close();
}

const VERIFIED: [string, () => Promise<TransferWorld>][] = [
  ["a shard on the Hub", hubWorld],
  ["a file that an alias vouches for, by its ETag", () => aliasWorld('"1"')],
  ["a file that an alias vouches for, without an ETag", () => aliasWorld()],
];

describe.each(VERIFIED)("a flipped byte (%s)", (_, start) => {
  const at = 3 * CHUNK_BYTES + 100;

  it("that came once is found, and its chunk alone is written anew", async () => {
    const world = await start();
    world.play({ kind: "flip", at, times: 1 });
    const { events } = await succeed(world, { connections: 2 });
    const start3 = 3 * CHUNK_BYTES;
    expect(events.filter(({ type }) => type === "repaired")).toEqual([
      { type: "repaired", file: world.file, start: start3, end: start3 + CHUNK_BYTES },
    ]);
    // Two chunks at a time, from the first on, until the one that was wrong.
    expect(world.sent()).toBe(world.bytes + world.asked + 4 * CHUNK_BYTES);
  });

  it("in each of two chunks is found, too", async () => {
    const world = await start();
    world.play({ kind: "flip", at: 10, times: 1 });
    world.play({ kind: "flip", at, times: 1 });
    const { events } = await succeed(world);
    expect(events.filter(({ type }) => type === "repaired")).toHaveLength(2);
  });

  it("that always comes is an error, and nothing of the file is left", async () => {
    const world = await start();
    const flipping = world.play({ kind: "flip", at });
    const { error, left } = await fail(world);
    const isAlias = error instanceof AliasUnavailableError;
    expect(isAlias ? error.failures[0]?.error : error).toBeInstanceOf(HashMismatchError);
    const hash = (await world.contents[1]?.sha256()) ?? "m.gguf";
    expect(left.filter((path) => path.includes(hash))).toEqual([]);
    flipping.off();
    await succeed(world);
  });
});

const RESUMABLE: [string, () => Promise<TransferWorld>][] = [
  ["a shard on the Hub", hubWorld],
  ["a URL with an ETag", () => urlWorld('"1"')],
];

describe.each(RESUMABLE)("the next run (%s)", (_, start) => {
  it("fetches what is missing and nothing else", async () => {
    const world = await start();
    await partOf(world, 4);
    const before = world.sent();
    const { events } = await succeed(world);
    const resumed = events.find((event) => event.type === "resumed" && event.file === world.file);
    expect(resumed).toMatchObject({ done: 4 * CHUNK_BYTES, bytes: SHARD_BYTES });
    const others = world.contents.length > 1 ? SHARD_BYTES : 0; // the third shard
    const missing = CHUNK_BYTES + LAST_CHUNK + others;
    expect(world.sent() - before).toBe(missing + world.asked);
  });

  it("fetches a chunk that was damaged on the disk, and no other", async () => {
    const world = await start();
    await partOf(world, 4);
    await damagePartial(world, CHUNK_BYTES + 50);
    const before = world.sent();
    const { events } = await succeed(world);
    expect(events.map(({ type }) => type)).toContain("resumed");
    const others = world.contents.length > 1 ? SHARD_BYTES : 0;
    const missing = CHUNK_BYTES + LAST_CHUNK + others;
    expect(world.sent() - before).toBe(missing + CHUNK_BYTES + world.asked);
  });

  it("does without a ledger that is damaged or gone", async () => {
    const world = await start();
    await partOf(world, 4);
    const ledgers = (await filesBelow(world.directory)).filter((path) => path.endsWith(".ledger"));
    for (const path of ledgers) await writeFile(join(world.directory, path), "nonsense\n");
    const { events } = await succeed(world);
    expect(events.map(({ type }) => type)).not.toContain("resumed");
  });

  it("in chunks of another size begins anew", async () => {
    const world = await start();
    await partOf(world, 4);
    const { events } = await succeed(world, { chunks: { bytes: 2 * CHUNK_BYTES, window: 4 } });
    expect(events.map(({ type }) => type)).not.toContain("resumed");
  });
});

describe("a Hub file that changed between two runs", () => {
  it("is another blob, and what there was of the old one is not used", async () => {
    const world = await hubWorld();
    await partOf(world, 4);
    const before = await sizesBelow(world, ".incomplete");
    changeRepo(world);
    const { model } = await finish(world.get());
    const hashes = await Promise.all(world.contents.map((content) => content.sha256()));
    expect(await Promise.all(model.files.map(sha256OfFile))).toEqual(hashes);
    // It may be gone on with by who asks for the old commit.
    expect(await sizesBelow(world, ".incomplete")).toEqual(before);
  });

  it("in a directory of the user's begins anew, and that is told", async () => {
    const world = await hubWorld();
    const out = join(world.directory, "out");
    const silent = world.play({ kind: "stall", after: 0, skip: 3 });
    await abortWhen(world, () => isHashed(world, 3), { connections: 1, out });
    silent.off();
    changeRepo(world);
    const { events } = await succeed(world, { out, replace: true });
    const { file } = world;
    const reason = expect.stringContaining("other content");
    expect(events).toContainEqual({ type: "restarted", file, reason });
  });
});

/** Names and sizes of files. */
async function sizesBelow(
  { directory }: TransferWorld,
  end: string,
): Promise<(readonly [string, number])[]> {
  const names = (await filesBelow(directory)).filter((path) => path.endsWith(end));
  return Promise.all(
    names.map(async (name) => [name, (await stat(join(directory, name))).size] as const),
  );
}

function changeRepo(world: HubWorld): void {
  world.hub.repos["o/n"] = { files: OTHER_SHARDS, commit: "1".repeat(40) };
  world.contents = Object.values(OTHER_SHARDS);
}

describe("an ETag that changes on the way", () => {
  it("means nothing on the Hub's second origin, whose own it is", async () => {
    const world = await hubWorld();
    world.play({ kind: "etag", skip: world.answersBefore });
    const { events } = await succeed(world);
    expect(events.map(({ type }) => type)).not.toContain("restarted");
    expect(world.sent()).toBe(world.bytes);
  });

  it.each([
    ["the same size", SHARD_BYTES],
    ["another size", SHARD_BYTES + 2 * CHUNK_BYTES],
    ["a size below a chunk", 1000],
  ])("with other content of %s begins anew with that", async (_, bytes) => {
    const world = await urlWorld('"1"');
    const content = bytes === SHARD_BYTES ? OTHER : undefined;
    const served = content ?? ggufBytes(bytes, 7);
    world.server.pace.bytesPerSecond = 300_000;
    let hasChanged = false;
    const types: string[] = [];
    for await (const event of world.get({ connections: 2 })) {
      types.push(event.type);
      if (hasChanged || event.type !== "progress" || event.done < 10_000) continue;
      hasChanged = true;
      world.server.files[world.path] = { bytes: served, etag: '"2"' };
      world.server.pace.bytesPerSecond = Infinity;
    }
    expect(types).toContain("restarted");
    world.contents = [contentOf(served)];
    await succeed(world);
  });

  it("with every answer is an error in the end", async () => {
    const world = await urlWorld('"1"');
    let version = 1;
    for (let skip = 1; skip < 40; skip += 2) {
      world.play({ kind: "etag", etag: `"${++version}"`, skip, times: 1 });
    }
    const { error, left } = await fail(world);
    expect(error).toBeInstanceOf(FileChangedError);
    expect(left.filter((path) => path.endsWith(".gguf"))).toEqual([]);
  });

  it("between two runs has what was left given up", async () => {
    const world = await urlWorld('"1"');
    await partOf(world, 4);
    if (OTHER === undefined) throw new Error("no content");
    world.server.files[world.path] = { bytes: OTHER, etag: '"2"' };
    world.contents = [OTHER];
    const { events } = await succeed(world);
    const told = events.map(({ type }) => type).filter((type) => type !== "progress");
    expect(told).toEqual(["place", "planned", "restarted", "started", "done"]);
  });
});

describe("a file without an ETag that changes on the way", () => {
  it("is never put together from two versions", async () => {
    const world = await urlWorld();
    world.server.pace.bytesPerSecond = 1_000_000;
    let hasChanged = false;
    for await (const event of world.get()) {
      if (hasChanged || event.type !== "progress") continue;
      hasChanged = true;
      if (OTHER !== undefined) world.server.files[world.path] = { bytes: OTHER };
    }
    expect(hasChanged).toBe(true);
    const names = (await filesBelow(world.directory)).filter((path) => path.endsWith(".gguf"));
    const hashes = [await SHARD?.sha256(), await OTHER?.sha256()];
    expect(hashes).toContain(await sha256OfFile(join(world.directory, names[0] ?? "none")));
  });
});

describe("what is no GGUF file", () => {
  const page = { "content-type": "text/html; charset=utf-8" };

  it("is a login page in place of a shard", async () => {
    const world = await hubWorld();
    const body = "<!DOCTYPE html><p>Log in";
    const portal = world.play({ kind: "status", status: 200, headers: page, body, on: "cdn" });
    const { error } = await fail(world);
    expect(error).toBeInstanceOf(NotGgufError);
    expect(String(error)).toContain("a web page");
    portal.off();
    await succeed(world);
  });

  it("is a login page half way: the next run goes on", async () => {
    const world = await hubWorld();
    const body = "<!DOCTYPE html><p>Log in";
    const { answersBefore: skip } = world;
    const portal = world.play({
      kind: "status",
      status: 200,
      headers: page,
      body,
      on: "cdn",
      skip,
    });
    await fail(world);
    portal.off();
    await succeed(world);
  });

  it("is refused by its first chunk, and nothing of it is left", async () => {
    const world = await urlWorld('"1"');
    const bytes = Buffer.alloc(SHARD_BYTES, "PK\x03\x04");
    world.server.files[world.path] = { bytes, etag: '"1"' };
    const { error, left } = await fail(world);
    expect(error).toBeInstanceOf(NotGgufError);
    expect(String(error)).toContain("504b0304");
    expect(left).toEqual([]);
  });

  it("is refused on the Hub, too, whatever its hash", async () => {
    const [path = ""] = Object.keys(SHARDS);
    const world = await hubWorld({ files: { ...SHARDS, [path]: Buffer.alloc(SHARD_BYTES, "x") } });
    const { error } = await fail(world);
    expect(error).toBeInstanceOf(NotGgufError);
  });
});
