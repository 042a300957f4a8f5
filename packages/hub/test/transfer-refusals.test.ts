import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  AccessDeniedError,
  MissingShardError,
  NetworkError,
  NotFoundError,
  RateLimitedError,
} from "../src/index.ts";
import { CHUNK_BYTES, filesBelow } from "./support.ts";
import { abortWhen, fail, hubWorld, PLACES, SHARDS, succeed, urlWorld } from "./transfer-world.ts";

const [FIRST = "", , THIRD = ""] = Object.keys(SHARDS);
const QUOTA = '"api";r=0;t=0';

// What a server asks for is waited for a little longer, up to a second at random.
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(PLACES)("a server that is asked too often (%s)", (_, start) => {
  it.each([{ "retry-after": "0" }, { ratelimit: QUOTA, "retry-after": "999999" }])(
    "is waited for as %j says",
    async (headers) => {
      const world = await start();
      world.play({ kind: "status", status: 429, headers, on: "cdn", times: 1 });
      await succeed(world);
    },
  );

  it("is not waited for longer than the policy allows", async () => {
    const world = await start();
    const headers = { ratelimit: '"api";r=0;t=900' };
    const { answersBefore: skip } = world;
    const busy = world.play({ kind: "status", status: 429, headers, on: "cdn", skip });
    const { error } = await fail(world);
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(error).toMatchObject({ retryAfterSeconds: 900 });
    busy.off();
    await succeed(world);
  });
});

describe("the Hub", () => {
  it("is waited for where it limits requests, before and after the listing", async () => {
    const world = await hubWorld();
    world.hub.faults.rateLimitHeaders = { ratelimit: QUOTA };
    world.hub.faults.rateLimit = 1;
    await succeed(world);
    const other = await hubWorld();
    const headers = { "retry-after": "0" };
    other.play({ kind: "status", status: 429, headers, on: "resolve", times: 1 });
    const { events } = await succeed(other);
    const { file } = other;
    expect(events.filter(({ type }) => type === "retried")).toMatchObject([{ file, attempt: 1 }]);
  });

  it("is given up where it asks for too long a wait", async () => {
    const world = await hubWorld();
    for (const on of ["info", "tree", "resolve"] as const) {
      const headers = { "retry-after": "700" };
      const busy = world.hub.play({ kind: "status", status: 429, headers, on });
      const { error } = await fail(world);
      expect(error).toMatchObject({ name: "RateLimitedError", retryAfterSeconds: 700 });
      busy.off();
    }
    await succeed(world);
  });

  it("that fails now and then is asked again", async () => {
    const world = await hubWorld();
    for (const on of ["info", "tree", "resolve"] as const) {
      world.hub.play({ kind: "status", status: 503, on, times: 2 });
    }
    await succeed(world);
  });

  it("whose signed URLs expire on the way is asked for new ones", async () => {
    const world = await hubWorld();
    world.hub.cdnPace.bytesPerSecond = 500_000;
    let hasExpired = false;
    const controller = new AbortController();
    const events = world.get({ connections: 3, signal: controller.signal });
    for await (const event of events) {
      const isUnderWay = event.type === "progress" && event.done > CHUNK_BYTES;
      if (!isUnderWay || hasExpired) continue;
      hasExpired = true;
      world.hub.expireUrls();
    }
    expect(hasExpired).toBe(true);
    await succeed(world);
    const resolved = world.hub.requests.filter(({ path }) => path.includes("/resolve/"));
    expect(resolved.length).toBeGreaterThan(3);
    // What had come stays.
    expect(world.sent()).toBeLessThan(world.bytes * 1.5);
  });

  it("whose signed URLs are good for few requests each is asked again and again", async () => {
    const world = await hubWorld();
    world.hub.faults.urlUses = 3;
    // So many connections that each has the new address used up by the others.
    const chunks = { bytes: CHUNK_BYTES / 4, window: 16 };
    await succeed(world, { chunks, retry: { firstWait: 0.05 } });
    expect(world.sent()).toBeLessThan(world.bytes + CHUNK_BYTES);
  });

  it("whose signed URLs are good for nothing is an error, not a loop", async () => {
    const world = await hubWorld();
    world.play({ kind: "status", status: 403, on: "cdn", skip: world.answersBefore });
    const { error } = await fail(world);
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(world.hub.requests.length).toBeLessThan(60);
  });

  it("may redirect to itself", async () => {
    const world = await hubWorld({}, { HF_TOKEN: "hf_right" });
    world.hub.faults.relativeRedirect = true;
    await succeed(world);
    expect(world.hub.cdnRequests).toEqual([]);
  });

  it("that redirects in circles is given up, and asked anew the next time", async () => {
    const world = await hubWorld();
    const loop = world.play({ kind: "redirect-loop" });
    const { error } = await fail(world, { retry: { attempts: 2, firstWait: 0.001 } });
    expect(error).toBeInstanceOf(NetworkError);
    expect(String(error)).toContain("redirects");
    loop.off();
    await succeed(world);
  });

  it("lists in pages, and a shard on any of them belongs to the set", async () => {
    const world = await hubWorld();
    await succeed(world);
    const pages = world.hub.requests.filter(({ path }) => path.includes("/tree/"));
    expect(pages.length).toBeGreaterThan(1);
  });

  it("that does not list a shard is told before a byte of the others comes", async () => {
    const world = await hubWorld({ unlisted: [THIRD] });
    const { error, left } = await fail(world);
    expect(error).toBeInstanceOf(MissingShardError);
    expect(error).toMatchObject({ missing: [THIRD] });
    expect(world.hub.cdnRequests).toEqual([]);
    expect(left).toEqual([]);
  });

  it("that lists a shard and has it not is told; the others stay for the next time", async () => {
    const world = await hubWorld();
    const missing = world.hub.play({ kind: "entry-not-found", path: THIRD });
    const { error } = await fail(world, { connections: 1 });
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ missing: "file", repo: "o/n" });
    missing.off();
    const before = world.hub.sent(FIRST);
    await succeed(world);
    // One that was whole and not yet hashed is asked for its size.
    expect(world.hub.sent(FIRST) - before).toBeLessThanOrEqual(1);
  });

  it("with a gated repository says what to do, be it listed or not", async () => {
    for (const listedWhenGated of [false, true]) {
      const world = await hubWorld({ gatedFor: "hf_right", listedWhenGated });
      const { error, left } = await fail(world);
      expect(error).toBeInstanceOf(AccessDeniedError);
      expect(error).toMatchObject({ gated: true });
      expect(left).toEqual([]);
    }
  });

  it("opens gated and private repositories to who may see them", async () => {
    const gate = { gatedFor: "hf_right" };
    await succeed(await hubWorld(gate, { HF_TOKEN: "hf_right" }));
    const secret = { privateFor: "hf_right" };
    await succeed(await hubWorld(secret, { HF_TOKEN: "hf_right" }));
    const { error } = await fail(await hubWorld(secret, { HF_TOKEN: "hf_wrong" }));
    expect(error).toMatchObject({ name: "NotFoundError", missing: "repository" });
  });

  it("that lists names outside of the folder writes none of them", async () => {
    const hostile = ["../evil.gguf", "a/../../evil.gguf", "/evil.gguf", "C:\\evil.gguf"];
    const files = Object.fromEntries(hostile.map((path) => [path, Buffer.from("GGUF evil")]));
    const world = await hubWorld({ files: { ...SHARDS, ...files } });
    const { model } = await succeed(world, { include: ["*"] });
    expect(model.files).toHaveLength(3);
    const alone = await hubWorld({ files });
    const { error } = await fail(alone, { include: ["*evil*"] });
    expect(error).toMatchObject({ name: "QuantizationError", labels: [] });
    for (const { directory } of [world, alone]) {
      expect((await filesBelow(directory)).filter((path) => path.includes("evil"))).toEqual([]);
    }
  });
});

