import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { startTestHub, testCommit } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import {
  FileExistsError,
  parseModelReference,
  type ModelPlan,
  type ResolveOptions,
} from "../src/index.ts";
import {
  CHUNK_BYTES,
  closing,
  filesBelow,
  finish,
  ggufBytes,
  planFor,
  put,
  resolve,
  settingsIn,
  tempDir,
  typesOf,
} from "./support.ts";
import {
  fetchPart,
  hubWorld,
  SHARD_BYTES,
  SHARDS,
  succeed,
  urlWorld,
  type HubWorld,
} from "./transfer-world.ts";

const PATHS = Object.keys(SHARDS);
const [FIRST = "", SECOND = "", THIRD = ""] = PATHS;
const REFERENCE = parseModelReference("hf:o/n:Q4_K_M");

function planOf(
  { hub, directory }: HubWorld,
  more: Partial<ResolveOptions> = {},
): Promise<ModelPlan> {
  return planFor(REFERENCE, { settings: settingsIn(directory, { HF_ENDPOINT: hub.url }), ...more });
}

function statesOf({ files }: ModelPlan): unknown[] {
  return files.map(({ state, presentBytes }) => [state, presentBytes]);
}

describe("the plan of a model on the Hub", () => {
  it("has all that is known beforehand, and fetches no byte", async () => {
    const world = await hubWorld();
    const plan = await planOf(world);
    const commit = testCommit("o/n");
    const root = join(world.directory, "hf", "hub");
    const hashes = await Promise.all(world.contents.map((content) => content.sha256()));
    expect(plan).toEqual({
      place: `hf:o/n@${commit}:Q4_K_M`,
      quantization: "Q4_K_M",
      files: PATHS.map((name, index) => ({
        name,
        path: join(root, "models--o--n", "snapshots", commit, name),
        bytes: SHARD_BYTES,
        sha256: hashes[index],
        state: "absent",
        presentBytes: 0,
      })),
      bytes: world.bytes,
      fetchBytes: world.bytes,
      disk: { directory: root, needed: world.bytes, available: expect.any(Number) },
    });
    expect(plan.disk.available).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(world.sent()).toBe(0);
    expect(world.hub.requests.some(({ path }) => path.includes("/resolve/"))).toBe(false);
    expect(await filesBelow(world.directory)).toEqual([]);
  });

  it("says why, where the reference left it open, and which projector goes along", async () => {
    const files = { "m-Q8_0.gguf": ggufBytes(1000), "mmproj-m-F16.gguf": ggufBytes(100, 2) };
    const world = await hubWorld({ files });
    const plan = await planOf(world);
    expect(plan).toMatchObject({ quantization: "Q8_0", mmproj: "mmproj-m-F16.gguf" });
    expect(plan.reason).toContain("no Q4_K_M");
  });

  it("tells present, partial and absent files apart", async () => {
    const world = await hubWorld();
    await fetchPart(world, 3);
    const part = 3 * CHUNK_BYTES;
    const plan = await planOf(world);
    expect(statesOf(plan)).toEqual([
      ["present", SHARD_BYTES],
      ["partial", part],
      ["absent", 0],
    ]);
    expect(plan).toMatchObject({ bytes: world.bytes, fetchBytes: 2 * SHARD_BYTES - part });
    // A file system may count a little more than was written.
    expect(plan.disk.needed).toBeLessThanOrEqual(plan.fetchBytes ?? 0);
    expect(plan.disk.needed).toBeGreaterThanOrEqual(SHARD_BYTES);
    await succeed(world);
    const after = await planOf(world);
    expect(statesOf(after)).toEqual(PATHS.map(() => ["present", SHARD_BYTES]));
    expect(after).toMatchObject({ fetchBytes: 0, disk: { needed: 0 } });
  });

  it("is the one that resolving tells of", async () => {
    const world = await hubWorld();
    const { disk: before, ...plan } = await planOf(world);
    const { events } = await succeed(world);
    const planned = events.find((event) => event.type === "planned");
    expect(planned?.plan).toMatchObject(plan);
    expect(planned?.plan.disk).toMatchObject({ needed: before.needed });
  });

  it("offline is that of the cache", async () => {
    const world = await hubWorld();
    await succeed(world);
    world.hub.resetCounters();
    const env = { HF_ENDPOINT: world.hub.url, HF_HUB_OFFLINE: "1" };
    const plan = await planFor(REFERENCE, { settings: settingsIn(world.directory, env) });
    expect(statesOf(plan)).toEqual(PATHS.map(() => ["present", SHARD_BYTES]));
    expect(world.hub.requests).toEqual([]);
  });
});

