import fc from "fast-check";
import { readFile } from "node:fs/promises";
import { madeContent, startTestHub, type FileContent } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import {
  JoinLayoutError,
  parseModelReference,
  type JoinCopy,
  type JoinFiles,
} from "../src/index.ts";
import { checkedLayout, gapsOf, layoutId, segmentsOf } from "../src/join-layout.ts";
import { bytesIn, piecesBetween, piecesOf } from "../src/transfer/pieces.ts";
import { joinedBytes } from "./join-world.ts";
import { finish, resolve, settingsIn, tempDir } from "./support.ts";

const CHUNK = 4096;
const MOST_BYTES = 5 * CHUNK;

/** Files, and ranges of them in any order, of any length, with anything between. */
interface Layout {
  sizes: number[];
  header: number;
  copies: JoinCopy[];
  fileSize: number;
}

/** Where a file is cut; of the pieces some are placed. */
const arbitraryFile = fc.record({
  bytes: fc.integer({ min: 4, max: MOST_BYTES }),
  cuts: fc.array(fc.integer({ min: 0, max: MOST_BYTES }), { maxLength: 8 }),
  isPlaced: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
});

const arbitraryLayout: fc.Arbitrary<Layout> = fc
  .record({
    files: fc.array(arbitraryFile, { minLength: 2, maxLength: 4 }),
    header: fc.integer({ min: 0, max: 300 }),
    gaps: fc.array(fc.integer({ min: 0, max: 70 }), { minLength: 5, maxLength: 5 }),
    order: fc.infiniteStream(fc.nat()),
  })
  .map(({ files, header, gaps, order }) => {
    const ranges = files.flatMap(({ bytes, cuts, isPlaced }, file) => {
      const at = [0, ...cuts.filter((cut) => cut <= bytes).toSorted((a, b) => a - b), bytes];
      const pieces = at.slice(1).map((end, index) => ({ file, from: at[index] ?? 0, end }));
      return pieces.filter((_, index) => isPlaced[index] ?? true);
    });
    const shuffled = ranges
      .map((range) => ({ range, key: order.next().value as number }))
      .toSorted((a, b) => a.key - b.key);
    let to = header;
    const copies = shuffled.map(({ range: { file, from, end } }, index) => {
      to += gaps[index % gaps.length] ?? 0;
      const copy = { file, from, to, bytes: end - from };
      to += copy.bytes;
      return copy;
    });
    const fileSize = to + (gaps[0] ?? 0);
    return { sizes: files.map(({ bytes }) => bytes), header, copies, fileSize };
  });

function contentsOf({ sizes }: Layout): Record<string, FileContent> {
  const count = String(sizes.length).padStart(5, "0");
  const entries = sizes.map((bytes, index) => {
    const name = `p-Q4_K_M-${String(index + 1).padStart(5, "0")}-of-${count}.gguf`;
    return [name, madeContent({ bytes, head: Buffer.from("GGUF"), seed: index + 1 })] as const;
  });
  return Object.fromEntries(entries);
}

function joinOf({ header, copies, fileSize }: Layout): JoinFiles {
  return async () => ({ name: "p.gguf", header: Buffer.alloc(header, 7), fileSize, copies });
}

