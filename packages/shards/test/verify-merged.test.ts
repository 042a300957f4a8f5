import { createHash } from "node:crypto";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { bytesSource, type ByteSource } from "@ggufkit/gguf";
import { describe, expect, it } from "vitest";
import { mergeFiles, verifyMerged, type OriginalShard } from "../src/node.ts";
import { collect, mergeWorld, type MergeWorld } from "./merge-world.ts";

/** The shards where they came from, and how many of their bytes are read there. */
function originals({ built }: MergeWorld): { shards: OriginalShard[]; asked: () => number } {
  let asked = 0;
  const shards = built.map(({ name, bytes }): OriginalShard => {
    const memory = bytesSource(bytes);
    const source: ByteSource = {
      byteLength: bytes.length,
      async read(start, end, signal) {
        asked += end - start;
        return memory.read(start, end, signal);
      },
    };
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { name, bytes: bytes.length, sha256, source };
  });
  return { shards, asked: () => asked };
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  await writeFile(path, bytes);
}

describe("verifying a merged file by the hashes of its shards", () => {
  it.each([undefined, "llama.cpp"] as const)("finds nothing wrong (%s)", async (compat) => {
    const world = await mergeWorld({ rows: 2000 });
    await collect(mergeFiles(world.first, world.out, { compat }));
    const { shards, asked } = originals(world);
    const { result } = await collect(verifyMerged(world.out, shards));
    expect(result.findings).toEqual([]);
    expect(result.files).toEqual(
      shards.map(({ name, bytes, sha256 }, index) => {
        const digest = { expected: sha256, got: sha256, from: "given" };
        return { name, path: world.out, bytes, tensors: [4, 3, 3][index], sha256: digest };
      }),
    );
    const total = shards.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(asked(), "the headers alone are read where the shards are").toBeLessThan(total / 4);
  });

  it("names the shard whose bytes are not what they were", async () => {
    const world = await mergeWorld();
    await collect(mergeFiles(world.first, world.out));
    const { shards } = originals(world);
    await flip(world.out, world.whole.length - 700);
    const { result } = await collect(verifyMerged(world.out, shards));
    expect(result.findings).toMatchObject([{ code: "sha256", shard: world.built[2]?.name }]);
  });

  it("finds another header, another size, and another model", async () => {
    const world = await mergeWorld();
    const { shards } = originals(world);
    await collect(mergeFiles(world.first, world.out));
    await appendFile(world.out, "x");
    const longer = (await collect(verifyMerged(world.out, shards))).result;
    const size = { expected: world.whole.length, got: world.whole.length + 1 };
    expect(longer.findings).toEqual([{ code: "file-size", shard: "merged.gguf", ...size }]);

    const other = await mergeWorld({ seed: 2 });
    await collect(mergeFiles(other.first, other.out));
    const { result } = await collect(verifyMerged(other.out, shards));
    expect(result.findings).toMatchObject([{ code: "merged-header", shard: "merged.gguf" }]);
    await flip(other.out, 30);
    const damaged = await collect(verifyMerged(other.out, originals(other).shards));
    expect(damaged.result.findings).toMatchObject([{ code: "merged-header" }]);
  });
});
