import { join } from "node:path";
import { contentOf } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import { FileChangedError, NotGgufError } from "../src/index.ts";
import { CHUNK_BYTES, filesBelow, ggufBytes } from "./support.ts";
import {
  fail,
  hubWorld,
  OTHER_SHARDS,
  SHARD_BYTES,
  sha256OfFile,
  SHARDS,
  succeed,
  urlWorld,
} from "./transfer-world.ts";

const [SHARD] = Object.values(SHARDS);
const [OTHER] = Object.values(OTHER_SHARDS);

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
