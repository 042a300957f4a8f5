import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { HASH_ALGORITHMS } from "../src/hash/hash-algorithm.ts";
import { requestHashes, type HashRequest } from "../src/hash/hash-request.ts";
import { planHashing, type HashPass } from "../src/hash/plan-hashing.ts";
import { planReads, type Extent } from "../src/hash/plan-reads.ts";

const MEBI = 2 ** 20;
const sizesOf = (count: number, bytes: number): number[] =>
  Array.from({ length: count }, () => bytes);

function digestsOf({ whole, layers }: HashRequest): string[] {
  const ofLayers = layers.map(({ tensor, algorithm }) => `${algorithm} ${tensor}`);
  return [...whole, ...ofLayers].toSorted();
}

const merged = (passes: readonly HashPass[]): HashRequest => ({
  whole: passes.flatMap(({ whole }) => whole),
  layers: passes.flatMap(({ layers }) => layers),
});

describe("planHashing", () => {
  it("gives the whole model to one of two workers and the layers to the other", () => {
    const request = requestHashes(400, { algorithms: ["sha256"] });
    const plan = planHashing(request, sizesOf(400, 5 * MEBI), 2);
    expect(plan.map(({ whole, layers }) => [whole, layers.length])).toEqual([
      [["sha256"], 0],
      [[], 400],
    ]);
    expect(plan.map(({ bytes }) => bytes)).toEqual([2000 * MEBI, 2000 * MEBI]);
  });

  it("starts no worker that could not make it faster", () => {
    const sizes = sizesOf(400, 5 * MEBI);
    const oneAlgorithm = requestHashes(400, { algorithms: ["sha256"] });
    expect(planHashing(oneAlgorithm, sizes, 64)).toHaveLength(2);
    expect(planHashing({ ...oneAlgorithm, layers: [] }, sizes, 64)).toHaveLength(1);
    expect(planHashing(oneAlgorithm, sizesOf(400, 100), 64)).toHaveLength(1);
  });

  it("reads the file once where one worker does everything", () => {
    const algorithms = ["xxh64", "sha1", "sha256", "uuid"] as const;
    const [only, ...others] = planHashing(
      requestHashes(9, { algorithms }),
      sizesOf(9, 100 * MEBI),
      1,
    );
    expect(others).toEqual([]);
    expect(only).toMatchObject({ bytes: 900 * MEBI });
    expect(only?.whole).toHaveLength(4);
    expect(only?.layers.map(({ tensor }) => tensor)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((tensor) => [tensor, tensor, tensor]),
    );
  });

  it("assigns every digest once and keeps the workers evenly busy", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 300 * MEBI }), { maxLength: 40 });
    const algorithms = fc.subarray([...HASH_ALGORITHMS]);
    const selection = fc.record({ algorithms, layers: fc.boolean(), whole: fc.boolean() });
    fc.assert(
      fc.property(sizes, selection, fc.integer({ min: 1, max: 8 }), (bytes, chosen, threads) => {
        const request = requestHashes(bytes.length, chosen);
        const passes = planHashing(request, bytes, threads);
        expect(digestsOf(merged(passes))).toEqual(digestsOf(request));
        expect(passes.length).toBeLessThanOrEqual(threads);
        const total = bytes.reduce((sum, size) => sum + size, 0);
        for (const pass of passes) expect(pass.bytes).toBeLessThanOrEqual(total);
      }),
    );
  });
});

describe("planReads", () => {
  const extentsOf = (tensors: readonly [bytes: number, gap: number][]): Extent[] => {
    let end = 1000;
    return tensors.map(([bytes, gap]) => {
      const start = end + gap;
      end = start + bytes;
      return { start, bytes };
    });
  };

  it("covers every byte of every tensor once, in order, in reads of the size allowed", () => {
    const tensor = fc.tuple(fc.nat(300), fc.oneof(fc.nat(40), fc.constant(100_000)));
    fc.assert(
      fc.property(fc.array(tensor), fc.integer({ min: 1, max: 128 }), (tensors, chunkBytes) => {
        const extents = extentsOf(tensors);
        const read = extents.map(() => ({ bytes: 0, ended: 0 }));
        for (const { start, end, pieces } of planReads(extents.keys(), extents, chunkBytes)) {
          expect(end - start).toBeLessThanOrEqual(chunkBytes);
          for (const { tensor: index, from, to, isLast } of pieces) {
            const [progress, extent] = [read[index], extents[index]];
            if (!progress || !extent) throw new Error(`no tensor ${index}`);
            expect(start + from).toBe(extent.start + progress.bytes);
            expect(start + to).toBeLessThanOrEqual(end);
            progress.bytes += to - from;
            if (isLast) progress.ended += 1;
          }
        }
        expect(read).toEqual(extents.map(({ bytes }) => ({ bytes, ended: 1 })));
      }),
    );
  });

  it("reads small tensors together, and not what lies far between them", () => {
    const near = extentsOf(Array.from({ length: 100 }, () => [100, 28]));
    expect([...planReads(near.keys(), near, 2 ** 20)]).toHaveLength(1);
    expect([...planReads([0, 99], near, 2 ** 20)]).toHaveLength(1);
    const far = extentsOf([
      [100, 0],
      [100, 10_000_000],
    ]);
    expect([...planReads(far.keys(), far, 2 ** 20)]).toHaveLength(2);
  });
});
