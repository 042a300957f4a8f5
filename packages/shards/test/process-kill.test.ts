import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  buildGguf,
  buildGgufShards,
  seededRandom,
  startTestHub,
  type BuiltShard,
} from "@ggufkit/fixtures";
import { describe, expect, it, onTestFailed, onTestFinished } from "vitest";
import { startMerge } from "./merge-process.ts";
import { mergeWorld, modelOptions, namesBelow, tempDir, TENSORS } from "./merge-world.ts";

// Some 60 MB: with syncing it takes longer than the program's start.
const ROWS = 8000;
const KILLS = 10;

function randomMoments(): () => number {
  const seed = Date.now() % 1e6;
  onTestFailed(() => console.error(`the seed was ${seed}`));
  return seededRandom(seed);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest("hex");
}

/** How long a job takes when nobody ends it, in milliseconds. */
async function durationOf(job: object): Promise<number> {
  const start = performance.now();
  expect(await startMerge(job).ended).toBe(0);
  return performance.now() - start;
}

describe("ten kills at random moments, and the same again", () => {
  it("end with the right bytes when merging", async () => {
    const { first, out, whole, directory } = await mergeWorld({ rows: ROWS });
    const expected = createHash("sha256").update(whole).digest("hex");
    const random = randomMoments();
    const duration = await durationOf({ first, out });
    let kills = 0;
    for (let round = 0; round < KILLS; round++) {
      await rm(out, { force: true });
      const merging = startMerge({ first, out });
      await sleep(random() * duration);
      merging.kill("SIGKILL");
      if ((await merging.ended) === "SIGKILL") kills += 1;
      // Half a file never has the final name.
      if ((await namesBelow(dirname(out))).includes("merged.gguf"))
        expect(await sha256Of(out)).toBe(expected);
    }
    expect(kills).toBeGreaterThan(4);
    expect(await startMerge({ first, out }).ended).toBe(0);
    expect(await sha256Of(out)).toBe(expected);
    expect(await namesBelow(dirname(out))).toEqual(["merged.gguf"]);
    expect(await namesBelow(directory)).toHaveLength(TENSORS.length);
  });

  it("lose nothing when shards are consumed", async () => {
    const { first, out, whole, directory } = await mergeWorld({ rows: ROWS });
    const expected = createHash("sha256").update(whole).digest("hex");
    const random = randomMoments();
    const job = { first, out, consume: true };
    const copy = join(dirname(directory), "copy");
    await cp(directory, copy, { recursive: true });
    const duration = await durationOf(job);
    let kills = 0;
    for (let round = 0; round < KILLS; round++) {
      // Killed when all was done, or not yet at its end: then the next run has something to do.
      if ((await namesBelow(dirname(out))).join() === "merged.gguf") {
        expect(await sha256Of(out)).toBe(expected);
        expect(await namesBelow(directory)).toEqual([]);
        await rm(out);
        await cp(copy, directory, { recursive: true });
      }
      const merging = startMerge(job);
      await sleep(random() * duration);
      merging.kill("SIGKILL");
      if ((await merging.ended) === "SIGKILL") kills += 1;
    }
    expect(kills).toBeGreaterThan(4);
    if ((await namesBelow(dirname(out))).join() !== "merged.gguf")
      expect(await startMerge(job).ended).toBe(0);
    expect(await sha256Of(out)).toBe(expected);
    expect(await namesBelow(dirname(out))).toEqual(["merged.gguf"]);
    expect(await namesBelow(directory)).toEqual([]);
  });

  it("end with the right bytes when merging while downloading", async () => {
    const { files, whole } = splitModel();
    const cdnPace = { bytesPerSecond: 6e6, latency: 2 };
    const hub = await startTestHub({ repos: { "o/n": { files } }, cdnPace });
    onTestFinished(() => hub.close());
    const home = await tempDir();
    const out = join(home, "models");
    await mkdir(out);
    const expected = createHash("sha256").update(whole).digest("hex");
    const random = randomMoments();
    const job = { source: "hf:o/n:Q8_0", out, endpoint: hub.url, home };
    let kills = 0;
    for (let round = 0; round < KILLS; round++) {
      const merging = startMerge(job);
      await sleep(random() * 900);
      merging.kill("SIGKILL");
      if ((await merging.ended) === "SIGKILL") kills += 1;
    }
    expect(kills).toBeGreaterThan(4);
    expect(await startMerge(job).ended).toBe(0);
    expect(await sha256Of(join(out, "m-Q8_0.gguf"))).toBe(expected);
    expect((await namesBelow(out)).filter((name) => name !== "CACHEDIR.TAG")).toEqual([
      "m-Q8_0.gguf",
    ]);
  });
});

/** A split model as files of a repository, and what it is split from. */
function splitModel(): { files: Record<string, Uint8Array>; whole: Uint8Array } {
  const whole = modelOptions({ rows: ROWS / 2 });
  const built: BuiltShard[] = buildGgufShards("m-Q8_0", { whole, tensors: TENSORS });
  const files = Object.fromEntries(built.map(({ name, bytes }) => [name, bytes]));
  return { files, whole: buildGguf(whole) };
}
