import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startFileServer, type FileServer } from "@ggufkit/fixtures";
import { describe, expect, it, vi } from "vitest";
import {
  FileChangedError,
  FileExistsError,
  MissingShardError,
  NoByteRangesError,
  OfflineError,
  type HubEvent,
  type ResolvedModel,
  type ResolveOptions,
} from "../src/index.ts";
import { joinBehindHead } from "./join-behind-head.mjs";
import { hasBytes, joinedBytes } from "./join-world.ts";
import {
  CHUNK_BYTES,
  closing,
  failing,
  filesBelow,
  finish,
  resolve,
  settingsIn,
  tempDir,
  typesOf,
} from "./support.ts";
import { OTHER_SHARDS, SHARD_BYTES, SHARDS } from "./transfer-world.ts";

const NAMES = Object.keys(SHARDS).map((path) => path.slice(path.lastIndexOf("/") + 1));
const [FIRST = "", SECOND = "", THIRD = ""] = NAMES;
const JOINED = await joinedBytes(SHARDS);

interface World {
  server: FileServer;
  directory: string;
  get: (
    more?: Partial<ResolveOptions>,
    env?: Record<string, string>,
  ) => AsyncGenerator<HubEvent, ResolvedModel>;
  /** Bytes that chunks were asked for with. */
  asked: () => number;
  /** Has other bytes behind the addresses from now on. */
  change: (etag: string) => void;
}

async function urlSet(etag: string | undefined = '"1"'): Promise<World> {
  const server = closing(await startFileServer({}));
  const serve = (contents: typeof SHARDS, tag: string | undefined): void => {
    for (const [index, bytes] of Object.values(contents).entries()) {
      server.files[`/d/${NAMES[index]}`] = { bytes, ...(tag && { etag: tag }) };
    }
  };
  serve(SHARDS, etag);
  const directory = await tempDir();
  return {
    server,
    directory,
    get(more, env) {
      const settings = settingsIn(directory, env);
      const url = `${server.url}/d/${FIRST}`;
      return resolve({ kind: "url", url }, { settings, join: joinBehindHead, ...more });
    },
    asked() {
      const ranges = server.requests.map(({ range }) => /^bytes=(\d+)-(\d+)$/.exec(range ?? ""));
      const lengths = ranges.map((range) => Number(range?.[2] ?? -1) - Number(range?.[1] ?? 0) + 1);
      const chunks = lengths.filter((length) => length > 1 && length <= CHUNK_BYTES);
      return chunks.reduce((sum, length) => sum + length, 0);
    },
    change: (tag) => serve(OTHER_SHARDS, tag),
  };
}

async function joined(world: World, more?: Partial<ResolveOptions>): Promise<HubEvent[]> {
  const { events, model } = await finish(world.get(more));
  expect(model.files).toHaveLength(1);
  expect(await hasBytes(model.files[0], JOINED)).toBe(true);
  expect((await filesBelow(world.directory)).filter((path) => path.includes(".join/"))).toEqual([]);
  return events;
}

