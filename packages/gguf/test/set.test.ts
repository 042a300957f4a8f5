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
function shard(no: number): Uint8Array {
  const kv: BuildKv[] = [
    ["split.no", "u16", no],
    ["split.tensors.count", "i32", COUNT],
    ["split.count", "u16", COUNT],
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

  it("may be a single file", async () => {
    const directory = await directoryWith([]);
    const path = join(directory, "single.gguf");
    await writeFile(path, shard(0));
    expect(await readGgufSetFile(path)).toMatchObject({ names: [path] });
  });
});

describe("a set at addresses", () => {
  it("is read at the same time, with the query of the first", async () => {
    const files = Object.fromEntries(
      [0, 1, 2, 3, 4].map((no) => [`/${formatShardName("m", no, COUNT)}`, { bytes: shard(no) }]),
    );
    const server = await startFileServer(files);
    cleanups.push(server.close);
    let open = 0;
    let most = 0;
    const { shards, names } = await readGgufSetUrl(
      `${server.url}/m-00001-of-00005.gguf?download=true`,
      {
        fetch: async (input, init) => {
          most = Math.max(most, ++open);
          // Until all have been asked for, none is answered: or they were not asked at the same time.
          while (most < COUNT) await new Promise((resolve) => setImmediate(resolve));
          return fetch(input, init).finally(() => (open -= 1));
        },
      },
    );
    expect(shards.map(({ tensors }) => tensors[0]?.name)).toEqual(
      [0, 1, 2, 3, 4].map((no) => `blk.${no}.ffn_up.weight`),
    );
    expect(names[4]).toBe(`${server.url}/m-00005-of-00005.gguf`);
    const paths = server.requests.map(({ path }) => path);
    expect(paths).toHaveLength(COUNT);
    expect(paths.every((path) => path.endsWith(".gguf?download=true"))).toBe(true);
  });

  it("of many shards is read without a warning of a leak", async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): number => warnings.push(warning);
    process.on("warning", warn);
    cleanups.push(async () => void process.off("warning", warn));
    const names = Array.from({ length: 40 }, (_, no) => `/${formatShardName("m", no, 40)}`);
    const server = await startFileServer(
      Object.fromEntries(names.map((name) => [name, { bytes: shard(0) }])),
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
    const server = await startFileServer({ "/m-00001-of-65535.gguf": { bytes: shard(0) } });
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
      const bytes = name.includes("00004") ? new Uint8Array(9) : shard(0);
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
