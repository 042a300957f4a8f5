import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, mkdir, readdir, rm } from "node:fs/promises";
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

/**
 * Starts a job again and again and kills it at random moments within a time, until it was killed ten
 * times before its end. `afterwards` is told whether it was.
 */
async function killTenTimes(
  job: object,
  milliseconds: number,
  afterwards: (wasKilled: boolean) => Promise<void>,
): Promise<void> {
  const random = randomMoments();
  let kills = 0;
  for (let round = 0; kills < KILLS; round++) {
    expect(round, "it ends before it can be killed").toBeLessThan(6 * KILLS);
    const merging = startMerge(job);
    await sleep(random() * milliseconds);
    merging.kill("SIGKILL");
    const wasKilled = (await merging.ended) === "SIGKILL";
    if (wasKilled) kills += 1;
    await afterwards(wasKilled);
  }
}

describe("ten kills at random moments, and the same again", () => {
  it("end with the right bytes when merging", async () => {
    const { first, out, whole, directory } = await mergeWorld({ rows: ROWS });
    const expected = createHash("sha256").update(whole).digest("hex");
    const job = { first, out };
    const duration = await durationOf(job);
    await rm(out);
    await killTenTimes(job, duration, async () => {
      // Half a file never has the final name.
      if ((await readdir(dirname(out))).includes("merged.gguf"))
        expect(await sha256Of(out)).toBe(expected);
      await rm(out, { force: true });
    });
    expect(await startMerge(job).ended).toBe(0);
    expect(await sha256Of(out)).toBe(expected);
    expect(await namesBelow(dirname(out))).toEqual(["merged.gguf"]);
    expect(await namesBelow(directory)).toHaveLength(TENSORS.length);
  });

  it("lose nothing when shards are consumed", async () => {
    const { first, out, whole, directory } = await mergeWorld({ rows: ROWS });
    const expected = createHash("sha256").update(whole).digest("hex");
    const job = { first, out, consume: true };
    const copy = join(dirname(directory), "copy");
    await cp(directory, copy, { recursive: true });
    const isDone = async (): Promise<boolean> => {
      const names = await namesBelow(dirname(out));
      return names.includes("merged.gguf") && !names.includes("journal");
    };
    const checkDone = async (): Promise<void> => {
      expect(await sha256Of(out)).toBe(expected);
      expect(await namesBelow(directory)).toEqual([]);
    };
    const beginAnew = async (): Promise<void> => {
      await rm(out);
      await cp(copy, directory, { recursive: true });
    };
    const duration = await durationOf(job);
    await checkDone();
    await beginAnew();
    await killTenTimes(job, duration, async () => {
      // Else the next run has something to do, with what this one left.
      if (!(await isDone())) return;
      await checkDone();
      await beginAnew();
    });
    if (!(await isDone())) expect(await startMerge(job).ended).toBe(0);
    await checkDone();
  });

  it("end with the right bytes when merging while downloading", async () => {
    const { files, whole } = splitModel();
    const cdnPace = { bytesPerSecond: 6e6, latency: 2 };
    const hub = await startTestHub({ repos: { "o/n": { files } }, cdnPace });
    onTestFinished(() => hub.close());
    const home = await tempDir();
    const out = join(home, "models");
    await mkdir(out);
    const merged = join(out, "m-Q8_0.gguf");
    const expected = createHash("sha256").update(whole).digest("hex");
    const job = { source: "hf:o/n:Q8_0", out, endpoint: hub.url, home };
    await killTenTimes(job, 900, async () => {
      if (!(await readdir(out)).includes("m-Q8_0.gguf")) return;
      expect(await sha256Of(merged)).toBe(expected);
      await rm(merged);
    });
    expect(await startMerge(job).ended).toBe(0);
    expect(await sha256Of(merged)).toBe(expected);
    expect(await namesBelow(out)).toEqual(["m-Q8_0.gguf"]);
  });
});

/** A split model as files of a repository, and what it is split from. */
function splitModel(): { files: Record<string, Uint8Array>; whole: Uint8Array } {
  const whole = modelOptions({ rows: ROWS / 2 });
  const built: BuiltShard[] = buildGgufShards("m-Q8_0", { whole, tensors: TENSORS });
  const files = Object.fromEntries(built.map(({ name, bytes }) => [name, bytes]));
  return { files, whole: buildGguf(whole) };
}