describe("a web server", () => {
  it("that redirects in circles is given up, and asked anew the next time", async () => {
    const world = await urlWorld('"1"');
    const loop = world.play({ kind: "redirect-loop" });
    const { error } = await fail(world, { retry: { attempts: 2, firstWait: 0.001 } });
    expect(error).toBeInstanceOf(NetworkError);
    loop.off();
    await succeed(world);
  });

  it("that begins to redirect on the way is followed anew", async () => {
    const world = await urlWorld('"1"');
    const file = world.server.files[world.path];
    if (file === undefined) throw new Error("no file");
    world.server.files["/moved.gguf"] = file;
    const headers = { location: "/moved.gguf" };
    world.play({ kind: "status", status: 302, headers, skip: world.answersBefore });
    await succeed(world);
    expect(world.server.sent("/moved.gguf")).toBeGreaterThan(0);
  });

  it("that refuses on the way is an error, and not asked again", async () => {
    const world = await urlWorld('"1"');
    const refusing = world.play({ kind: "status", status: 403, skip: world.answersBefore });
    const { error, left } = await fail(world, { connections: 1 });
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(left).toHaveLength(2);
    refusing.off();
    await succeed(world);
  });
});

describe.each(PLACES)("an abort half way (%s)", (_, start) => {
  it("ends at once with its reason, and the next run has the right bytes", async () => {
    const world = await start();
    const silent = world.play({ kind: "stall", skip: world.answersBefore, after: 1000 });
    const { left } = await abortWhen(world, () => silent.played > 0);
    expect(left.length > 0).toBe(world.isChunked);
    silent.off();
    await succeed(world);
  });

  it("by a reader that stops reading is one, too", async () => {
    const world = await start();
    const silent = world.play({ kind: "stall", skip: world.answersBefore, after: 1000 });
    for await (const event of world.get()) if (event.type === "started") break;
    expect(world.parallel()).toBe(0);
    silent.off();
    await succeed(world);
  });
});
