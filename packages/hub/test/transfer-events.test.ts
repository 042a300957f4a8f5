import { describe, expect, it } from "vitest";
import type { HubEvent } from "../src/index.ts";
import { CHUNK_BYTES, typesOf } from "./support.ts";
import { hubWorld, PLACES, SHARD_BYTES, SHARDS, succeed } from "./transfer-world.ts";

const PATHS = Object.keys(SHARDS);

function of<Type extends HubEvent["type"]>(
  events: readonly HubEvent[],
  type: Type,
): Extract<HubEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<HubEvent, { type: Type }> => event.type === type);
}

describe.each(PLACES)("the events of a transfer (%s)", (_, start) => {
  it("come in order, and their numbers add up", async () => {
    const world = await start();
    const { events, model } = await succeed(world);
    expect(typesOf(events).slice(0, 2)).toEqual(["place", "planned"]);
    const [planned] = of(events, "planned");
    expect(planned?.plan).toMatchObject({ bytes: world.bytes, fetchBytes: world.bytes });
    for (const { name, path } of planned?.plan.files ?? []) {
      const own = events.filter((event) => "file" in event && event.file === name);
      const told = typesOf(own).filter((type) => type !== "verified");
      expect(told).toEqual(["started", "done"]);
      const progress = of(own, "progress");
      expect(progress.at(-1)).toMatchObject({ done: SHARD_BYTES, total: SHARD_BYTES });
      const done = progress.map((event) => event.done);
      expect(done).toEqual(done.toSorted((a, b) => a - b));
      expect(own.at(-1)).toMatchObject({ type: "done", path, bytes: SHARD_BYTES });
    }
    expect(
      of(events, "done")
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(model.files.toSorted());
  });
});

describe("the events of a run that goes on", () => {
  it("say what was there, and count from it", async () => {
    const world = await hubWorld();
    const silent = world.play({ kind: "stall", after: 0, skip: 3 });
    for await (const event of world.get({ connections: 1 })) {
      if (event.type === "progress" && event.file === PATHS[1] && event.done >= 3 * CHUNK_BYTES) {
        break;
      }
    }
    silent.off();
    const { events } = await succeed(world);
    const [planned] = of(events, "planned");
    const there = planned?.plan.files.map(({ presentBytes }) => presentBytes);
    expect(there).toEqual([SHARD_BYTES, 3 * CHUNK_BYTES, 0]);
    expect(planned?.plan.fetchBytes).toBe(2 * SHARD_BYTES - 3 * CHUNK_BYTES);
    expect(of(events, "resumed")).toContainEqual({
      type: "resumed",
      file: PATHS[1],
      done: 3 * CHUNK_BYTES,
      bytes: SHARD_BYTES,
    });
    const counted = of(events, "progress").filter(({ file }) => file === PATHS[1]);
    expect(Math.min(...counted.map(({ done }) => done))).toBeGreaterThanOrEqual(3 * CHUNK_BYTES);
  });
});

describe("a limit of the rate", () => {
  it.each(PLACES)("holds for all connections together (%s)", async (_, start) => {
    const world = await start();
    const limitRate = 2 * world.bytes;
    const begin = performance.now();
    // What a connection takes in before it is told to wait.
    const connections = 2;
    const burst = connections * (64 << 10);
    let told = 0;
    for await (const event of world.get({ limitRate, connections })) {
      const seconds = (performance.now() - begin) / 1000;
      if (event.type !== "progress") continue;
      told += 1;
      expect(event.done).toBeLessThanOrEqual(limitRate * seconds + burst);
    }
    const seconds = (performance.now() - begin) / 1000;
    // The bytes after the burst took their time.
    expect(seconds).toBeGreaterThan((world.bytes - burst) / limitRate);
    // On the way, and at most ten a second for each file and its last.
    expect(told).toBeGreaterThan(world.contents.length);
    expect(told).toBeLessThanOrEqual(world.contents.length * (10 * seconds + 2));
  });
});
