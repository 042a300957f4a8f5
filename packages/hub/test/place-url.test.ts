import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { startFileServer, type ServedFile } from "@ggufkit/fixtures";
import { describe, expect, it } from "vitest";
import {
  AccessDeniedError,
  HttpStatusError,
  MissingShardError,
  NetworkError,
  NotFoundError,
  NotGgufError,
  OfflineError,
  RateLimitedError,
  type HubEvent,
  type ResolvedModel,
  type ResolveOptions,
} from "../src/index.ts";
import {
  closing,
  failing,
  finish,
  ggufBytes,
  holds,
  modelFilesBelow,
  ONCE,
  resolve,
  settingsIn,
  tempDir,
  typesOf,
} from "./support.ts";

const BYTES = ggufBytes(300_000);
const SHA256 = createHash("sha256").update(BYTES).digest("hex");

async function setUp(files: Record<string, ServedFile>): Promise<{
  server: Awaited<ReturnType<typeof startFileServer>>;
  directory: string;
  get: (path: string, more?: Partial<ResolveOptions>) => AsyncGenerator<HubEvent, ResolvedModel>;
}> {
  const server = closing(await startFileServer(files));
  const directory = await tempDir();
  const settings = settingsIn(directory);
  return {
    server,
    directory,
    get: (path, more) => resolve({ kind: "url", url: server.url + path }, { settings, ...more }),
  };
}

