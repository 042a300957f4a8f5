import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf, type BuildKv, startFileServer } from "@ggufkit/fixtures";
import { afterEach, describe, expect, it } from "vitest";

import {
  bytesSource,
  describe as describeModel,
  formatShardName,
  mapShards,
  readGgufSet,
  readGgufSetUrl,
} from "../src/index.ts";
import { readGgufSetFile } from "../src/node.ts";
import { ggufErrorOf } from "./read.ts";

const COUNT = 5;

/** Shard `no` of a set with one tensor a shard. */
function shard(no: number, count = COUNT): Uint8Array {
  const kv: BuildKv[] = [
    ["split.no", "u16", no],
    ["split.tensors.count", "i32", count],
    ["split.count", "u16", count],
  ];
  const architecture: BuildKv = ["general.architecture", "string", "llama"];
  const tensors = [{ name: `blk.${no}.ffn_up.weight`, shape: [32, 4], type: "Q8_0" as const }];
  return buildGguf({ kv: no === 0 ? [architecture, ...kv] : kv, tensors });
}

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function directoryWith(numbers: readonly number[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "ggufkit-set-"));
  cleanups.push(() => rm(directory, { recursive: true }));
  for (const no of numbers)
    await writeFile(formatShardName(join(directory, "m"), no, COUNT), shard(no));
  return directory;
}

describe("a set on disk", () => {
  it("reads as one model, from any of its shards", async () => {
    const directory = await directoryWith([0, 1, 2, 3, 4]);
    for (const no of [0, 3]) {
      const set = await readGgufSetFile(formatShardName(join(directory, "m"), no, COUNT));
      expect(set.names).toHaveLength(COUNT);
      const [first, ...later] = set.shards;
      expect(describeModel(first, later)).toMatchObject({
        kind: "model",
        parameters: COUNT * 128,
        layers: Array.from({ length: COUNT }, (_, block) => expect.objectContaining({ block })),
      });
    }
  });

  it("names the shard that is missing", async () => {
    const directory = await directoryWith([0, 1, 3, 4]);
    const first = formatShardName(join(directory, "m"), 0, COUNT);
    const error = await ggufErrorOf(readGgufSetFile(first));
    expect(error).toMatchObject({ code: "cannot-open-file" });
    expect(error.file).toContain("m-00003-of-00005.gguf");
  });

  it.each([
    ["whatever it says of itself", "single.gguf", shard(0)],
    ["that was merged and kept its name", "m-00001-of-00005.gguf", shard(0, 0)],
    ["that was split into one", "m-00001-of-00001.gguf", shard(0, 1)],
    ["that knows of no split", "m-00001-of-00005.gguf", buildGguf({ kv: [] })],
  ])("may be a single file, %s", async (_, name, bytes) => {
    const path = join(await directoryWith([]), name);
    await writeFile(path, bytes);
    const { names, shards } = await readGgufSetFile(path);
    expect(names).toEqual([path]);
    expect(shards).toHaveLength(1);
  });

  it.each([
    ["another shard", 3, shard(2), "shard 3 (from 0) of 5", "shard 2 of 5"],
    ["of another set", 3, shard(3, 4), "shard 3 (from 0) of 5", "shard 3 of 4"],
    ["of another set from the first on", 0, shard(0, 4), "shard 0 (from 0) of 5", "shard 0 of 4"],
    ["no shard", 1, buildGguf({ kv: [] }), "shard 1 (from 0) of 5", "no shard"],
  ])("refuses a shard that is %s", async (_, no, bytes, expected, got) => {
    const directory = await directoryWith([0, 1, 2, 3, 4]);
    const path = formatShardName(join(directory, "m"), no, COUNT);
    await writeFile(path, bytes);
    const first = formatShardName(join(directory, "m"), 0, COUNT);
    const error = await ggufErrorOf(readGgufSetFile(first));
    expect(error).toMatchObject({ code: "wrong-shard", file: path, expected, got });
  });
});

