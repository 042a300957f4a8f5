import { mkdir, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  FileExistsError,
  JoinLayoutError,
  NotGgufError,
  OfflineError,
  parseModelReference,
  type JoinFiles,
} from "../src/index.ts";
import { discardFile } from "../src/verified.ts";
import { HEAD, joinBehindHead } from "./join-behind-head.mjs";
import { chunkBytesAsked, hasBytes, joinedBytes, joinWorld, succeedJoined } from "./join-world.ts";
import {
  CHUNK_BYTES,
  failing,
  filesBelow,
  finish,
  ggufBytes,
  planFor,
  resolve,
  settingsIn,
  typesOf,
} from "./support.ts";
import {
  abortWhen,
  fetchPart,
  hubWorld,
  SHARD_BYTES,
  SHARDS,
  type HubWorld,
} from "./transfer-world.ts";

const [FIRST = "", SECOND = "", THIRD = ""] = Object.keys(SHARDS);
const PROJECTOR = { "mmproj-F16.gguf": ggufBytes(1000, 6) };
const JOINED = await joinedBytes(SHARDS);

/** A path in `out`, and bytes that are there before. */
async function withFile(
  world: HubWorld,
  bytes: Uint8Array,
): Promise<{ out: string; path: string }> {
  const out = join(world.directory, "out");
  const path = join(out, "m-Q4_K_M.gguf");
  await mkdir(out, { recursive: true });
  await writeFile(path, bytes);
  return { out, path };
}

describe("shards that are joined while they come", () => {
  it("end as one file, each of them verified, and no shard beside it", async () => {
    const world = await joinWorld();
    const { events, model } = await succeedJoined(world);
    expect(model).toMatchObject({ bytes: JOINED.length, place: "hf:o/n:Q4_K_M" });
    expect(model.sha256).toBeUndefined();
    expect(await hasBytes(model.files[0], JOINED)).toBe(true);
    const models = (await filesBelow(world.directory)).filter((path) => path.endsWith(".gguf"));
    expect(models).toHaveLength(1);
    for (const [file, content] of Object.entries(SHARDS)) {
      expect(events).toContainEqual({ type: "verified", file, sha256: await content.sha256() });
      const path = model.files[0];
      expect(events).toContainEqual(
        expect.objectContaining({ type: "done", file, path, bytes: SHARD_BYTES }),
      );
    }
    const last = {
      type: "done",
      file: "m-Q4_K_M.gguf",
      path: model.files[0],
      bytes: JOINED.length,
    };
    expect(events.at(-1)).toMatchObject(last);
    expect(chunkBytesAsked(world)).toBe(3 * SHARD_BYTES);
  });

  it("leave nothing in the cache that other tools share", async () => {
    const world = await joinWorld();
    await succeedJoined(world);
    expect((await filesBelow(world.directory)).filter((path) => path.startsWith("hf/"))).toEqual(
      [],
    );
  });

  it("go to a directory of the user's, with nothing beside", async () => {
    const world = await joinWorld();
    const out = join(world.directory, "out");
    const { model } = await succeedJoined(world, { out });
    expect(model.files).toEqual([join(out, "m-Q4_K_M.gguf")]);
    expect(await filesBelow(out)).toEqual(["m-Q4_K_M.gguf"]);
    await expect(stat(join(out, ".cache"))).rejects.toThrow("ENOENT");
  });

  it("are verified by git's hash where they lie outside of LFS", async () => {
    const world = await joinWorld({ plain: [FIRST, THIRD] });
    const { events } = await succeedJoined(world);
    expect(events.filter(({ type }) => type === "verified")).toHaveLength(3);
    const other = await joinWorld({ plain: [FIRST, SECOND, THIRD] });
    other.play({ kind: "flip", at: 2 * CHUNK_BYTES, skip: 1, times: 1 }); // not the header
    const repaired = await succeedJoined(other);
    expect(repaired.events.map(({ type }) => type)).toContain("repaired");
  });

  it("are joined however small they are", async () => {
    const files = {
      "t-Q4_K_M-00001-of-00002.gguf": ggufBytes(HEAD, 3),
      "t-Q4_K_M-00002-of-00002.gguf": ggufBytes(HEAD + 1, 4),
    };
    const world = await joinWorld({ files });
    const { model } = await succeedJoined(world);
    expect(await hasBytes(model.files[0], await joinedBytes(files))).toBe(true);
  });

  it("come with the other files of the model, which stay as they are", async () => {
    const world = await joinWorld({ files: { ...SHARDS, ...PROJECTOR } });
    const out = join(world.directory, "out");
    const { model } = await finish(world.get({ out, include: ["mmproj*"] }));
    expect(model.files).toEqual([join(out, "m-Q4_K_M.gguf"), join(out, "mmproj-F16.gguf")]);
    expect(model.bytes).toBe(JOINED.length + 1000);
    expect(await hasBytes(model.files[0], JOINED)).toBe(true);
    expect(await hasBytes(model.files[1], PROJECTOR["mmproj-F16.gguf"])).toBe(true);
    const cached = await finish(world.get({ include: ["mmproj*"] }));
    expect(cached.model.files[1]).toMatch(/snapshots.*mmproj-F16\.gguf$/);
  });

  it("are what the join says, and a model of one file stays as it is", async () => {
    const world = await joinWorld({ files: { "m-Q4_K_M.gguf": SHARDS[FIRST] ?? Buffer.alloc(0) } });
    const { model } = await finish(world.get());
    expect(model.files[0]).toMatch(/snapshots/);
  });

  it("never leave the directory, whatever the joined file is called", async () => {
    const join1: JoinFiles = async (...input) => ({
      ...(await joinBehindHead(...input)),
      name: "../../evil.gguf",
    });
    const world = await joinWorld({}, {}, join1);
    const out = join(world.directory, "out");
    const { model } = await finish(world.get({ out }));
    expect(model.files).toEqual([join(out, "evil.gguf")]);
  });

  it("that have an empty one among them are refused by its name", async () => {
    const files = { ...SHARDS, [SECOND]: Buffer.alloc(0) };
    const world = await hubWorld({ files });
    const error = await failing(world.get({ join: joinBehindHead }));
    expect(error).toBeInstanceOf(NotGgufError);
    expect(String(error)).toContain(SECOND);
  });

  it("to something that is no file are an error before a byte of them comes", async () => {
    const join2: JoinFiles = async (...input) => ({
      ...(await joinBehindHead(...input)),
      fileSize: 1000,
    });
    const world = await hubWorld();
    expect(await failing(world.get({ join: join2 }))).toBeInstanceOf(JoinLayoutError);
    expect(chunkBytesAsked(world)).toBe(0);
  });
});

