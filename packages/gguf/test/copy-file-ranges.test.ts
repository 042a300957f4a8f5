import { readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyFileRanges, type CopyRange } from "../src/node.ts";
import { bundleWorker, type BundledWorker } from "./worker-bundle.ts";

const MIB = 2 ** 20;
/** More than is copied without threads. */
const LARGE = 80 * MIB;

let bundle: BundledWorker;
let from: string;
let to: string;
const input = Buffer.alloc(
  LARGE,
  Buffer.from(Array.from({ length: 65_537 }, (_, i) => (i * 7) % 251)),
);
beforeAll(async () => {
  bundle = await bundleWorker("copy-worker");
  from = join(bundle.directory, "from");
  to = join(bundle.directory, "to");
  await writeFile(from, input);
});
afterAll(() => bundle.remove());

/** Many ranges with gaps between them, of odd sizes, some of them tiny. */
function manyRanges(total: number): CopyRange[] {
  const ranges: CopyRange[] = [];
  let at = 3;
  for (let index = 0; ; index++) {
    const bytes = Math.min(index % 3 === 0 ? 5 : 9 * MIB + index, total - at);
    if (bytes <= 0) return ranges;
    ranges.push({ from: at, to: at + index, bytes });
    at += bytes + (index % 2);
  }
}

describe.each([
  ["a few bytes", 3 * MIB],
  ["many bytes, in threads", LARGE],
])("copyFileRanges of %s", (_, total) => {
  it("puts every range in its place, and nothing elsewhere", async () => {
    const ranges = manyRanges(total);
    const size = total + ranges.length;
    const expected = Buffer.alloc(size);
    for (const range of ranges)
      expected.set(input.subarray(range.from, range.from + range.bytes), range.to);
    await writeFile(to, "");
    await truncate(to, size);
    let told = 0;
    const onBytes = (bytes: number): void => void (told += bytes);
    await copyFileRanges(from, to, ranges, { onBytes, worker: bundle.worker });
    expect(Buffer.compare(await readFile(to), expected)).toBe(0);
    expect(told).toBe(ranges.reduce((sum, { bytes }) => sum + bytes, 0));
  });

  it("says where the file ends that is read", async () => {
    await writeFile(to, "");
    const ranges = [{ from: LARGE - total + 100, to: 0, bytes: total }];
    const copying = copyFileRanges(from, to, ranges, { worker: bundle.worker });
    await expect(copying).rejects.toMatchObject({ code: "file-changed", file: from, got: LARGE });
  });

  it("says which file cannot be read or written, and why", async () => {
    await writeFile(to, "");
    const nowhere = join(bundle.directory, "nowhere");
    const ranges = [{ from: 0, to: 0, bytes: total }];
    const cause = expect.objectContaining({ code: "ENOENT" }) as unknown;
    const reading = copyFileRanges(nowhere, to, ranges, { worker: bundle.worker });
    await expect(reading).rejects.toMatchObject({ code: "cannot-open-file", file: nowhere, cause });
    const writing = copyFileRanges(from, nowhere, ranges, { worker: bundle.worker });
    await expect(writing).rejects.toMatchObject({
      code: "cannot-write-file",
      file: nowhere,
      cause,
    });
  });

  it("ends with the signal's reason, and does not write any longer", async () => {
    await writeFile(to, "");
    const controller = new AbortController();
    const ranges = Array.from({ length: 100 }, () => ({ from: 0, to: 0, bytes: total }));
    const copying = copyFileRanges(from, to, ranges, {
      signal: controller.signal,
      onBytes: () => controller.abort(new Error("enough")),
      worker: bundle.worker,
    });
    await expect(copying).rejects.toThrow("enough");
    await truncate(to, 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await readFile(to)).toHaveLength(0);
  });
});

it("rejects where the threads' module is not there", async () => {
  const worker = pathToFileURL(join(bundle.directory, "no-such-module.mjs"));
  const ranges = [{ from: 0, to: 0, bytes: LARGE }];
  await expect(copyFileRanges(from, to, ranges, { worker })).rejects.toThrow(/no-such-module/);
});
