import { open, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { isHeld, takeClaim } from "../src/files.ts";
import { ClaimLostError, type HubEvent, type JoinFiles } from "../src/index.ts";
import { HEAD, joinBehindHead } from "./join-behind-head.mjs";
import { chunkBytesAsked, joinedBytes, joinFiles, joinWorld, succeedJoined } from "./join-world.ts";
import { CHUNK_BYTES, failing, filesBelow, typesOf } from "./support.ts";
import {
  abortWhen,
  fetchPart,
  isHashed,
  SHARD_BYTES,
  SHARDS,
  type HubWorld,
} from "./transfer-world.ts";

const [FIRST = "", SECOND = ""] = Object.keys(SHARDS);
const CHUNKS = Math.ceil(SHARD_BYTES / CHUNK_BYTES);
const LAST_CHUNK = SHARD_BYTES % CHUNK_BYTES;
/** What {@link halfDone} leaves to be fetched, of the second shard and the third. */
const MISSING = CHUNK_BYTES + LAST_CHUNK + SHARD_BYTES;

/** The first shard and four chunks of the second are there, and hashed. */
async function halfDone(): Promise<HubWorld> {
  const world = await joinWorld();
  const silent = world.play({ kind: "stall", after: 0, skip: world.asked + 4 });
  const first = { ...world, file: FIRST };
  const isTime = async (): Promise<boolean> =>
    (await isHashed(first, CHUNKS)) && (await isHashed(world, 4));
  await abortWhen(world, isTime, { connections: 1 });
  silent.off();
  world.hub.resetCounters();
  return world;
}

/** Files that the second run finds. */
async function left(world: HubWorld, end: string): Promise<string> {
  const found = (await joinFiles(world)).filter((path) => path.endsWith(end));
  return join(world.directory, found[0] ?? "none");
}

async function damage(path: string, at: number): Promise<void> {
  const file = await open(path, "r+");
  await file.write(Buffer.from("damaged"), 0, 7, at);
  await file.close();
}

function resumed(events: readonly HubEvent[]): (readonly [string, number])[] {
  return events.flatMap((event) =>
    event.type === "resumed" ? [[event.file, event.done] as const] : [],
  );
}

describe("the next run", () => {
  it("fetches what is missing and nothing else", async () => {
    const world = await halfDone();
    const { events } = await succeedJoined(world);
    expect(Object.fromEntries(resumed(events))).toEqual({
      [FIRST]: SHARD_BYTES,
      [SECOND]: 4 * CHUNK_BYTES,
    });
    expect(chunkBytesAsked(world)).toBe(MISSING);
  });

  it.each([
    ["a shard that was all there", 64 + 2 * CHUNK_BYTES, 1],
    ["a shard that was half there", 64 + SHARD_BYTES - HEAD + CHUNK_BYTES, 1],
    ["the header", 10, 0],
    ["where nothing goes", 45, 0],
  ])("mends what was damaged meanwhile: %s", async (_, at, chunks) => {
    const world = await halfDone();
    await damage(await left(world, "joined.incomplete"), at);
    await succeedJoined(world);
    expect(chunkBytesAsked(world)).toBe(MISSING + chunks * CHUNK_BYTES);
  });

  it("mends what lies beside the joined file, too", async () => {
    const world = await halfDone();
    await damage(await left(world, "-00001-of-00003.gguf.incomplete"), 100);
    await succeedJoined(world);
    expect(chunkBytesAsked(world)).toBe(MISSING + CHUNK_BYTES);
  });

  it.each<[string, (world: HubWorld) => Promise<void>]>([
    ["the joined file", async (world) => rm(await left(world, "joined.incomplete"))],
    ["its end", async (world) => truncate(await left(world, "joined.incomplete"), 1000)],
    ["what it is of", async (world) => rm(await left(world, "layout.json"))],
    ["sense", async (world) => writeFile(await left(world, "layout.json"), "{")],
  ])("begins anew where %s is gone", async (_, remove) => {
    const world = await halfDone();
    await remove(world);
    const { events } = await succeedJoined(world);
    expect(resumed(events)).toEqual([]);
    expect(chunkBytesAsked(world)).toBe(3 * SHARD_BYTES);
  });

  it("begins a shard anew whose ledger is damaged, and goes on with the others", async () => {
    const world = await halfDone();
    await writeFile(await left(world, "-00001-of-00003.gguf.ledger"), "nonsense\n");
    const { events } = await succeedJoined(world);
    expect(resumed(events)).toEqual([[SECOND, 4 * CHUNK_BYTES]]);
  });

  it("in chunks of another size begins the shards anew", async () => {
    const world = await halfDone();
    const { events } = await succeedJoined(world, {
      chunks: { bytes: 2 * CHUNK_BYTES, window: 4 },
    });
    expect(resumed(events)).toEqual([]);
  });

  it("by another layout begins anew in the same directory, and tells", async () => {
    const world = await joinWorld();
    const out = join(world.directory, "out");
    await fetchPart({ ...world, get: (more) => world.get({ out, ...more }) }, 4);
    const other: JoinFiles = async (inputs, signal) => {
      const joined = await joinBehindHead(inputs, signal);
      const copies = joined.copies.map((copy) => ({ ...copy, to: copy.to + 32 }));
      return { ...joined, copies, fileSize: joined.fileSize + 4096 };
    };
    const expected = await joinedBytes(SHARDS, other);
    const { events, model } = await finishJoined(world, { out, join: other });
    const reason = expect.stringContaining("other content");
    expect(events).toContainEqual({ type: "restarted", file: "m-Q4_K_M.gguf", reason });
    expect(resumed(events)).toEqual([]);
    expect((await readFile(model[0] ?? "")).equals(expected)).toBe(true);
    expect(await filesBelow(out)).toEqual(["m-Q4_K_M.gguf"]);
  });

  it("takes what is in the cache by now, on top of what is there", async () => {
    const world = await halfDone();
    const apart: HubWorld = { ...world, get: (more) => world.get(more) };
    await finishJoined(apart, { join: undefined });
    world.hub.resetCounters();
    const { events } = await succeedJoined(world);
    expect(chunkBytesAsked(world)).toBe(0);
    expect(resumed(events)).toHaveLength(2);
  });
});

describe("another process that has the claim", () => {
  it("is waited for, and its file taken", async () => {
    const world = await joinWorld();
    const silent = world.play({ kind: "stall", after: 0, skip: 3, times: 1 });
    const stall = { timeouts: { stall: 1000 } };
    const first = finishJoined(world, stall);
    await vi.waitFor(() => expect(silent.played).toBe(1), { timeout: 5000 });
    const second = await finishJoined(world);
    await first;
    expect(typesOf(second.events)).toEqual(["place", "planned", "waiting", "cached"]);
    expect(second.events).toContainEqual({
      type: "waiting",
      file: "m-Q4_K_M.gguf",
      pid: process.pid,
    });
    expect(chunkBytesAsked(world)).toBeLessThan(3 * SHARD_BYTES + 2 * CHUNK_BYTES);
  });

  it("and gives it back without a file is followed", async () => {
    const world = await joinWorld();
    const out = join(world.directory, "out");
    const claim = await takeClaim(join(out, ".cache", "ggufkit", "m-Q4_K_M.gguf.claim"));
    if (!isHeld(claim)) throw new Error("it is held");
    const running = finishJoined(world, { out });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await claim.release();
    expect(typesOf((await running).events)).toContain("waiting");
  });

  it("since this one seemed dead is left to it: there are no two writers", async () => {
    const world = await joinWorld();
    const out = join(world.directory, "out");
    const path = join(out, ".cache", "ggufkit", "m-Q4_K_M.gguf.claim");
    const silent = world.play({ kind: "stall", after: 0, skip: 3 });
    const running = failing(world.get({ out }));
    await vi.waitFor(() => expect(silent.played).toBeGreaterThan(0), { timeout: 5000 });
    const other = JSON.stringify({ pid: process.pid, host: "elsewhere", token: "0a" });
    await writeFile(path, other);
    const error = await running;
    expect(error).toBeInstanceOf(ClaimLostError);
    expect(error).toMatchObject({ code: "claim-lost", path: join(out, "m-Q4_K_M.gguf") });
    expect((await filesBelow(out)).filter((name) => name.endsWith(".gguf"))).toEqual([]);
    expect(await readFile(path, "utf8")).toBe(other);
    silent.off();
    await rm(path);
    world.hub.resetCounters();
    await succeedJoined(world, { out });
    expect(chunkBytesAsked(world)).toBeLessThan(3 * SHARD_BYTES);
  });
});

async function finishJoined(
  world: HubWorld,
  more?: object,
): Promise<{ events: HubEvent[]; model: string[] }> {
  const events: HubEvent[] = [];
  const running = world.get(more);
  for (;;) {
    const { done, value } = await running.next();
    if (done) return { events, model: value.files };
    events.push(value);
  }
}