describe("the plan", () => {
  it("tells of the joined file and the room that it takes, and fetches headers alone", async () => {
    const world = await joinWorld();
    const reference = parseModelReference("hf:o/n:Q4_K_M");
    const settings = settingsIn(world.directory, { HF_ENDPOINT: world.hub.url });
    const out = join(world.directory, "out");
    const plan = (): ReturnType<typeof planFor> =>
      planFor(reference, { settings, out, join: joinBehindHead });
    const path = join(out, "m-Q4_K_M.gguf");
    const joined = { name: "m-Q4_K_M.gguf", path, bytes: JOINED.length };
    const before = await plan();
    expect(before).toMatchObject({
      joined: { ...joined, state: "absent" },
      fetchBytes: 3 * SHARD_BYTES,
      disk: { directory: out, needed: JOINED.length + 3 * HEAD },
    });
    expect(before.files.map(({ name, state }) => [name, state])).toEqual(
      [FIRST, SECOND, THIRD].map((name) => [name, "absent"]),
    );
    expect(await filesBelow(world.directory)).toEqual([]);
    expect(chunkBytesAsked(world)).toBe(0);

    const silent = world.play({ kind: "stall", after: 0, skip: 4 });
    await abortWhen(world, async () => silent.played > 0, { connections: 1, out });
    silent.off();
    const half = await plan();
    expect(half.joined).toEqual({ ...joined, state: "partial" });
    expect(half.files.map(({ state }) => state)).toEqual(["present", "partial", "absent"]);
    expect(half.fetchBytes).toBeLessThan(2 * SHARD_BYTES);
    expect(half.disk.needed).toBeLessThan(JOINED.length);

    await succeedJoined(world, { out });
    const after = await plan();
    expect(after).toMatchObject({ joined: { state: "present" }, fetchBytes: 0 });
    expect(after.disk.needed).toBe(0);
    expect(after.files.map((file) => file.path)).toEqual([path, path, path]);
  });
});

