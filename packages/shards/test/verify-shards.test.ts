import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { mergeFiles, verifyShards } from "../src/node.ts";
import { collect, mergeWorld, tempDir, type MergeWorld } from "./merge-world.ts";

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Changes one byte of tensor data, which nothing but a hash can find. */
async function damage(path: string): Promise<{ was: string; is: string }> {
  const bytes = await readFile(path);
  const was = sha256(bytes);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 700) ^ 1, bytes.length - 700);
  await writeFile(path, bytes);
  return { was, is: sha256(bytes) };
}

/** Makes the set look as `hf download --local-dir` leaves it. */
async function noteDownload({ directory, built }: MergeWorld): Promise<void> {
  const notes = join(directory, ".cache", "huggingface", "download");
  await mkdir(notes, { recursive: true });
  for (const { name, bytes } of built)
    await writeFile(join(notes, `${name}.metadata`), `${"a".repeat(40)}\n${sha256(bytes)}\n1.5\n`);
}

/** Makes the set look as it is in the Hub's cache. */
async function asCached({ directory, shards, built }: MergeWorld): Promise<void> {
  const blobs = join(dirname(directory), "blobs");
  await mkdir(blobs);
  for (const [index, { bytes }] of built.entries()) {
    const shard = shards[index] ?? "";
    await rename(shard, join(blobs, sha256(bytes)));
    await symlink(join("..", "blobs", sha256(bytes)), shard);
  }
}

async function settings(): Promise<{ settings: { cacheDir: string } }> {
  return { settings: { cacheDir: await tempDir() } };
}

describe("verifying a set", () => {
  it("finds nothing wrong with a whole one, and says what it knows of each file", async () => {
    const { first, shards, built } = await mergeWorld();
    const { result } = await collect(verifyShards(first));
    const files = built.map(({ name, bytes }, index) => {
      return { name, path: shards[index], bytes: bytes.length, tensors: [4, 3, 3][index] };
    });
    expect(result).toEqual({ kind: "shards", files, findings: [] });
  });

  it.each([
    ["cache", asCached],
    ["download", noteDownload],
  ] as const)("holds each file against what is known of it from the %s", async (from, prepare) => {
    const world = await mergeWorld();
    await prepare(world);
    const known = await settings();
    const whole = await collect(verifyShards(world.first, known));
    expect(whole.result.findings).toEqual([]);
    const digests = world.built.map(({ bytes }) => sha256(bytes));
    const expected = digests.map((digest) => ({ expected: digest, got: digest, from }));
    expect(whole.result.files.map((file) => file.sha256)).toEqual(expected);
    const hashed = whole.events.filter(({ type }) => type === "hashed");
    expect(hashed).toHaveLength(3);

    const [, second = ""] = world.shards;
    const { was, is } = await damage(second);
    const { result } = await collect(verifyShards(world.first, known));
    const finding = { code: "sha256", shard: basename(second), expected: was, got: is };
    expect(result.findings).toEqual([finding]);
  });

  it("holds files against what its caller knows, before all else", async () => {
    const world = await mergeWorld();
    await noteDownload(world);
    const name = world.built[0]?.name ?? "";
    const expected = new Map([[name, "0".repeat(64)]]);
    const { result } = await collect(
      verifyShards(world.first, { ...(await settings()), expected }),
    );
    expect(result.findings).toMatchObject([{ code: "sha256", shard: name }]);
    expect(result.files.map((file) => file.sha256?.from)).toEqual([
      "given",
      "download",
      "download",
    ]);
  });

  it("names a file that is missing, and verifies the others", async () => {
    const world = await mergeWorld();
    await noteDownload(world);
    await rm(world.shards[1] ?? "");
    const { result } = await collect(verifyShards(world.first, await settings()));
    expect(result.findings).toMatchObject([{ code: "missing-shard", shard: world.built[1]?.name }]);
    expect(result.files.map(({ bytes }) => bytes === undefined)).toEqual([false, true, false]);
    expect(result.files.map(({ sha256: digest }) => digest !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("takes a merged file for a set of one", async () => {
    const { first, out } = await mergeWorld();
    await collect(mergeFiles(first, out));
    const { result } = await collect(verifyShards(out));
    expect(result).toMatchObject({
      kind: "file",
      findings: [],
      files: [{ name: "merged.gguf", tensors: 10 }],
    });
  });
});

describe("merging a set whose hashes are known", () => {
  it("verifies it, and refuses a damaged shard", async () => {
    const world = await mergeWorld();
    await asCached(world);
    const known = await settings();
    const { events } = await collect(mergeFiles(world.first, world.out, known));
    const verified = events.filter((event) => event.type === "verified");
    expect(verified.map((event) => event.sha256)).toEqual(
      world.built.map(({ bytes }) => sha256(bytes)),
    );
    await rm(world.out);

    const { was, is } = await damage(world.shards[2] ?? "");
    const merging = collect(mergeFiles(world.first, world.out, known));
    await expect(merging).rejects.toMatchObject({
      code: "bad-set",
      findings: [{ code: "sha256", shard: world.built[2]?.name, expected: was, got: is }],
    });
    const consuming = collect(mergeFiles(world.first, world.out, { ...known, consume: true }));
    await expect(consuming).rejects.toMatchObject({ code: "bad-set" });
    // What could still be fetched again is nobody's loss, but what is left is not to be lost.
    expect(await readFile(world.shards[2] ?? "")).toHaveLength(world.built[2]?.bytes.length ?? 0);
  });
});
