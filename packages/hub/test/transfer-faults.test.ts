import type { Fault } from "@ggufkit/fixtures";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { HttpStatusError, NetworkError, type HubEvent, type ResolveOptions } from "../src/index.ts";
import { SHARD_BYTES, fail, PLACES, succeed } from "./transfer-world.ts";

// What a server asks for is waited for a little longer, up to a second at random.
beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface FaultCase {
  what: string;
  fault: Fault;
  /** What a user is told. */
  told: HubEvent["type"];
  more?: Partial<ResolveOptions>;
  /** Of what `resolve` throws when it goes on for ever. */
  error: { name: string; [field: string]: unknown };
  /** It spoils answers to requests for ranges alone. */
  isOfRanges?: boolean;
}

const network = { name: "NetworkError", code: "network" };
const CASES: FaultCase[] = [
  { what: "a body that ends early", fault: { kind: "truncate" }, told: "retried", error: network },
  { what: "a reset connection", fault: { kind: "reset" }, told: "retried", error: network },
  {
    what: "a connection that falls silent",
    fault: { kind: "stall", after: 0 },
    told: "retried",
    more: { timeouts: { stall: 100 } },
    error: { ...network, reason: "no byte came for 0.1 s" },
  },
  {
    what: "an answer with fewer bytes",
    fault: { kind: "shorten", to: 100 },
    told: "retried",
    error: network,
    isOfRanges: true,
  },
  {
    what: "a Content-Range that lies",
    fault: { kind: "content-range" },
    told: "retried",
    error: network,
    isOfRanges: true,
  },
  {
    what: "a range that is said not to be there",
    fault: { kind: "status", status: 416, on: "cdn" },
    told: "retried",
    error: network,
    isOfRanges: true,
  },
  {
    what: "a server that fails",
    fault: { kind: "status", status: 503, on: "cdn" },
    told: "retried",
    error: { name: "HttpStatusError", status: 503 },
  },
  {
    what: "a server that asks for patience",
    fault: { kind: "status", status: 429, headers: { "retry-after": "0" }, on: "cdn" },
    told: "retried",
    more: { retry: { attempts: 2, firstWait: 0.001 } },
    error: { name: "RateLimitedError", status: 429, retryAfterSeconds: 0 },
  },
];

describe.each(PLACES)("from %s", (_, start) => {
  it("without a fault every byte comes once", async () => {
    const world = await start();
    await succeed(world);
    expect(world.sent()).toBe(world.bytes + world.asked);
  });

  it.each(CASES)("$what, once, is got over", async ({ fault, told, more, isOfRanges }) => {
    const world = await start();
    if (isOfRanges && !world.isChunked) return;
    const { file, answersBefore: skip } = world;
    const played = world.play({ ...fault, skip, times: 1 });
    const { events } = await succeed(world, more);
    expect(played.played).toBe(1);
    expect(events.filter(({ type }) => type === told)).toMatchObject([{ file }]);
    if (world.isChunked) expect(world.sent()).toBeLessThan(world.bytes + SHARD_BYTES / 2);
  });

  it.each(CASES)("$what, for ever, is an error that the next run goes on from", async (input) => {
    const { fault, more, error: expected, isOfRanges } = input;
    const world = await start();
    if (isOfRanges && !world.isChunked) return;
    const played = world.play({ ...fault, skip: world.answersBefore });
    const { error, left } = await fail(world, more);
    expect(error).toMatchObject(expected);
    expect(error).toBeInstanceOf(expected.name === "NetworkError" ? NetworkError : HttpStatusError);
    expect(left.filter((path) => path.endsWith(".ledger")).length > 0).toBe(world.isChunked);
    played.off();
    const before = world.sent();
    const { events } = await succeed(world);
    if (!world.isVerified) return;
    expect(world.sent() - before).toBeLessThan(world.bytes);
    expect(events.map(({ type }) => type)).toContain("resumed");
  });

  it.each<[string, Fault]>([
    ["a server without ranges", { kind: "ignore-range" }],
    ["bodies whose length is not told", { kind: "chunked" }],
  ])("%s, from the beginning on, takes nothing but time", async (__, fault) => {
    const world = await start();
    const played = world.play(fault);
    await succeed(world);
    expect(played.played).toBeGreaterThan(0);
  });

  it("one answer with the whole file, half way, is asked for again", async () => {
    const world = await start();
    if (!world.isChunked) return;
    const played = world.play({ kind: "ignore-range", skip: world.answersBefore, times: 1 });
    const { events } = await succeed(world);
    expect(played.played).toBe(1);
    expect(events.map(({ type }) => type)).toContain("retried");
    expect(events.map(({ type }) => type)).not.toContain("restarted");
  });

  it.each<[string, Fault]>([
    ["ranges are ignored", { kind: "ignore-range" }],
    ["the length of bodies is not told", { kind: "chunked" }],
  ])("when %s half way, it begins anew as one stream", async (__, fault) => {
    const world = await start();
    if (!world.isChunked) return;
    world.play({ ...fault, skip: world.answersBefore });
    const { events } = await succeed(world);
    expect(events.filter(({ type }) => type === "restarted")).toMatchObject([{ file: world.file }]);
  });
});