describe("shards that are on this machine", () => {
  it.each([
    ["the cache", undefined],
    ["the directory", "out"],
  ])("are copied from %s, and only the others fetched", async (_, name) => {
    const world = await joinWorld();
    const more = name === undefined ? {} : { out: join(world.directory, name) };
    const { model: apart } = await finish(apartOf(world).get(more));
    await discardFile(apart.files[1] ?? "");
    world.hub.resetCounters();
    const { events, model } = await succeedJoined(world, more);
    expect(chunkBytesAsked(world)).toBe(SHARD_BYTES);
    expect(world.hub.sent(FIRST) + world.hub.sent(THIRD)).toBe(0);
    const progress = events.filter((event) => event.type === "progress" && event.file === FIRST);
    expect(progress.at(-1)).toMatchObject({ done: SHARD_BYTES, total: SHARD_BYTES });
    expect(await hasBytes(model.files[0], JOINED)).toBe(true);
    for (const path of [apart.files[0], apart.files[2]]) await stat(path ?? "");
  });

  it("and damaged are fetched", async () => {
    const world = await joinWorld();
    const { model: apart } = await finish(apartOf(world).get());
    await writeFile(apart.files[0] ?? "", Buffer.alloc(SHARD_BYTES, "GGUF"));
    world.hub.resetCounters();
    await succeedJoined(world);
    expect(chunkBytesAsked(world)).toBe(SHARD_BYTES);
  });
});

describe("a joined file that is there", () => {
  it("is not fetched again, nor read", async () => {
    const world = await joinWorld();
    for (const more of [{}, { out: join(world.directory, "out") }]) {
      await succeedJoined(world, more);
      world.hub.resetCounters();
      const { events } = await succeedJoined(world, more);
      expect(typesOf(events)).toEqual(["place", "planned", "cached"]);
      expect(events.at(-1)).toEqual({ type: "cached", file: "m-Q4_K_M.gguf" });
      expect(chunkBytesAsked(world)).toBe(0);
    }
  });

  it("is known by its bytes where nobody remembers it", async () => {
    for (const plain of [[], [SECOND]]) {
      const world = await joinWorld({ plain });
      const { out } = await withFile(world, JOINED);
      const { events } = await succeedJoined(world, { out });
      expect(typesOf(events).slice(-2)).toEqual(["planned", "cached"]);
      const verified = events.filter(({ type }) => type === "verified");
      expect(verified).toHaveLength(3 - plain.length);
      const again = await succeedJoined(world, { out });
      expect(typesOf(again.events)).toEqual(["place", "planned", "cached"]);
    }
  });

  it.each([
    ["of another size", Buffer.alloc(JOINED.length - 1), "bytes, not"],
    ["with another header", flipped(10), "another header"],
    ["with something between", flipped(50), "where none belong"],
    ["with another byte in the first shard's", flipped(100), FIRST],
    ["with another byte in the last shard's", flipped(JOINED.length - 29), THIRD],
  ])("%s is an error, and stays as it is, unless it may be replaced", async (_, bytes, told) => {
    const world = await joinWorld();
    const { out, path } = await withFile(world, bytes);
    const error = await failing(world.get({ out }));
    expect(error).toBeInstanceOf(FileExistsError);
    expect(error).toMatchObject({ path });
    expect(String(error)).toContain(told);
    expect(await hasBytes(path, bytes)).toBe(true);
    expect(await filesBelow(out)).toEqual(["m-Q4_K_M.gguf"]);
    await succeedJoined(world, { out, replace: true });
    expect(await hasBytes(path, JOINED)).toBe(true);
  });

  it("and was changed since is found out", async () => {
    const world = await joinWorld();
    const { model } = await succeedJoined(world);
    const [path = ""] = model.files;
    await writeFile(path, flipped(5000));
    await utimes(path, 1, 1);
    await succeedJoined(world);
    expect(await hasBytes(path, JOINED)).toBe(true);
  });

  it("with what a run left that was killed at its very end loses that", async () => {
    const world = await joinWorld();
    const out = join(world.directory, "out");
    await succeedJoined(world, { out });
    const work = join(out, ".cache", "ggufkit", "m-Q4_K_M.gguf.join");
    await mkdir(work, { recursive: true });
    await writeFile(join(work, "layout.json"), "{}");
    await succeedJoined(world, { out });
    await expect(stat(join(out, ".cache"))).rejects.toThrow("ENOENT");
  });
});

