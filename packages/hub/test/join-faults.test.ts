import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  FileChangedError,
  HashMismatchError,
  NetworkError,
  NoByteRangesError,
  NoSpaceError,
  NotFoundError,
  type JoinFiles,
} from "../src/index.ts";
import { joinBehindHead } from "./join-behind-head.mjs";
import { chunkBytesAsked, joinFiles, joinWorld, succeedJoined } from "./join-world.ts";
import { CHUNK_BYTES, filesBelow } from "./support.ts";
import { fail, hubWorld, SHARD_BYTES, SHARDS } from "./transfer-world.ts";
import { fullDiskAfter } from "./write-faults.ts";

const [FIRST = "", SECOND = "", THIRD = ""] = Object.keys(SHARDS);

// What a server asks for is waited for a little longer, up to a second at random.
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a byte that is flipped on its way", () => {
  it("is found, and mended in its place in the joined file", async () => {
    const world = await joinWorld();
    // Of the first shard's last chunk, which does not begin where a block of the joined file does.
    for (const at of [3 * CHUNK_BYTES + 100, SHARD_BYTES - 1]) {
      world.play({ kind: "flip", at, skip: 1, times: 1 });
    }
    const { events } = await succeedJoined(world);
    const repaired = events.filter((event) => event.type === "repaired");
    expect(new Set(repaired.map(({ start }) => start))).toEqual(
      new Set([3 * CHUNK_BYTES, 5 * CHUNK_BYTES]),
    );
    expect(repaired.map(({ file }) => file)).toEqual([SECOND, SECOND]);
  });

  it("in what is not placed, the header, is found too", async () => {
    const world = await joinWorld();
    world.play({ kind: "flip", at: 20, skip: 1, times: 1 });
    const { events } = await succeedJoined(world);
    expect(events).toContainEqual({
      type: "repaired",
      file: SECOND,
      start: 0,
      end: CHUNK_BYTES,
    });
  });

  it("each time is an error, no file, and nothing that the next run stumbles over", async () => {
    const world = await joinWorld();
    const flipping = world.play({ kind: "flip", at: 2 * CHUNK_BYTES + 5, skip: 1 });
    const { error, left } = await fail(world);
    expect(error).toBeInstanceOf(HashMismatchError);
    expect(error).toMatchObject({ file: SECOND });
    expect(left.filter((path) => path.includes("-00002-of-"))).toEqual([]);
    flipping.off();
    const { events } = await succeedJoined(world);
    const resumed = events.flatMap((event) => (event.type === "resumed" ? event.file : []));
    expect(resumed).toContain(FIRST);
    expect(resumed).not.toContain(SECOND);
  });

  it("while the header was read is found at the end: nothing has a name, all begins anew", async () => {
    const world = await joinWorld();
    world.play({ kind: "flip", at: 20, times: 1 });
    const { error, left } = await fail(world);
    expect(error).toBeInstanceOf(FileChangedError);
    expect(left).toEqual([]);
    expect(await joinFiles(world)).toEqual([]);
    await succeedJoined(world);
  });
});

