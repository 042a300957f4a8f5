import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  madeContent,
  seededRandom,
  shardedRepo,
  startTestHub,
  type FileContent,
  type TestHub,
} from "@ggufkit/fixtures";
import { describe, expect, it, onTestFailed, vi } from "vitest";
import { startDownload, type DownloadJob } from "./download-process.ts";
import { closing, filesBelow, tempDir } from "./support.ts";

const CHUNK = 256 << 10;
const WINDOW = 16;
const CONNECTIONS = 4;
const FILE = "m-Q4_K_M.gguf";
const CHUNKS = { bytes: CHUNK, window: WINDOW };

/**
 * What a kill may cost. All that is under way, received, in the system's buffers or on its way there
 * lies in the window behind the chunks that are all there, since a request asks for one chunk. As
 * many chunks again as there are connections may be written while the ledger's line is.
 */
const COST = (WINDOW + CONNECTIONS) * CHUNK;

async function sha256Of(path: string | undefined): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path ?? "")) hash.update(bytes as Buffer);
  return hash.digest("hex");
}

interface World {
  hub: TestHub;
  job: DownloadJob;
  /** The repository's files in the cache. */
  cached: () => Promise<string[]>;
}

async function setUp(files: Record<string, FileContent>, bytesPerSecond = 3e6): Promise<World> {
  const cdnPace = { bytesPerSecond, latency: 2 };
  const hub = closing(await startTestHub({ repos: { "o/n": { files } }, cdnPace }));
  const directory = await tempDir();
  const job = {
    reference: "hf:o/n:Q4_K_M",
    directory,
    env: { HF_ENDPOINT: hub.url },
    connections: CONNECTIONS,
    chunks: CHUNKS,
  };
  return { hub, job, cached: () => filesBelow(join(directory, "hf", "hub", "models--o--n")) };
}

function model(bytes: number): FileContent {
  return madeContent({ bytes, head: Buffer.from("GGUF\x03\0\0\0"), seed: 11 });
}

describe("a download that is killed", () => {
  it("at ten random moments ends with the right bytes, and few of them came twice", async () => {
    const content = model(48 << 20);
    const { hub, job, cached } = await setUp({ [FILE]: content });
    const seed = Date.now() % 1e6;
    const random = seededRandom(seed);
    onTestFailed(() => console.error(`the seed was ${seed}`));
    let kills = 0;
    let had = 0;
    for (let round = 0; round < 10; round++) {
      const download = startDownload(job);
      // From its start on: what is killed may be the program's beginning, too.
      await sleep(random() * 700);
      download.kill("SIGKILL");
      if ((await download.ended) === "SIGKILL") kills += 1;
      const { first = had, last = had } = download.received;
      expect(first).toBeGreaterThanOrEqual(had - COST);
      had = last;
    }
    expect(kills).toBeGreaterThan(5);
    const last = startDownload(job);
    const { files } = await last.line(({ type }) => type === "result");
    expect(await last.ended).toBe(0);
    expect(await sha256Of(files?.[0])).toBe(await content.sha256());
    expect(hub.sent(FILE)).toBeLessThan(content.bytes + kills * COST);
    expect(await cached()).toEqual([
      `blobs/${await content.sha256()}`,
      "refs/main",
      expect.stringMatching(/^snapshots\/[0-9a-f]{40}\/m-Q4_K_M\.gguf$/),
    ]);
  });

  it("in the middle of a set of shards goes on with the shard that it was at", async () => {
    const shards = shardedRepo({ prefix: "m-Q4_K_M", shards: 3, bytesPerShard: 6_000_000 });
    const { hub, job } = await setUp(shards);
    const [first = "", second = "", third = ""] = Object.keys(shards);
    const download = startDownload(job);
    await download.line(({ type, file, done = 0 }) => {
      return type === "progress" && file === second && done > 3_000_000;
    });
    download.kill("SIGKILL");
    expect(await download.ended).toBe("SIGKILL");

    const next = startDownload(job);
    const { files } = await next.line(({ type }) => type === "result");
    expect(await next.ended).toBe(0);
    const hashes = await Promise.all(Object.values(shards).map((shard) => shard.sha256()));
    expect(await Promise.all((files ?? []).map(sha256Of))).toEqual(hashes);
    expect(next.lines).toContainEqual({ type: "cached", file: first });
    const resumed = next.lines.find(({ type, file }) => type === "resumed" && file === second);
    expect(resumed?.done).toBeGreaterThan(0);
    // The probe that finds a file takes a byte of it.
    expect(hub.sent(first)).toBeLessThanOrEqual(6_000_000 + 2);
    expect(hub.sent(second) + hub.sent(third)).toBeLessThan(12_000_000 + COST);
  });

  it("between its last chunk and its rename has nothing to fetch", async () => {
    const content = model(3_000_000);
    const { hub, job, cached } = await setUp({ [FILE]: content }, Infinity);
    const hashWorker = new URL("silent-hash-worker.mjs", import.meta.url).href;
    const download = startDownload({ ...job, hashWorker });
    const partial = `blobs/${await content.sha256()}.66b0f11e.incomplete`;
    const blobs = join(job.directory, "hf", "hub", "models--o--n");
    await vi.waitFor(
      async () => {
        const ledger = await readFile(join(blobs, `${partial}.ledger`), "utf8");
        expect(ledger).toContain(`\nw ${Math.ceil(content.bytes / CHUNK)}\n`);
      },
      { timeout: 20_000 },
    );
    download.kill("SIGKILL");
    await download.ended;
    expect(await cached()).toEqual([partial, `${partial}.ledger`]);

    hub.resetCounters();
    const next = startDownload(job);
    const { files } = await next.line(({ type }) => type === "result");
    expect(await next.ended).toBe(0);
    expect(await sha256Of(files?.[0])).toBe(await content.sha256());
    expect(hub.sent(FILE), "but for the byte that the probe asks for").toBeLessThanOrEqual(1);
    expect(next.lines).toContainEqual({
      type: "resumed",
      file: FILE,
      done: content.bytes,
      bytes: content.bytes,
    });
    expect(await cached()).not.toContain(partial);
  });

  it("before the first chunk is there leaves nothing that the next run stumbles over", async () => {
    const content = model(3_000_000);
    const { hub, job } = await setUp({ [FILE]: content });
    const stall = hub.play({ kind: "stall", path: FILE, after: 1000, skip: 1 });
    const download = startDownload(job);
    await vi.waitFor(() => expect(stall.played).toBe(CONNECTIONS), { timeout: 20_000 });
    download.kill("SIGKILL");
    await download.ended;
    stall.off();
    const next = startDownload(job);
    const { files } = await next.line(({ type }) => type === "result");
    expect((await stat(files?.[0] ?? "")).size).toBe(content.bytes);
    expect(await next.ended).toBe(0);
  });
});
