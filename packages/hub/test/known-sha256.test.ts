import { createHash } from "node:crypto";
import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { hashWholeFile, knownSha256 } from "../src/files.ts";
import type { HubSettings } from "../src/index.ts";
import { recordVerified } from "../src/verified.ts";
import { ggufBytes, put, settingsIn, tempDir } from "./support.ts";
import { hubWorld, succeed } from "./transfer-world.ts";

const BYTES = ggufBytes(5000);
const SHA256 = createHash("sha256").update(BYTES).digest("hex");

let directory: string;
let settings: HubSettings;
beforeEach(async () => {
  directory = await tempDir();
  settings = settingsIn(directory);
});

async function note(root: string, path: string, text: string): Promise<void> {
  const at = join(root, ".cache", "huggingface", "download", `${path}.metadata`);
  await mkdir(dirname(at), { recursive: true });
  await writeFile(at, text);
}

describe("what sha256 a file should have", () => {
  it("is told by the name of the blob that a snapshot points to", async () => {
    const blobs = join(directory, "models--o--n", "blobs");
    await mkdir(blobs, { recursive: true });
    await put(blobs, SHA256, BYTES);
    const pointer = join(directory, "m.gguf");
    await symlink(join(blobs, SHA256), pointer);
    const known = { sha256: SHA256, from: "cache" };
    expect(await knownSha256(pointer, { settings })).toEqual({ ...known, isFresh: false });
    await recordVerified(pointer, SHA256, { settings });
    expect(await knownSha256(pointer, { settings })).toEqual({ ...known, isFresh: true });
    await utimes(pointer, 1, 1);
    expect(await knownSha256(pointer, { settings })).toEqual({ ...known, isFresh: false });
  });

  it("is told by the note of a download, in the directory or one above", async () => {
    const sub = join(directory, "a", "b");
    await mkdir(sub, { recursive: true });
    const path = await put(sub, "m.gguf", BYTES);
    expect(await knownSha256(path, { settings })).toBeUndefined();
    await note(directory, "a/b/m.gguf", `commit\n${SHA256}\n1.5\n`);
    const known = { sha256: SHA256, from: "download", isFresh: false };
    expect(await knownSha256(path, { settings })).toEqual(known);
    const other = "0".repeat(64);
    await note(sub, "m.gguf", `commit\n${other}\n1.5\n`);
    expect(await knownSha256(path, { settings })).toEqual({ ...known, sha256: other });
  });

  it("is not told by git's hash, by a file of that name, or of what is not there", async () => {
    const path = await put(directory, "m.gguf", BYTES);
    await note(directory, "m.gguf", `commit\n${"a".repeat(40)}\n1.5\n`);
    expect(await knownSha256(path, { settings })).toBeUndefined();
    const named = await put(directory, SHA256, BYTES);
    expect(await knownSha256(named, { settings })).toBeUndefined();
    expect(await knownSha256(join(directory, "none"), { settings })).toBeUndefined();
  });

  it("is known afresh of what this package fetched, in the cache and elsewhere", async () => {
    const world = await hubWorld();
    const own = settingsIn(world.directory);
    for (const more of [{}, { out: join(world.directory, "out") }]) {
      const { model } = await succeed(world, more);
      const sha256 = await world.contents[1]?.sha256();
      const known = await knownSha256(model.files[1] ?? "", { settings: own });
      expect(known).toMatchObject({ sha256, isFresh: true });
    }
  });
});

describe("hashing a whole file", () => {
  const hashWorker = new URL("../dist/transfer/prefix-hash-worker.js", import.meta.url);

  async function hashed(
    path: string,
    signal?: AbortSignal,
  ): Promise<{ sha256: string; events: object[] }> {
    const events: object[] = [];
    const hashing = hashWholeFile(path, { file: "m.gguf", signal, hashWorker });
    for (;;) {
      const { done, value } = await hashing.next();
      if (done) return { sha256: value, events };
      events.push(value);
    }
  }

  it.each([0, 1, 8 << 20, (20 << 20) + 7])("of %d bytes gives its sha256", async (length) => {
    const bytes = Buffer.alloc(length, "model");
    const { sha256, events } = await hashed(await put(directory, "m.gguf", bytes));
    expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    const last = { type: "hashing", file: "m.gguf", done: length, total: length };
    if (length > 0) expect(events.at(-1)).toEqual(last);
  });

  it("that is not there is the system's error", async () => {
    await expect(hashed(join(directory, "none"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("ends with the signal's reason", async () => {
    const path = await put(directory, "m.gguf", Buffer.alloc(64 << 20));
    const controller = new AbortController();
    const running = hashed(path, controller.signal);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});
