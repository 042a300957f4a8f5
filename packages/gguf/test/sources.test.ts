import { buildQwen3Model, countingSource, sparseSource } from "@ggufkit/fixtures";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  blobSource,
  bytesSource,
  type ByteSource,
  cachedSource,
  describe as describeModel,
  readGguf,
} from "../src/index.ts";

const model = buildQwen3Model();

describe("blobSource", () => {
  it("reads a file as a browser gives it", async () => {
    const blob = new Blob([Buffer.from(model)]);
    const ours = await readGguf(blobSource(blob));
    expect(describeModel(ours)).toEqual(describeModel(await readGguf(bytesSource(model))));
    expect(ours.fileSize).toBe(model.length);
  });

  it("stops when told to", async () => {
    const source = blobSource(new Blob(["GGUF"]));
    await expect(source.read(0, 4, AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
  });
});

describe("cachedSource", () => {
  it("gives the same bytes as its source, whatever is asked for in whatever order", async () => {
    const file = new Uint8Array(1000).map((_, index) => index % 251);
    const range = fc.tuple(fc.nat(1100), fc.nat(300));
    const sizes = fc.record({
      blockBytes: fc.integer({ min: 1, max: 400 }),
      maxBytes: fc.nat(2000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 20 }), sizes, async (asked, options) => {
        const source = cachedSource(sparseSource(file, file.length), options);
        const reads = asked.map(async ([start, length]) => {
          const bytes = await source.read(start, start + length);
          expect(bytes).toEqual(file.slice(start, start + length));
        });
        await Promise.all(reads);
      }),
    );
  });

  it("reads each block once, also for readers at the same time, neighbours together", async () => {
    const counting = countingSource(sparseSource(model, model.length));
    const source = cachedSource(counting, { blockBytes: 1024 });
    await Promise.all([source.read(0, 2000), source.read(100, 1500), source.read(1030, 4000)]);
    await source.read(0, 4096);
    expect(counting.reads).toEqual([
      { start: 0, end: 2048 },
      { start: 2048, end: 4096 },
    ]);
  });

  it("lets a read pass by that is larger than itself, and keeps what it has", async () => {
    const counting = countingSource(sparseSource(model, model.length));
    const source = cachedSource(counting, { blockBytes: 10, maxBytes: 20 });
    await source.read(0, 10);
    expect(await source.read(5, 105)).toEqual(new Uint8Array(model.subarray(5, 105)));
    await source.read(0, 10);
    expect(counting.reads).toEqual([
      { start: 0, end: 10 },
      { start: 5, end: 105 },
    ]);
  });

  it("passes on the size once its source knows it, and ends where the file does", async () => {
    const late = { ...sparseSource(model), byteLength: undefined as number | undefined };
    const source = cachedSource(late, { blockBytes: 1024 });
    const tail = await source.read(model.length - 10, model.length + 5000);
    expect(tail).toEqual(new Uint8Array(model.subarray(-10)));
    expect(source.byteLength).toBeUndefined();
    late.byteLength = model.length;
    expect(source.byteLength).toBe(model.length);
  });

  it("needs none for bytes in memory", () => {
    const source = bytesSource(model);
    expect(cachedSource(source)).toBe(source);
  });

  it("forgets what was not used for longest", async () => {
    const counting = countingSource(sparseSource(model, model.length));
    const source = cachedSource(counting, { blockBytes: 10, maxBytes: 20 });
    for (const start of [0, 10, 0, 20, 0, 10]) await source.read(start, start + 10);
    expect(counting.reads.map(({ start }) => start)).toEqual([0, 10, 20, 10]);
  });

  it("asks again for what could not be read", async () => {
    let isBroken = true;
    const flaky: ByteSource = {
      byteLength: 4,
      read: () =>
        isBroken ? Promise.reject(new Error("flaky")) : Promise.resolve(Uint8Array.of(1, 2, 3, 4)),
    };
    const source = cachedSource(flaky);
    await expect(source.read(0, 4)).rejects.toThrow("flaky");
    isBroken = false;
    expect(await source.read(1, 3)).toEqual(Uint8Array.of(2, 3));
  });

  it("leaves a block to its other readers when one of them goes away", async () => {
    const { source, finish, signal } = slowSource();
    const cached = cachedSource(source);
    const leaving = new AbortController();
    const left = cached.read(0, 2, leaving.signal);
    const stayed = cached.read(0, 2);
    leaving.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    expect(signal()?.aborted).toBe(false);
    finish(Uint8Array.of(7, 8));
    expect(await stayed).toEqual(Uint8Array.of(7, 8));
  });

  it("stops reading a block that nobody waits for any more", async () => {
    const { source, finish, signal } = slowSource();
    const leaving = new AbortController();
    const left = cachedSource(source).read(0, 2, leaving.signal);
    leaving.abort(new Error("gone"));
    await expect(left).rejects.toThrow("gone");
    expect(signal()?.aborted).toBe(true);
    finish(new Uint8Array(0));
  });
});

interface SlowSource {
  readonly source: ByteSource;
  readonly finish: (bytes: Uint8Array) => void;
  /** That of the read under way. */
  readonly signal: () => AbortSignal | undefined;
}

/** A source whose one read ends when told to. */
function slowSource(): SlowSource {
  let resolve = (_bytes: Uint8Array): void => {};
  const promise = new Promise<Uint8Array>((done) => (resolve = done));
  let given: AbortSignal | undefined;
  const source: ByteSource = {
    byteLength: 2,
    read: (_start, _end, signal) => {
      given = signal;
      return promise;
    },
  };
  return { source, finish: (bytes) => resolve(bytes), signal: () => given };
}
