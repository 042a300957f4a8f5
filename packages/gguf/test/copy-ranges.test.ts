import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesSource } from "../src/index.ts";
import { copyRanges, type CopyRange } from "../src/node.ts";

const MIB = 2 ** 20;

describe("copyRanges", () => {
  it("puts every byte of every range in its place, and nothing elsewhere", async () => {
    const lengths = fc.array(
      fc.record({ gapBefore: fc.nat(300), skipped: fc.nat(300), bytes: fc.nat(2.5 * MIB) }),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(lengths, async (parts) => {
        const ranges: CopyRange[] = [];
        let [from, to] = [0, 0];
        for (const { gapBefore, skipped, bytes } of parts) {
          [from, to] = [from + skipped, to + gapBefore];
          ranges.push({ from, to, bytes });
          [from, to] = [from + bytes, to + bytes];
        }
        const input = Uint8Array.from({ length: from }, (_, index) => 1 + (index % 251));
        const expected = new Uint8Array(to);
        for (const range of ranges)
          expected.set(input.subarray(range.from, range.from + range.bytes), range.to);
        const output = new Uint8Array(to);
        let told = 0;
        await copyRanges(
          bytesSource(input),
          ranges,
          async (bytes, position) => output.set(bytes, position),
          { file: "in", onBytes: (bytes) => (told += bytes) },
        );
        expect(Buffer.compare(output, expected)).toBe(0);
        expect(told).toBe(ranges.reduce((sum, { bytes }) => sum + bytes, 0));
      }),
      { numRuns: 30 },
    );
  });

  it("says where a source ends that was longer", async () => {
    const copying = copyRanges(
      bytesSource(new Uint8Array(100)),
      [{ from: 40, to: 0, bytes: 80 }],
      async () => {},
      { file: "model-00002-of-00003.gguf" },
    );
    await expect(copying).rejects.toMatchObject({
      code: "file-changed",
      file: "model-00002-of-00003.gguf",
      expected: 120,
      got: 100,
    });
  });

  it("has stopped writing when it throws", async () => {
    let isWriting = false;
    const copying = copyRanges(
      bytesSource(new Uint8Array(8 * MIB)),
      [{ from: 0, to: 0, bytes: 8 * MIB }],
      async (_, position) => {
        if (position === 0) throw new Error("disk full");
        isWriting = true;
        await new Promise((resolve) => setTimeout(resolve, 20));
        isWriting = false;
      },
      { file: "in" },
    );
    await expect(copying).rejects.toThrow("disk full");
    expect(isWriting).toBe(false);
  });

  it("ends with the signal's reason", async () => {
    const controller = new AbortController();
    const copying = copyRanges(
      bytesSource(new Uint8Array(8 * MIB)),
      [{ from: 0, to: 0, bytes: 8 * MIB }],
      async () => controller.abort(new Error("enough")),
      { file: "in", signal: controller.signal },
    );
    await expect(copying).rejects.toThrow("enough");
  });
});