describe("offline", () => {
  const offline = { HF_HUB_OFFLINE: "1" };

  it("shards of the cache are joined without a request", async () => {
    const world = await joinWorld();
    const reference = parseModelReference("hf:o/n:Q4_K_M");
    await finish(apartOf(world).get());
    world.hub.resetCounters();
    const settings = settingsIn(world.directory, { HF_ENDPOINT: world.hub.url, ...offline });
    const get: HubWorld["get"] = (more) => world.get({ settings, ...more });
    const { model } = await succeedJoined({ ...world, get });
    expect(await hasBytes(model.files[0], JOINED)).toBe(true);
    expect([...world.hub.requests, ...world.hub.cdnRequests]).toEqual([]);
    const plan = await planFor(reference, { settings, join: joinBehindHead });
    expect(plan.joined?.state).toBe("present");
  });

  it.each(["", "models"])("the joined file is there that was fetched (--out %j)", async (name) => {
    const world = await joinWorld();
    const out = name === "" ? {} : { out: join(world.directory, name) };
    const { model } = await succeedJoined(world, out);
    world.hub.resetCounters();
    const settings = settingsIn(world.directory, { HF_ENDPOINT: world.hub.url, ...offline });
    const again = await finish(world.get({ settings, ...out }));
    expect(again.model).toEqual(model);
    expect(typesOf(again.events)).toEqual(["planned", "cached"]);
    const reference = parseModelReference("hf:o/n:Q4_K_M");
    const plan = await planFor(reference, { settings, join: joinBehindHead, ...out });
    expect(plan).toMatchObject({ joined: { state: "present" }, fetchBytes: 0 });

    await truncate(model.files[0] ?? "", 100);
    expect(await failing(world.get({ settings, ...out }))).toBeInstanceOf(OfflineError);
    await rm(model.files[0] ?? "");
    expect(await failing(world.get({ settings, ...out }))).toBeInstanceOf(OfflineError);
    expect(world.hub.requests).toEqual([]);
  });

  it("shards that the cache lacks are an error", async () => {
    const world = await joinWorld();
    const settings = settingsIn(world.directory, { HF_ENDPOINT: world.hub.url, ...offline });
    expect(await failing(world.get({ settings }))).toBeInstanceOf(OfflineError);
    expect(world.hub.requests).toEqual([]);
  });
});

describe("the disk", () => {
  it("never holds more than the model and a little", async () => {
    const world = await joinWorld();
    world.hub.cdnPace.bytesPerSecond = 400_000;
    let most = 0;
    const sample = async (): Promise<void> => {
      const sizes = (await filesBelow(world.directory)).map(async (path) => {
        const stats = await stat(join(world.directory, path)).catch(() => undefined);
        return (stats?.blocks ?? 0) * 512;
      });
      most = Math.max(
        most,
        (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
      );
    };
    let samples = 0;
    for await (const { type } of world.get()) {
      if (type === "progress" || type === "done") await sample();
      if (type === "progress") samples += 1;
    }
    expect(samples).toBeGreaterThan(5);
    expect(most).toBeGreaterThan(JOINED.length / 2);
    expect(most).toBeLessThan(JOINED.length + 200_000);
  });
});

describe("the token", () => {
  it("goes to the Hub alone, and is in no file", async () => {
    const token = "hf_verysecrettoken";
    const world = await joinWorld({}, { HF_TOKEN: token });
    await fetchPart(world, 3);
    for (const path of await filesBelow(world.directory)) {
      const bytes = await readFile(join(world.directory, path));
      expect(bytes.includes(token)).toBe(false);
    }
    const { events, model } = await succeedJoined(world);
    expect(world.hub.requests.every(({ authorized }) => authorized)).toBe(true);
    expect(world.hub.cdnRequests.some(({ authorized }) => authorized)).toBe(false);
    expect(JSON.stringify([events, model])).not.toContain(token);
  });
});

function flipped(at: number): Buffer {
  const bytes = Buffer.from(JOINED);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes;
}

/** The same world, with shards that stay as they are. */
function apartOf(world: HubWorld): HubWorld {
  const reference = parseModelReference("hf:o/n:Q4_K_M");
  const settings = settingsIn(world.directory, { HF_ENDPOINT: world.hub.url });
  return { ...world, get: (more) => resolve(reference, { settings, ...more }) };
}
