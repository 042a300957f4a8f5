import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FileNotFoundError, MissingShardError } from "../src/index.ts";
import { failing, finish, ggufBytes, put, resolve, settingsIn, tempDir } from "./support.ts";

describe("a file", () => {
  it("resolves to itself", async () => {
    const directory = await tempDir();
    const path = await put(directory, "a.gguf", ggufBytes(100));
    const options = { settings: settingsIn(directory) };
    const { model } = await finish(resolve({ kind: "file", path }, options));
    expect(model).toMatchObject({ files: [path], bytes: 100, place: path });
  });

  it("brings its whole set along, whichever shard is named", async () => {
    const directory = await tempDir();
    const files: string[] = [];
    for (const n of [1, 2, 3]) {
      files.push(await put(directory, `a-0000${n}-of-00003.gguf`, ggufBytes(10 * n)));
    }
    const options = { settings: settingsIn(directory) };
    for (const path of files) {
      const { model } = await finish(resolve({ kind: "file", path }, options));
      expect(model).toMatchObject({ files, bytes: 60 });
    }
  });

  it("names the shards that are not beside it", async () => {
    const directory = await tempDir();
    const path = await put(directory, "a-00001-of-00003.gguf", ggufBytes(10));
    const options = { settings: settingsIn(directory) };
    const error = await failing(resolve({ kind: "file", path }, options));
    expect(error).toBeInstanceOf(MissingShardError);
    const missing = ["a-00002-of-00003.gguf", "a-00003-of-00003.gguf"];
    expect(error).toMatchObject({ code: "missing-shard", missing });
    expect(String(error)).toContain("2 of 3 shards missing");
  });

  it("must be there and be a regular file", async () => {
    const directory = await tempDir();
    await mkdir(join(directory, "folder.gguf"));
    const options = { settings: settingsIn(directory) };
    for (const name of ["none.gguf", "folder.gguf"]) {
      const path = join(directory, name);
      const error = await failing(resolve({ kind: "file", path }, options));
      expect(error).toBeInstanceOf(FileNotFoundError);
      expect(error).toMatchObject({ code: "file-not-found", path });
    }
  });
});
