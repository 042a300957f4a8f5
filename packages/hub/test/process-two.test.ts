import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  madeContent,
  shardedRepo,
  startFileServer,
  startTestHub,
  testCommit,
  type FileContent,
  type TestHub,
} from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import { startDownload, type DownloadJob, type DownloadProcess } from "./download-process.ts";
import { closing, filesBelow, tempDir } from "./support.ts";

const CHUNK = 256 << 10;
const WINDOW = 8;
const FILE = "m-Q4_K_M.gguf";
// The probe that finds a file takes a byte of it, each process may ask twice.
const PROBES = 4;
const PACE = { bytesPerSecond: 3e6, latency: 2 };
const OPTIONS = { connections: 4, chunks: { bytes: CHUNK, window: WINDOW } };

function model(bytes: number): FileContent {
  return madeContent({ bytes, head: Buffer.from("GGUF\x03\0\0\0"), seed: 5 });
}

async function hubOf(
  files: Record<string, FileContent>,
): Promise<{ hub: TestHub; job: DownloadJob }> {
  const hub = closing(await startTestHub({ repos: { "o/n": { files } }, cdnPace: PACE }));
  const directory = await tempDir();
  const env = { HF_ENDPOINT: hub.url };
  return { hub, job: { reference: "hf:o/n:Q4_K_M", directory, env, ...OPTIONS } };
}

/** Sends next to nothing until something has happened, however long a busy machine takes for it. */
async function slowlyUntil<Event>({ cdnPace }: TestHub, event: Promise<Event>): Promise<Event> {
  cdnPace.bytesPerSecond = 20_000;
  try {
    return await event;
  } finally {
    Object.assign(cdnPace, PACE);
  }
}

/** The paths that a process ends with, once it has ended well. */
async function filesOf(download: DownloadProcess): Promise<string[]> {
  const { files = [] } = await download.line(({ type }) => type === "result");
  expect(await download.ended).toBe(0);
  return files;
}

async function expectFiles(
  paths: readonly string[],
  contents: readonly FileContent[],
): Promise<void> {
  expect(paths).toHaveLength(contents.length);
  for (const [index, content] of contents.entries()) {
    const bytes = await readFile(paths[index] ?? "");
    expect(bytes.equals(content.read(0, content.bytes))).toBe(true);
  }
}

/** All of a cache but the records of what was verified. */
async function cacheFiles(directory: string): Promise<string[]> {
  return filesBelow(join(directory, "hf"));
}

async function tidyCache(files: Record<string, FileContent>): Promise<string[]> {
  const blobs = await Promise.all(Object.values(files).map((content) => content.sha256()));
  const root = "hub/models--o--n";
  return [
    "hub/CACHEDIR.TAG",
    ...blobs.map((blob) => `${root}/blobs/${blob}`),
    `${root}/refs/main`,
    ...Object.keys(files).map((path) => `${root}/snapshots/${testCommit("o/n")}/${path}`),
  ].toSorted();
}