describe("a URL", () => {
  it("is fetched, hashed, and left under its own name", async () => {
    const { get, directory } = await setUp({ "/d/my%20model.gguf": { bytes: BYTES } });
    const { model, events } = await finish(get("/d/my%20model.gguf?key=secret"));
    expect(model).toMatchObject({ sha256: SHA256, bytes: BYTES.length });
    expect(model.files[0]).toMatch(/my model\.gguf$/);
    expect(await holds(model.files[0], BYTES)).toBe(true);
    expect(await modelFilesBelow(directory)).toHaveLength(1);
    const last = { type: "progress", file: "my model.gguf", done: 300_000, total: 300_000 };
    expect(events).toContainEqual(last);
    // A query may be a signature; what is shown and logged does without.
    expect(JSON.stringify([events, model.place])).not.toContain("secret");
  });

  it("is asked for by its ETag the next time, and fetched again when it changed", async () => {
    const { get, server } = await setUp({ "/a.gguf": { bytes: BYTES, etag: '"1"' } });
    await finish(get("/a.gguf"));
    server.resetCounters();
    expect(typesOf((await finish(get("/a.gguf"))).events)).toEqual(["place", "planned", "cached"]);
    expect(server.requests.map(({ range }) => range)).toEqual(["bytes=0-0"]);
    const changed = ggufBytes(1000, 2);
    server.files["/a.gguf"] = { bytes: changed, etag: '"2"' };
    const { model } = await finish(get("/a.gguf"));
    expect(await holds(model.files[0], changed)).toBe(true);
  });

  it("is not taken from a cache that was damaged", async () => {
    const { get } = await setUp({ "/a.gguf": { bytes: BYTES, etag: '"1"' } });
    const { model } = await finish(get("/a.gguf"));
    await writeFile(model.files[0] ?? "", ggufBytes(BYTES.length, 9));
    const again = await finish(get("/a.gguf"));
    expect(typesOf(again.events)).toEqual(["place", "verifying", "planned", "started", "done"]);
    expect(await holds(again.model.files[0], BYTES)).toBe(true);
  });

  it("comes from the cache offline, or not at all", async () => {
    const { get, server, directory } = await setUp({ "/a.gguf": { bytes: BYTES } });
    const settings = settingsIn(directory, { HF_HUB_OFFLINE: "1" });
    expect(await failing(get("/a.gguf", { settings }))).toBeInstanceOf(OfflineError);
    expect(server.requests).toEqual([]);
    await finish(get("/a.gguf"));
    server.resetCounters();
    const { events } = await finish(get("/a.gguf", { settings }));
    expect(typesOf(events)).toEqual(["place", "planned", "cached"]);
    expect(server.requests).toEqual([]);
  });

  it("brings its whole set, and names a missing shard before the first byte", async () => {
    const names = [1, 2, 3].map((n) => `/m/a-0000${n}-of-00003.gguf`);
    const files = Object.fromEntries(names.map((name) => [name, { bytes: ggufBytes(100) }]));
    const { get, server } = await setUp(files);
    const { model } = await finish(get("/m/a-00002-of-00003.gguf?x=1"));
    expect(model.files.map((file) => file.slice(-22, -5))).toEqual([
      "/a-00001-of-00003",
      "/a-00002-of-00003",
      "/a-00003-of-00003",
    ]);
    expect(model.bytes).toBe(300);
    delete server.files["/m/a-00003-of-00003.gguf"];
    server.resetCounters();
    const error = await failing(get("/m/a-00001-of-00003.gguf"));
    expect(error).toBeInstanceOf(MissingShardError);
    expect(error).toMatchObject({ missing: ["a-00003-of-00003.gguf"] });
    expect(server.requests.every(({ range }) => range === "bytes=0-0")).toBe(true);
  });

  it.each([
    [401, AccessDeniedError, "access-denied"],
    [403, AccessDeniedError, "access-denied"],
    [404, NotFoundError, "not-found"],
    [410, NotFoundError, "not-found"],
    [429, RateLimitedError, "rate-limited"],
    [503, HttpStatusError, "http-status"],
  ])("answered with %i is an error of its own", async (status, kind, code) => {
    const headers = { "retry-after": "30" };
    const { get, directory } = await setUp({ "/a.gguf": { bytes: BYTES, status, headers } });
    const error = await failing(get("/a.gguf?key=secret", ONCE));
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ code, status });
    expect(String(error)).not.toContain("secret");
    if (status === 429) expect(error).toMatchObject({ retryAfterSeconds: 30 });
    expect(await modelFilesBelow(directory)).toEqual([]);
  });

  it.each<[string, ServedFile, RegExp]>([
    [
      "a web page by its type",
      { bytes: BYTES, headers: { "content-type": "text/html; charset=utf-8" } },
      /a web page/,
    ],
    ["a web page by its bytes", { bytes: Buffer.from("\n<!DOCTYPE html><p>Log in") }, /a web page/],
    [
      "a Git LFS pointer",
      { bytes: Buffer.from("version https://git-lfs.github.com/spec/v1\n") },
      /LFS pointer/,
    ],
    ["nothing", { bytes: Buffer.alloc(0) }, /an empty file/],
    ["something else", { bytes: Buffer.from("PK\x03\x04 and so on") }, /504b0304/],
  ])("that gives %s is refused", async (_, served, message) => {
    const { get, directory } = await setUp({ "/a.gguf": served });
    const error = await failing(get("/a.gguf"));
    expect(error).toBeInstanceOf(NotGgufError);
    expect(String(error)).toMatch(message);
    expect(await modelFilesBelow(directory)).toEqual([]);
  });

  it("that breaks off keeps the file that was there", async () => {
    const { get, server } = await setUp({ "/a.gguf": { bytes: BYTES, etag: '"1"' } });
    const { model } = await finish(get("/a.gguf"));
    server.files["/a.gguf"] = { bytes: ggufBytes(500_000, 2), etag: '"2"' };
    server.play({ kind: "truncate", after: 0, skip: 3 });
    expect(await failing(get("/a.gguf"))).toBeInstanceOf(NetworkError);
    expect(await holds(model.files[0], BYTES)).toBe(true);
  });

  it("whose server cannot be reached says which and why", async () => {
    const { get, server } = await setUp({});
    await server.close();
    const error = await failing(get("/a.gguf"));
    expect(error).toBeInstanceOf(NetworkError);
    expect(String(error)).toMatch(/127\.0\.0\.1:\d+: connection refused \(ECONNREFUSED\)/);
  });

  it("that never answers is given up", async () => {
    const { get } = await setUp({ "/a.gguf": { bytes: BYTES } });
    const silent: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    const error = await failing(
      get("/a.gguf", { ...ONCE, fetch: silent, timeouts: { answer: 50 } }),
    );
    expect(String(error)).toMatch(/no answer in 0\.05 s/);
  });

  it("is not followed to plain http elsewhere, nor round in circles", async () => {
    const { get } = await setUp({
      "/a.gguf": { bytes: BYTES, status: 302, headers: { location: "http://a.example/a.gguf" } },
      "/b.gguf": { bytes: BYTES, status: 302, headers: { location: "/b.gguf" } },
      "/c.gguf": { bytes: BYTES, status: 302, headers: { location: "/d.gguf" } },
      "/d.gguf": { bytes: BYTES },
    });
    expect(String(await failing(get("/a.gguf")))).toMatch(/refused a redirect to http:/);
    expect(String(await failing(get("/b.gguf")))).toMatch(/redirects/);
    expect((await finish(get("/c.gguf"))).model.sha256).toBe(SHA256);
  });

  it("cannot choose a name outside its folder", async () => {
    const { get, directory } = await setUp({
      "/..%2F..%2Fevil.gguf": { bytes: BYTES },
      "/%2Ehidden%00.gguf": { bytes: BYTES },
    });
    await finish(get("/..%2F..%2Fevil.gguf"));
    await finish(get("/%2Ehidden%00.gguf"));
    const files = await modelFilesBelow(directory);
    expect(files.map((file) => file.replace(/[0-9a-f]{64}/, "HASH")).toSorted()).toEqual([
      "own/url/HASH/evil.gguf",
      "own/url/HASH/hidden_.gguf",
    ]);
  });
});