describe("a set at addresses", () => {
  it("takes two round trips: the first shard, then all others at the same time", async () => {
    const files = Object.fromEntries(
      [0, 1, 2, 3, 4].map((no) => [`/${formatShardName("m", no, COUNT)}`, { bytes: shard(no) }]),
    );
    const server = await startFileServer(files);
    cleanups.push(server.close);
    const asked: string[] = [];
    let allAreAsked = (): void => {};
    const allAsked = new Promise<void>((resolve) => (allAreAsked = resolve));
    const { shards, names } = await readGgufSetUrl(
      `${server.url.replace("//", "//me:pass@")}/m-00003-of-00005.gguf?download=true`,
      {
        fetch: async (input, init) => {
          asked.push(new Request(input).url);
          if (asked.length === COUNT) allAreAsked();
          // None of the others is answered before all are asked for: this ends only if they overlap.
          if (asked.length > 1) await allAsked;
          return fetch(input, init);
        },
      },
    );
    expect(shards.map(({ tensors }) => tensors[0]?.name)).toEqual(
      [0, 1, 2, 3, 4].map((no) => `blk.${no}.ffn_up.weight`),
    );
    expect(names[4]).toBe(`${server.url}/m-00005-of-00005.gguf`);
    expect(asked).toHaveLength(COUNT);
    expect(asked[0]).toBe(`${server.url}/m-00001-of-00005.gguf?download=true`);
    const { requests } = server;
    expect(requests.every(({ path }) => path.endsWith(".gguf?download=true"))).toBe(true);
    expect(requests.every(({ authorized }) => authorized)).toBe(true);
  });

  it("of many shards is read without a warning of a leak", async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): number => warnings.push(warning);
    process.on("warning", warn);
    cleanups.push(async () => void process.off("warning", warn));
    const names = Array.from({ length: 40 }, (_, no) => `/${formatShardName("m", no, 40)}`);
    const server = await startFileServer(
      Object.fromEntries(names.map((name, no) => [name, { bytes: shard(no, 40) }])),
    );
    cleanups.push(server.close);
    const { shards } = await readGgufSetUrl(server.url + names[0], {
      signal: new AbortController().signal,
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(shards).toHaveLength(40);
    expect(warnings).toEqual([]);
  });

  it("fails with the shard that is not there, and asks no more", async () => {
    const first = { bytes: shard(0, 65_535) };
    const server = await startFileServer({ "/m-00001-of-65535.gguf": first });
    cleanups.push(server.close);
    const error = await ggufErrorOf(readGgufSetUrl(`${server.url}/m-00001-of-65535.gguf`));
    expect(error).toMatchObject({ code: "http-not-found" });
    expect(error.message).toMatch(/m-000\d\d-of-65535\.gguf: no such file/);
    expect(server.requests.length).toBeLessThan(100);
  });
});

describe("readGgufSet", () => {
  it("closes every source, also where one is no GGUF file", async () => {
    let open = 0;
    const openSource = (
      name: string,
    ): ReturnType<typeof bytesSource> & { close(): Promise<void> } => {
      open += 1;
      const no = Number(/-(\d{5})-/.exec(name)?.[1]) - 1;
      const bytes = no === 3 ? new Uint8Array(9) : shard(no);
      return { ...bytesSource(bytes), close: async () => void (open -= 1) };
    };
    const error = await ggufErrorOf(readGgufSet("m-00001-of-00005.gguf", openSource));
    expect(error).toMatchObject({ code: "not-gguf", file: "m-00004-of-00005.gguf" });
    expect(open).toBe(0);
  });
});

describe("mapShards", () => {
  it("keeps the order, and works on no more than 16 at a time", async () => {
    let running = 0;
    let most = 0;
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const doubled = await mapShards(numbers, async (number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, number % 3));
      running -= 1;
      return number * 2;
    });
    expect(doubled).toEqual(numbers.map((number) => number * 2));
    expect(most).toBe(16);
  });

  it("is stopped by its signal", async () => {
    const controller = new AbortController();
    const work = mapShards(
      [1, 2],
      async (_, signal) => {
        controller.abort(new Error("enough"));
        signal.throwIfAborted();
      },
      controller.signal,
    );
    await expect(work).rejects.toThrow("enough");
  });
});