describe("two processes at once", () => {
  it("fetch a file once, and both have it", async () => {
    const files = { [FILE]: model(8_000_000) };
    const { hub, job } = await hubOf(files);
    const both = [startDownload(job), startDownload(job)];
    await slowlyUntil(
      hub,
      Promise.any(both.map((download) => download.line(({ type }) => type === "waiting"))),
    );
    for (const download of both) await expectFiles(await filesOf(download), Object.values(files));
    expect(hub.sent(FILE)).toBeLessThanOrEqual(8_000_000 + PROBES);
    expect(both.flatMap(({ lines }) => lines.filter(({ type }) => type === "done"))).toHaveLength(
      1,
    );
    const cached = both.filter(({ lines }) => lines.some(({ type }) => type === "cached"));
    expect(cached).toHaveLength(1);
    expect(cached[0]?.lines.map(({ type }) => type)).toContain("waiting");
    expect(await cacheFiles(job.directory)).toEqual(await tidyCache(files));
  });

  it("share the work of a set of shards, and both have it", async () => {
    const files = shardedRepo({ prefix: "m-Q4_K_M", shards: 4, bytesPerShard: 4_000_000 });
    const { hub, job } = await hubOf(files);
    const both = [startDownload(job), startDownload(job)];
    for (const download of both) await expectFiles(await filesOf(download), Object.values(files));
    for (const path of Object.keys(files)) {
      expect(hub.sent(path)).toBeLessThanOrEqual(4_000_000 + PROBES);
    }
    const done = both.map(({ lines }) => lines.filter(({ type }) => type === "done").length);
    expect(done.reduce((sum, count) => sum + count, 0)).toBe(4);
    // Who waits for one shard goes on with the next.
    expect(Math.min(...done)).toBeGreaterThan(0);
    expect(await cacheFiles(job.directory)).toEqual(await tidyCache(files));
  });

  it("fetch a file of a web server once, and both have it", async () => {
    const content = model(6_000_000);
    const server = closing(await startFileServer({ "/m.gguf": { bytes: content, etag: '"a"' } }));
    Object.assign(server.pace, PACE);
    const directory = await tempDir();
    const job = { reference: `${server.url}/m.gguf`, directory, ...OPTIONS };
    const both = [startDownload(job), startDownload(job)];
    for (const download of both) await expectFiles(await filesOf(download), [content]);
    expect(server.sent("/m.gguf")).toBeLessThanOrEqual(6_000_000 + PROBES);
    const names = (await filesBelow(join(directory, "own", "url"))).map((path) => path.slice(65));
    expect(names).toEqual(["m.gguf", "m.gguf.json"]);
  });

  it("fetch a file into the same directory once, and leave nothing else there", async () => {
    const files = { [`sub/${FILE}`]: model(6_000_000) };
    const { hub, job } = await hubOf(files);
    const out = join(job.directory, "out");
    const both = [startDownload({ ...job, out }), startDownload({ ...job, out })];
    for (const download of both) await expectFiles(await filesOf(download), Object.values(files));
    expect(hub.sent(`sub/${FILE}`)).toBeLessThanOrEqual(6_000_000 + PROBES);
    expect((await readdir(out, { recursive: true })).toSorted()).toEqual([
      ".cache",
      ".cache/huggingface",
      ".cache/huggingface/download",
      ".cache/huggingface/download/sub",
      `.cache/huggingface/download/sub/${FILE}.metadata`,
      "sub",
      `sub/${FILE}`,
    ]);
  });
});

describe("a process whose like is killed", () => {
  it("takes over, and goes on from what is there", async () => {
    const files = { [FILE]: model(12_000_000) };
    const { hub, job } = await hubOf(files);
    const first = startDownload(job);
    await first.line(({ type }) => type === "started");
    const second = startDownload(job);
    const waiting = await slowlyUntil(
      hub,
      second.line(({ type }) => type === "waiting"),
    );
    expect(waiting).toEqual({ type: "waiting", file: FILE, pid: first.pid });
    await first.line(({ type, done = 0 }) => type === "progress" && done > 6_000_000);
    first.kill("SIGKILL");
    expect(await first.ended).toBe("SIGKILL");
    const { done = 0 } = await second.line(({ type }) => type === "resumed");
    await expectFiles(await filesOf(second), Object.values(files));
    expect(done).toBeGreaterThan(6_000_000 - (WINDOW + OPTIONS.connections) * CHUNK);
    const lost = (WINDOW + OPTIONS.connections) * CHUNK;
    expect(hub.sent(FILE)).toBeLessThan(12_000_000 + lost + PROBES);
    expect(await cacheFiles(job.directory)).toEqual(await tidyCache(files));
  });

  it("in the middle of a set of shards takes over, too", async () => {
    const files = shardedRepo({ prefix: "m-Q4_K_M", shards: 3, bytesPerShard: 5_000_000 });
    const { job } = await hubOf(files);
    const first = startDownload(job);
    await first.line(({ type }) => type === "started");
    const second = startDownload(job);
    await first.line(({ type, done = 0 }) => type === "progress" && done > 2_000_000);
    first.kill("SIGKILL");
    expect(await first.ended).toBe("SIGKILL");
    await expectFiles(await filesOf(second), Object.values(files));
    expect(await cacheFiles(job.directory)).toEqual(await tidyCache(files));
  });
});
