import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { buildGguf, buildQwen3Model } from "@ggufkit/fixtures";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openFile, readGgufFile } from "../src/node.ts";
import { ggufErrorOf } from "./read.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ggufkit-gguf-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  return path;
}

describe("readGgufFile", () => {
  it("reads a header much larger than its first read", async () => {
    const tokens = Array.from({ length: 50_000 }, (_, index) => `token ${index}`);
    const path = await file("large.gguf", buildGguf({ kv: [["tokens", "string[]", tokens]] }));
    const { kv } = await readGgufFile(path);
    const array = kv.get("tokens");
    expect(array?.type === "array" && array.toArray()).toEqual(tokens);
  });

  it("names the file in its errors", async () => {
    const path = await file("page.gguf", new TextEncoder().encode("<html></html>"));
    const error = await ggufErrorOf(readGgufFile(path));
    expect(error).toMatchObject({ code: "not-gguf", file: path });
    expect(error.message.startsWith(`${path}: `)).toBe(true);
  });

  it("refuses a truncated model", async () => {
    const model = buildQwen3Model();
    const path = await file("cut.gguf", model.subarray(0, model.length - 1000));
    const error = await ggufErrorOf(readGgufFile(path));
    expect(error).toMatchObject({ code: "tensor-beyond-file", expected: model.length });
  });

  it("tells a missing file from a directory", async () => {
    const missing = await ggufErrorOf(readGgufFile(join(directory, "missing.gguf")));
    expect(missing).toMatchObject({ code: "cannot-open-file", cause: { code: "ENOENT" } });
    expect(await ggufErrorOf(readGgufFile(directory))).toMatchObject({ code: "not-a-file" });
  });

  it.skipIf(process.platform === "win32")(
    "does not wait at a pipe that nobody writes to",
    async () => {
      const pipe = join(directory, "pipe.gguf");
      execFileSync("mkfifo", [pipe]);
      expect(await ggufErrorOf(readGgufFile(pipe))).toMatchObject({ code: "not-a-file" });
    },
  );
});

describe("openFile", () => {
  it("reads ranges, fewer bytes only at the end, until it is closed", async () => {
    const source = await openFile(await file("ten", Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)));
    expect(source.byteLength).toBe(10);
    expect(await source.read(2, 5)).toEqual(Uint8Array.of(2, 3, 4));
    expect(await source.read(8, 20)).toEqual(Uint8Array.of(8, 9));
    expect(await source.read(10, 20)).toHaveLength(0);
    await expect(source.read(0, 1, AbortSignal.abort())).rejects.toThrow(/abort/i);
    await source.close();
    await expect(source.read(0, 1)).rejects.toThrow(/closed|EBADF/);
  });
});
