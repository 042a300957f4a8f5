import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf, buildQwen3Model, startFileServer, type FileServer } from "@ggufkit/fixtures";
import * as theirs from "@huggingface/gguf";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import * as ours from "../src/huggingface.ts";
import { anyFile } from "./huggingface-files.ts";

let directory: string;
let server: FileServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-huggingface-"));
  server = await startFileServer({});
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const EVERYTHING = { typedMetadata: true, computeParametersCount: true } as const;

/** Reads a file in both ways, and holds everything that comes of it against each other. */
async function expectSame(uri: string): Promise<void> {
  const options = { ...EVERYTHING, allowLocalFile: true };
  const expected = await theirs.gguf(uri, options);
  const got = await ours.gguf(uri, options);
  expect(got).toEqual(expected);
  expect(Object.keys(got.metadata)).toEqual(Object.keys(expected.metadata));
  expect(Object.keys(got.typedMetadata)).toEqual(Object.keys(expected.typedMetadata));
}

describe("gguf", () => {
  it("reads any sound file at a path as @huggingface/gguf does", async () => {
    const path = join(directory, "any.gguf");
    await fc.assert(
      fc.asyncProperty(anyFile, async (options) => {
        await writeFile(path, buildGguf(options));
        await expectSame(path);
      }),
      { numRuns: 300 },
    );
  });

  it("reads any sound file at an address as @huggingface/gguf does", async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, async (options) => {
        server.files["/any.gguf"] = { bytes: buildGguf(options) };
        await expectSame(`${server.url}/any.gguf`);
      }),
      { numRuns: 150 },
    );
  });

  it("reads a header of several requests as @huggingface/gguf does", async () => {
    const tokens = Array.from({ length: 150_000 }, (_, index) => `▁token ${index}`);
    const bytes = buildGguf({ kv: [["tokenizer.ggml.tokens", "string[]", tokens]] });
    expect(bytes.length).toBeGreaterThan(3e6);
    server.files["/long.gguf"] = { bytes };
    await expectSame(`${server.url}/long.gguf`);
  });

  it("returns what was asked for and no more", async () => {
    const path = join(directory, "tiny.gguf");
    await writeFile(path, buildQwen3Model());
    for (const options of [
      {},
      { typedMetadata: true },
      { computeParametersCount: true },
      EVERYTHING,
    ] as const) {
      const got = await ours.gguf(path, { ...options, allowLocalFile: true });
      const expected = await theirs.gguf(path, { ...options, allowLocalFile: true });
      expect(Object.keys(got).toSorted()).toEqual(Object.keys(expected).toSorted());
      expect(got).toEqual(expected);
    }
  });

  it("decodes an array once for metadata and typed metadata", async () => {
    const path = join(directory, "tiny.gguf");
    await writeFile(path, buildQwen3Model());
    const { metadata, typedMetadata } = await ours.gguf(path, {
      typedMetadata: true,
      allowLocalFile: true,
    });
    const key = "tokenizer.ggml.tokens";
    expect(typedMetadata[key]?.value).toBe(Reflect.get(metadata, key));
  });
});

describe("ggufAllShards", () => {
  const shard = (no: number): Uint8Array =>
    buildGguf({
      kv: [["split.no", "u16", no]],
      tensors: [{ name: `blk.${no}.attn_q.weight`, shape: [32, no + 1], type: "Q8_0" }],
    });

  it("reads a set as @huggingface/gguf does, from any of its shards", async () => {
    for (const no of [0, 1, 2])
      server.files[`/m-0000${no + 1}-of-00003.gguf`] = { bytes: shard(no) };
    for (const no of [1, 3]) {
      const url = `${server.url}/m-0000${no}-of-00003.gguf`;
      const expected = await theirs.ggufAllShards(url);
      expect(expected.parameterCount).toBe(32 * (1 + 2 + 3));
      expect(await ours.ggufAllShards(url)).toEqual(expected);
    }
  });

  it("reads a single file, and a set of one, as @huggingface/gguf does", async () => {
    for (const name of ["single.gguf", "one-00001-of-00001.gguf"]) {
      const path = join(directory, name);
      await writeFile(path, shard(0));
      const options = { allowLocalFile: true };
      expect(await ours.ggufAllShards(path, options)).toEqual(
        await theirs.ggufAllShards(path, options),
      );
    }
  });

  it("reads no more shards at a time than it is told to", async () => {
    const total = 6;
    for (let no = 0; no < total; no++)
      server.files[`/p-0000${no + 1}-of-0000${total}.gguf`] = { bytes: shard(no) };
    let running = 0;
    let most = 0;
    const counting: typeof fetch = async (address, init) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const answer = await fetch(address, init);
      running -= 1;
      return answer;
    };
    const url = `${server.url}/p-00001-of-0000${total}.gguf`;
    await ours.ggufAllShards(url, { fetch: counting, parallelDownloads: 2 });
    expect(most).toBe(2);
    await expect(ours.ggufAllShards(url, { parallelDownloads: 0 })).rejects.toThrow(
      "parallelDownloads must be greater than 0",
    );
  });

  it("fails with the error of the shard that is missing", async () => {
    server.files["/gap-00001-of-00002.gguf"] = { bytes: shard(0) };
    await expect(ours.ggufAllShards(`${server.url}/gap-00001-of-00002.gguf`)).rejects.toMatchObject(
      {
        code: "http-not-found",
        message: expect.stringContaining("gap-00002-of-00002.gguf"),
      },
    );
  });
});
