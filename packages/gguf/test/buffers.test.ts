import { buildGguf } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";

import { type ByteSource, readGguf } from "../src/index.ts";

const tokens = Array.from({ length: 262_144 }, (_, index) => `token ${index}`);
const file = buildGguf({
  kv: [
    ["tokenizer.ggml.tokens", "string[]", tokens],
    ["tokenizer.ggml.merges", "string[]", tokens.map((_, index) => `t ${index}`)],
  ],
});
// As the first bytes of a model: how far the header reaches does not show in the file's size.
const fileSize = 2 ** 37;

describe("the buffers of a header of 9 MB", () => {
  it("take less than three times as much, the last two together, and few reads", async () => {
    const buffers = new Set<ArrayBufferLike>();
    const reads: number[] = [];
    const source: ByteSource = {
      byteLength: fileSize,
      read: () => Promise.reject(new Error("not to be called")),
      async readInto(target, start) {
        buffers.add(target.buffer);
        reads.push(target.length);
        target.set(file.subarray(start, start + target.length));
        return target.length;
      },
    };
    const { headerBytes } = await readGguf(source);
    expect(file.length - headerBytes).toBeLessThan(32);
    const sizes = [...buffers].map(({ byteLength }) => byteLength);
    const pairs = sizes.slice(1).map((size, index) => size + (sizes[index] ?? 0));
    expect(Math.max(...pairs)).toBeLessThan(3 * headerBytes);
    // What was read in vain is less than the last read.
    expect(reads.length).toBeLessThanOrEqual(10);
    const read = reads.reduce((sum, bytes) => sum + bytes, 0);
    expect(read - headerBytes).toBeLessThanOrEqual(2 ** 22);
  });
});