describe("a directory of the user's", () => {
  it("gets from the cache what is there, and needs room for it", async () => {
    const world = await hubWorld();
    await succeed(world);
    const out = join(world.directory, "out");
    const plan = await planOf(world, { out });
    expect(plan).toMatchObject({ fetchBytes: 0, disk: { directory: out, needed: world.bytes } });
    world.hub.resetCounters();
    const { model, events } = await succeed(world, { out });
    expect(model.files).toEqual(PATHS.map((path) => join(out, path)));
    expect(typesOf(events)).toEqual(["place", "planned", "cached", "cached", "cached"]);
    expect(world.sent()).toBe(0);
    const note = join(out, ".cache", "huggingface", "download", `${FIRST}.metadata`);
    const [commit, etag] = (await readFile(note, "utf8")).split("\n");
    expect([commit, etag]).toEqual([testCommit("o/n"), await world.contents[0]?.sha256()]);
  });

  it("gets the rest from the Hub", async () => {
    const world = await hubWorld();
    await succeed(world);
    const { model } = await succeed(world);
    const hash = (await world.contents[1]?.sha256()) ?? "";
    await rm(join(world.directory, "hf", "hub", "models--o--n", "blobs", hash));
    await rm(model.files[1] ?? "");
    const out = join(world.directory, "out");
    const plan = await planOf(world, { out });
    expect(plan.files.map(({ state }) => state)).toEqual(["present", "absent", "present"]);
    expect(plan).toMatchObject({ fetchBytes: SHARD_BYTES, disk: { needed: world.bytes } });
    world.hub.resetCounters();
    await succeed(world, { out });
    expect([FIRST, SECOND, THIRD].map((path) => world.hub.sent(path) > 1)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("with another file of the name has no plan", async () => {
    const world = await hubWorld({ files: { "m-Q4_K_M.gguf": ggufBytes(1000) } });
    const out = await tempDir();
    await put(out, "m-Q4_K_M.gguf", Buffer.from("mine"));
    await expect(planOf(world, { out })).rejects.toBeInstanceOf(FileExistsError);
    const plan = await planOf(world, { out, replace: true });
    expect(statesOf(plan)).toEqual([["absent", 0]]);
  });
});

describe("the plan of a URL", () => {
  it("has its size, and what an earlier run left", async () => {
    const world = await urlWorld('"1"');
    const url = world.server.url + world.path;
    const options = { settings: settingsIn(world.directory) };
    const plan = await planFor({ kind: "url", url: `${url}?key=secret` }, options);
    expect(plan).toMatchObject({ place: url, bytes: SHARD_BYTES, fetchBytes: SHARD_BYTES });
    expect(statesOf(plan)).toEqual([["absent", 0]]);
    // Asking for the size takes the first byte.
    expect(world.sent()).toBe(1);
    await fetchPart(world, 3);
    const again = await planFor({ kind: "url", url }, options);
    expect(statesOf(again)).toEqual([["partial", 3 * CHUNK_BYTES]]);
    await succeed(world);
    const done = await planFor({ kind: "url", url }, options);
    expect(statesOf(done)).toEqual([["present", SHARD_BYTES]]);
  });

  it("whose server does not tell the size leaves it open", async () => {
    const world = await urlWorld();
    world.server.play({ kind: "ignore-range" });
    world.server.play({ kind: "chunked" });
    const url = world.server.url + world.path;
    const plan = await planFor({ kind: "url", url }, { settings: settingsIn(world.directory) });
    expect(plan.bytes).toBeUndefined();
    expect(plan.fetchBytes).toBeUndefined();
    expect(plan.files).toMatchObject([{ name: "m.gguf", state: "absent" }]);
    await succeed(world);
  });
});

describe("the plan of a file", () => {
  it("is that all of it is there", async () => {
    const directory = await tempDir();
    const path = await put(directory, "a.gguf", ggufBytes(100));
    const plan = await planFor({ kind: "file", path }, { settings: settingsIn(directory) });
    expect(plan).toMatchObject({ place: path, bytes: 100, fetchBytes: 0, disk: { needed: 0 } });
    expect(statesOf(plan)).toEqual([["present", 100]]);
  });
});

describe("the plan of an alias", () => {
  it("is that of the first place that has it", async () => {
    const [content] = Object.values(SHARDS);
    const hub = closing(
      await startTestHub({ repos: { "o/n": { files: { "m.gguf": content ?? ggufBytes(9) } } } }),
    );
    const directory = await tempDir();
    const alias = {
      name: "tiny",
      description: "A model for tests",
      licence: "MIT",
      sha256: (await content?.sha256()) ?? "",
      bytes: SHARD_BYTES,
      fileName: "m.gguf",
      places: ["hf:o/none/m.gguf", "hf:o/n/m.gguf"],
    };
    const settings = settingsIn(directory, { HF_ENDPOINT: hub.url });
    const options = { settings, aliases: [alias] };
    const plan = await planFor({ kind: "alias", name: "tiny" }, options);
    expect(plan).toMatchObject({
      place: `hf:o/n@${testCommit("o/n")}/m.gguf`,
      files: [{ sha256: alias.sha256, state: "absent" }],
    });
    await finish(resolve({ kind: "alias", name: "tiny" }, options));
    const after = await planFor({ kind: "alias", name: "tiny" }, options);
    expect(statesOf(after)).toEqual([["present", SHARD_BYTES]]);
  });
});
