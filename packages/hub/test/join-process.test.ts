import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom, shardedRepo, startTestHub, type TestHub } from "@ggufkit/fixtures";
import { describe, expect, it, onTestFailed, vi } from "vitest";
import { startDownload, type DownloadJob, type DownloadProcess } from "./download-process.ts";
import { joinedBytes } from "./join-world.ts";
import { closing, filesBelow, tempDir } from "./support.ts";

const CHUNK = 256 << 10;
const WINDOW = 16;
const CONNECTIONS = 4;
const NAME = "m-Q4_K_M.gguf";
/** What a kill may cost of the shards: the window of the one that is at work, and its connections. */
const COST = (WINDOW + CONNECTIONS) * CHUNK;
/** What reading a header may cost: it is asked for with so much, and broken off. */
const HEADER = 1 << 20;
const SHARDS = shardedRepo({ prefix: "m-Q4_K_M", shards: 3, bytesPerShard: 12 << 20 });
const BYTES = 3 * (12 << 20);

interface World {
  hub: TestHub;
  job: DownloadJob;
  /** Bytes of all shards that the server sent. */
  sent: () => number;
}

async function setUp(bytesPerSecond: number): Promise<World> {
  const cdnPace = { bytesPerSecond, latency: 2 };
  const hub = closing(await startTestHub({ repos: { "o/n": { files: SHARDS } }, cdnPace }));
  const directory = await tempDir();
  const job: DownloadJob = {
    reference: "hf:o/n:Q4_K_M",
    directory,
    out: join(directory, "out"),
    env: { HF_ENDPOINT: hub.url },
    connections: CONNECTIONS,
    chunks: { bytes: CHUNK, window: WINDOW },
    joins: true,
  };
  const sent = (): number => Object.keys(SHARDS).reduce((sum, path) => sum + hub.sent(path), 0);
  return { hub, job, sent };
}

/** Sees that a process ends well, with the right bytes and nothing beside them. */
async function expectJoined(download: DownloadProcess, { out = "" }: DownloadJob): Promise<void> {
  const { files } = await download.line(({ type }) => type === "result");
  expect(await download.ended).toBe(0);
  expect(files).toEqual([join(out, NAME)]);
  expect((await readFile(join(out, NAME))).equals(await joinedBytes(SHARDS))).toBe(true);
  expect(await filesBelow(out)).toEqual([NAME]);
}

describe("a join that is killed", () => {
  it("at ten random moments ends with the right bytes, and few of them came twice", async () => {
    const { job, sent } = await setUp(3e6);
    const seed = Date.now() % 1e6;
    const random = seededRandom(seed);
    onTestFailed(() => console.error(`the seed was ${seed}`));
    let kills = 0;
    for (let round = 0; round < 10; round++) {
      const download = startDownload(job);
      await sleep(random() * 900);
      download.kill("SIGKILL");
      if ((await download.ended) === "SIGKILL") kills += 1;
    }
    expect(kills).toBeGreaterThan(5);
    await expectJoined(startDownload(job), job);
    expect(sent()).toBeLessThan(BYTES + kills * COST + (kills + 1) * 3 * HEADER);
  });

  it("between its last chunk and its name has only the headers to fetch", async () => {
    const { job, sent, hub } = await setUp(Infinity);
    const hashWorker = new URL("silent-hash-worker.mjs", import.meta.url).href;
    const download = startDownload({ ...job, hashWorker });
    await vi.waitFor(
      async () => {
        const names = (await filesBelow(job.directory)).filter((path) => path.endsWith(".ledger"));
        expect(names).toHaveLength(3);
        for (const name of names) {
          const ledger = await readFile(join(job.directory, name), "utf8");
          expect(ledger).toContain(`\nw ${(12 << 20) / CHUNK}\n`);
        }
      },
      { timeout: 20_000 },
    );
    download.kill("SIGKILL");
    await download.ended;
    expect(await filesBelow(job.out ?? "")).not.toContain(NAME);
    hub.resetCounters();
    await expectJoined(startDownload(job), job);
    expect(sent()).toBeLessThanOrEqual(3 * HEADER);
  });
});

describe("two processes at once", () => {
  it("join the shards once, and both have the file", async () => {
    const { job, sent } = await setUp(6e6);
    const both = [startDownload(job), startDownload(job)];
    for (const download of both) await expectJoined(download, job);
    expect(sent()).toBeLessThan(BYTES + 6 * HEADER);
    const waited = both.filter(({ lines }) => lines.some(({ type }) => type === "waiting"));
    expect(waited).toHaveLength(1);
    expect(waited[0]?.lines).toContainEqual({ type: "cached", file: NAME });
  });

  it("of which one is killed are one that takes over", async () => {
    const { job, sent } = await setUp(3e6);
    const first = startDownload(job);
    await first.line(({ type }) => type === "started");
    const second = startDownload(job);
    const waiting = await second.line(({ type }) => type === "waiting");
    expect(waiting).toEqual({ type: "waiting", file: NAME, pid: first.pid });
    await first.line(({ type, done = 0 }) => type === "progress" && done > 6_000_000);
    first.kill("SIGKILL");
    expect(await first.ended).toBe("SIGKILL");
    await expectJoined(second, job);
    expect(second.lines.map(({ type }) => type)).toContain("resumed");
    expect(sent()).toBeLessThan(BYTES + COST + 6 * HEADER);
  });
});
