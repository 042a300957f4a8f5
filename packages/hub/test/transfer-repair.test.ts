import { describe, expect, it } from "vitest";
import { AliasUnavailableError, HashMismatchError, type ModelAlias } from "../src/index.ts";
import { CHUNK_BYTES } from "./support.ts";
import {
  fail,
  hubWorld,
  succeed,
  urlWorld,
  type TransferWorld,
  type UrlWorld,
} from "./transfer-world.ts";

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
    // Two chunks at a time, from the first on, until the one that was wrong; that one twice, to know.
    expect(world.sent()).toBe(world.bytes + world.asked + 5 * CHUNK_BYTES);
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