describe("a server", () => {
  it("whose connections break off, and whose addresses expire, is asked again", async () => {
    const world = await joinWorld();
    world.play({ kind: "reset", after: 20_000, skip: 2, times: 2 });
    world.hub.faults.urlUses = 4;
    const { events } = await succeedJoined(world, { connections: 3 });
    expect(events.map(({ type }) => type)).toContain("retried");
    expect(world.hub.sent(THIRD)).toBeLessThan(2 * SHARD_BYTES + CHUNK_BYTES);
  });

  it("that fails while headers are read is asked again, and that is told", async () => {
    const world = await joinWorld();
    world.play({ kind: "status", status: 503, on: "cdn", times: 2 });
    const { events } = await succeedJoined(world);
    expect(events.filter(({ type }) => type === "retried")).toHaveLength(2);
    world.play({ kind: "reset", after: 0 });
    const other = await joinWorld();
    other.play({ kind: "reset", after: 0 });
    const { error } = await fail(other);
    expect(error).toBeInstanceOf(NetworkError);
  });

  it("with another ETag at every answer is believed where a digest vouches for the file", async () => {
    const world = await joinWorld();
    for (let skip = 0; skip < 12; skip++) {
      world.play({ kind: "etag", etag: `"${skip}"`, skip, times: 1 });
    }
    await succeedJoined(world);
  });

  it.each([
    ["ignore-range", "the server sends the whole file"],
    ["chunked", "lengths"],
  ] as const)("that has no ranges (%s) is refused, with what to do instead", async (kind, told) => {
    for (const skip of [0, 1, 4]) {
      const world = await joinWorld();
      world.play({ kind, skip });
      const { error } = await fail(world);
      expect(error).toBeInstanceOf(NoByteRangesError);
      expect(error).toMatchObject({ code: "no-ranges", file: SECOND });
      expect(String(error)).toContain(told);
      expect(String(error)).toContain("download the shards, then merge them");
    }
  });

  it("that answers with the whole file once is asked again", async () => {
    const world = await joinWorld();
    world.play({ kind: "ignore-range", skip: world.answersBefore, times: 1 });
    const { events } = await succeedJoined(world);
    expect(events.map(({ type }) => type)).toContain("retried");
  });

  it("that has a shard no longer is told before a chunk of the others comes", async () => {
    const world = await joinWorld();
    const missing = world.hub.play({ kind: "entry-not-found", path: THIRD });
    const { error, left } = await fail(world);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(chunkBytesAsked(world)).toBe(0);
    expect(left).toEqual([]);
    missing.off();
    await succeedJoined(world);
  });

  it("that loses a shard on the way keeps the others for the next time", async () => {
    const world = await joinWorld();
    const missing = world.hub.play({ kind: "entry-not-found", path: THIRD, skip: 1 });
    const { error } = await fail(world, { connections: 1 });
    expect(error).toBeInstanceOf(NotFoundError);
    missing.off();
    world.hub.resetCounters();
    await succeedJoined(world);
    expect(chunkBytesAsked(world)).toBeLessThan(2 * SHARD_BYTES);
  });
});

describe("a disk", () => {
  it("without room for it is told before the first byte", async () => {
    const huge: JoinFiles = async (...input) => ({
      ...(await joinBehindHead(...input)),
      fileSize: 9e15,
    });
    const world = await hubWorld();
    const get: typeof world.get = (more) => world.get({ join: huge, ...more });
    const { error, left } = await fail({ ...world, get });
    expect(error).toBeInstanceOf(NoSpaceError);
    expect(error).toMatchObject({ available: expect.any(Number) });
    expect(left).toEqual([]);
    expect(chunkBytesAsked(world)).toBe(0);
  });

  it("that fills up on the way is told, and the next run goes on", async () => {
    const world = await joinWorld();
    await fullDiskAfter(2 * SHARD_BYTES);
    const { error } = await fail(world);
    expect(error).toMatchObject({ code: "no-space", needed: undefined });
    vi.restoreAllMocks();
    world.hub.resetCounters();
    const { events } = await succeedJoined(world);
    expect(chunkBytesAsked(world)).toBeLessThan(2.5 * SHARD_BYTES);
    expect(events.map(({ type }) => type)).toContain("resumed");
  });
});

describe("a join", () => {
  it("that fails ends all before anything is written", async () => {
    const world = await hubWorld();
    const broken = world.get({ join: async () => Promise.reject(new TypeError("no set")) });
    await expect(async () => {
      for await (const event of broken) expect(event.type).toBe("place");
    }).rejects.toThrow("no set");
    expect(await filesBelow(world.directory)).toEqual([]);
  });

  it("that fails over the verified bytes leaves nothing", async () => {
    let calls = 0;
    const twice: JoinFiles = async (...input) => {
      if (++calls > 1) throw new TypeError("no set after all");
      return joinBehindHead(...input);
    };
    const world = await joinWorld();
    const out = join(world.directory, "out");
    await expect(async () => {
      for await (const event of world.get({ join: twice, out })) expect(event).toBeDefined();
    }).rejects.toThrow("no set after all");
    expect(await filesBelow(out)).toEqual([]);
  });

  it("is given the verified bytes the second time", async () => {
    const seen: Buffer[][] = [];
    const spy: JoinFiles = async (inputs, signal) => {
      const whole = inputs.map(({ source, bytes }) => source.read(0, bytes + 10, signal));
      seen.push((await Promise.all(whole)).map((bytes) => Buffer.from(bytes)));
      return joinBehindHead(inputs, signal);
    };
    const world = await joinWorld();
    await succeedJoined(world, { join: spy });
    expect(seen).toHaveLength(2);
    for (const bytes of seen) {
      const right = Object.values(SHARDS).map((content) => content.read(0, SHARD_BYTES));
      expect(bytes.map((shard, index) => shard.equals(right[index] ?? shard.subarray(1)))).toEqual([
        true,
        true,
        true,
      ]);
    }
  });
});