describe("shards at URLs", () => {
  it("are joined while they come, and not fetched twice", async () => {
    const world = await urlSet();
    for (const more of [{}, { out: join(world.directory, "out") }]) {
      world.server.resetCounters();
      const events = await joined(world, more);
      expect(events.at(-1)).toMatchObject({ type: "done", file: "m-Q4_K_M.gguf" });
      expect(world.asked()).toBe(3 * SHARD_BYTES);
      expect(typesOf(await joined(world, more))).toEqual(["place", "planned", "cached"]);
    }
    expect(world.asked()).toBe(3 * SHARD_BYTES);
    expect(await filesBelow(join(world.directory, "out"))).toEqual(["m-Q4_K_M.gguf"]);
  });

  it("are gone on with from what was hashed", async () => {
    const world = await urlSet();
    const silent = world.server.play({ kind: "stall", after: 0, path: `/d/${SECOND}`, skip: 2 });
    const controller = new AbortController();
    const running = failing(world.get({ signal: controller.signal, connections: 1 }));
    await vi.waitFor(async () => {
      const names = await filesBelow(world.directory);
      const ledger = names.find((name) => name.endsWith(`${FIRST}.ledger`)) ?? "none";
      const text = await readFile(join(world.directory, ledger), "utf8");
      expect(text.match(/^h /gm)).toHaveLength(Math.ceil(SHARD_BYTES / CHUNK_BYTES));
    });
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await running).toBe(reason);
    silent.off();
    world.server.resetCounters();
    const events = await joined(world);
    expect(events).toContainEqual({
      type: "resumed",
      file: FIRST,
      done: SHARD_BYTES,
      bytes: SHARD_BYTES,
    });
    expect(world.asked()).toBe(2 * SHARD_BYTES);
  });

  it.each([
    ["without an ETag", {}],
    ["with a weak ETag", { etag: 'W/"1"' }],
    ["without ranges", { etag: '"1"', ranges: false }],
  ])("%s are refused before a byte comes, with what to do instead", async (_, served) => {
    const world = await urlSet();
    const [, , content] = Object.values(SHARDS);
    if (content !== undefined) world.server.files[`/d/${THIRD}`] = { bytes: content, ...served };
    const error = await failing(world.get());
    expect(error).toBeInstanceOf(NoByteRangesError);
    expect(error).toMatchObject({ code: "no-ranges", file: THIRD });
    expect(String(error)).toContain("download the shards, then merge them");
    expect(world.asked()).toBe(0);
  });

  it("of which one is missing are named", async () => {
    const world = await urlSet();
    delete world.server.files[`/d/${THIRD}`];
    const error = await failing(world.get());
    expect(error).toBeInstanceOf(MissingShardError);
    expect(error).toMatchObject({ missing: [THIRD] });
  });

  it("that change on the way are an error, and joined anew by the next run", async () => {
    const world = await urlSet();
    world.server.pace.bytesPerSecond = 500_000;
    const running = world.get({ connections: 2 });
    const types: string[] = [];
    const run = async (): Promise<void> => {
      for await (const event of running) {
        types.push(event.type);
        if (event.type !== "progress" || event.done < 10_000) continue;
        world.change('"2"');
        world.server.pace.bytesPerSecond = Infinity;
      }
    };
    await expect(run()).rejects.toThrow(FileChangedError);
    expect((await filesBelow(world.directory)).filter((path) => path.endsWith(".gguf"))).toEqual(
      [],
    );
    const { events, model } = await finish(world.get());
    const restarted = { type: "restarted", file: "m-Q4_K_M.gguf", reason: expect.any(String) };
    expect(events).toContainEqual(restarted);
    expect(await hasBytes(model.files[0], await joinedBytes(OTHER_SHARDS))).toBe(true);
  });

  it("that changed since are joined anew, in place of the file of before", async () => {
    const world = await urlSet();
    await joined(world);
    world.change('"2"');
    const { model } = await finish(world.get());
    expect(await hasBytes(model.files[0], await joinedBytes(OTHER_SHARDS))).toBe(true);
    expect(
      (await filesBelow(world.directory)).filter((path) => path.endsWith(".gguf")),
    ).toHaveLength(1);
  });

  it("that are here are copied, and joined without a request where that is forbidden", async () => {
    const world = await urlSet();
    await finish(world.get({ join: undefined } as never));
    world.server.resetCounters();
    await joined(world);
    expect(world.asked()).toBe(0);
    world.server.resetCounters();
    const out = join(world.directory, "out");
    const { model } = await finish(world.get({ out }, { HF_HUB_OFFLINE: "1" }));
    expect(await hasBytes(model.files[0], JOINED)).toBe(true);
    expect(world.server.requests).toEqual([]);
  });

  it("that are not here are an error where requests are forbidden", async () => {
    const world = await urlSet();
    const error = await failing(world.get({}, { HF_HUB_OFFLINE: "1" }));
    expect(error).toBeInstanceOf(OfflineError);
  });

  it("do not replace a file of the user's that nothing vouches for", async () => {
    const world = await urlSet();
    const out = join(world.directory, "out");
    await mkdir(out);
    await writeFile(join(out, "m-Q4_K_M.gguf"), JOINED);
    expect(await failing(world.get({ out }))).toBeInstanceOf(FileExistsError);
    await joined(world, { out, replace: true });
  });
});