describe("whatever the layout", () => {
  it("the joined bytes are right, and every file's digest is checked", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLayout, fc.boolean(), async (layout, isCached) => {
        const files = contentsOf(layout);
        const hub = await startTestHub({ repos: { "o/n": { files } } });
        const directory = await tempDir();
        const settings = settingsIn(directory, { HF_ENDPOINT: hub.url });
        const reference = parseModelReference("hf:o/n:Q4_K_M");
        const options = { settings, chunks: { bytes: CHUNK, window: 3 }, connections: 3 };
        try {
          if (isCached) await finish(resolve(reference, options));
          const join = joinOf(layout);
          const { events, model } = await finish(resolve(reference, { ...options, join }));
          const bytes = await readFile(model.files[0] ?? "");
          expect(bytes.equals(await joinedBytes(files, join))).toBe(true);
          const verified = events.flatMap((event) =>
            event.type === "verified" ? event.sha256 : [],
          );
          const right = await Promise.all(Object.values(files).map((file) => file.sha256()));
          expect(new Set(verified.slice(-right.length))).toEqual(new Set(right));
        } finally {
          await hub.close();
        }
      }),
      { numRuns: 30 },
    );
  });

  it("a file's pieces hold each of its bytes once, in order", () => {
    fc.assert(
      fc.property(arbitraryLayout, fc.nat(MOST_BYTES), fc.nat(MOST_BYTES), (layout, a, b) => {
        const files = layout.sizes.map((bytes, index) => ({ bytes, content: `etag:${index}` }));
        const joined = checkedLayout(
          { name: "p.gguf", ...layout, header: Buffer.alloc(layout.header) },
          files,
        );
        const covered = gapsOf(joined).reduce((sum, { start, end }) => sum + end - start, 0);
        const placed = joined.copies.reduce((sum, { bytes }) => sum + bytes, 0);
        expect(covered + placed + layout.header).toBe(layout.fileSize);
        for (const [file, { bytes }] of files.entries()) {
          const pieces = piecesOf(bytes, "rest", segmentsOf(joined, file, "joined"));
          const [start, end] = [Math.min(a, b, bytes), Math.min(Math.max(a, b), bytes)];
          let at = start;
          for (const piece of piecesBetween(pieces, start, end)) {
            expect(piece.start).toBe(at);
            expect(piece.end).toBeGreaterThan(at);
            at = piece.end;
          }
          expect(at).toBe(end);
          expect(bytesIn("rest", pieces) + bytesIn("joined", pieces)).toBe(bytes);
        }
      }),
    );
  });
});

describe("a layout that is none", () => {
  const files = [
    { bytes: 100, content: "sha256:a" },
    { bytes: 50, content: "sha256:b" },
  ];
  const right = [
    { file: 0, from: 10, to: 20, bytes: 90 },
    { file: 1, from: 0, to: 110, bytes: 50 },
  ];
  const laidOut = (copies: JoinCopy[], more: object = {}): (() => unknown) => {
    return () =>
      checkedLayout(
        { name: "j.gguf", header: Buffer.alloc(20), fileSize: 160, copies, ...more },
        files,
      );
  };

  it("is told from one that is", () => {
    expect(laidOut(right)).not.toThrow();
    expect(laidOut(right.toReversed())).not.toThrow();
  });

  it.each<[string, JoinCopy[], object?]>([
    ["a copy over the header", [{ file: 0, from: 0, to: 19, bytes: 5 }]],
    ["a copy over another", [...right, { file: 1, from: 0, to: 109, bytes: 1 }]],
    ["a copy beyond the end", [{ file: 0, from: 0, to: 100, bytes: 61 }]],
    ["more than an input has", [{ file: 1, from: 1, to: 20, bytes: 50 }]],
    ["a negative place in an input", [{ file: 1, from: -1, to: 20, bytes: 5 }]],
    ["a negative length", [{ file: 1, from: 5, to: 20, bytes: -5 }]],
    ["half a byte", [{ file: 1, from: 0.5, to: 20, bytes: 5 }]],
    ["an input that is not there", [{ file: 2, from: 0, to: 20, bytes: 5 }]],
    [
      "bytes in two places",
      [...right, { file: 1, from: 49, to: 160, bytes: 1 }],
      { fileSize: 200 },
    ],
    ["a size below the header's", [], { fileSize: 19 }],
    ["a size that is no number", [], { fileSize: Number.NaN }],
  ])("for %s", (_, copies, more) => {
    expect(laidOut(copies, more)).toThrow(JoinLayoutError);
  });

  it("is another one with another header, place or content", () => {
    const joined = checkedLayout(
      { name: "j.gguf", header: Buffer.alloc(20), fileSize: 160, copies: right },
      files,
    );
    const [first, second] = files;
    if (first === undefined || second === undefined) throw new Error("no files");
    const ids = [
      layoutId(joined, files),
      layoutId({ ...joined, header: Buffer.alloc(20, 1) }, files),
      layoutId({ ...joined, header: Buffer.alloc(19) }, files),
      layoutId({ ...joined, fileSize: 161 }, files),
      layoutId({ ...joined, copies: right.slice(1) }, files),
      layoutId(joined, [first, { ...second, content: "sha256:c" }]),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
