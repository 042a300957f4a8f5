import { open, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CHUNK_BYTES, filesBelow, finish } from "./support.ts";
import {
  abortWhen,
  fetchPart,
  hubWorld,
  isHashed,
  OTHER_SHARDS,
  SHARD_BYTES,
  sha256OfFile,
  succeed,
  urlWorld,
  workFile,
  type HubWorld,
  type TransferWorld,
} from "./transfer-world.ts";

const LAST_CHUNK = SHARD_BYTES % CHUNK_BYTES;

const RESUMABLE: [string, () => Promise<TransferWorld>][] = [
  ["a shard on the Hub", hubWorld],
  ["a URL with an ETag", () => urlWorld('"1"')],
];

describe.each(RESUMABLE)("the next run (%s)", (_, start) => {
  it("fetches what is missing and nothing else", async () => {
    const world = await start();
    await fetchPart(world, 4);
    const before = world.sent();
    const { events } = await succeed(world);
    const resumed = events.find((event) => event.type === "resumed" && event.file === world.file);
    expect(resumed).toMatchObject({ done: 4 * CHUNK_BYTES, bytes: SHARD_BYTES });
    const others = world.contents.length > 1 ? SHARD_BYTES : 0; // the third shard
    const missing = CHUNK_BYTES + LAST_CHUNK + others;
    expect(world.sent() - before).toBe(missing + world.asked);
  });

  it("fetches a chunk that was damaged on the disk, and no other", async () => {
    const world = await start();
    await fetchPart(world, 4);
    await damagePartial(world, CHUNK_BYTES + 50);
    const before = world.sent();
    const { events } = await succeed(world);
    expect(events.map(({ type }) => type)).toContain("resumed");
    const others = world.contents.length > 1 ? SHARD_BYTES : 0;
    const missing = CHUNK_BYTES + LAST_CHUNK + others;
    expect(world.sent() - before).toBe(missing + CHUNK_BYTES + world.asked);
  });

  it("does without a ledger that is damaged or gone", async () => {
    const world = await start();
    await fetchPart(world, 4);
    const ledgers = (await filesBelow(world.directory)).filter((path) => path.endsWith(".ledger"));
    for (const path of ledgers) await writeFile(join(world.directory, path), "nonsense\n");
    const { events } = await succeed(world);
    expect(events.map(({ type }) => type)).not.toContain("resumed");
  });

  it("in chunks of another size begins anew", async () => {
    const world = await start();
    await fetchPart(world, 4);
    const { events } = await succeed(world, { chunks: { bytes: 2 * CHUNK_BYTES, window: 4 } });
    expect(events.map(({ type }) => type)).not.toContain("resumed");
  });
});

describe("a run that is stopped in an orderly way", () => {
  it("keeps what has come of chunks that were under way", async () => {
    const world = await hubWorld();
    const [after, connections] = [40_000, 4];
    const silent = world.play({ kind: "stall", after });
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      for await (const event of world.get({ signal: controller.signal, connections })) {
        const isAll = event.type === "progress" && event.done === connections * after;
        if (isAll && event.file === world.file) controller.abort(new Error("enough"));
      }
    };
    await expect(run()).rejects.toThrow("enough");
    silent.off();
    const { events } = await succeed(world);
    const resumed = events.find((event) => event.type === "resumed" && event.file === world.file);
    expect(resumed).toMatchObject({ done: connections * after });
  });
});

describe("a Hub file that changed between two runs", () => {
  it("is another blob, and what there was of the old one is not used", async () => {
    const world = await hubWorld();
    await fetchPart(world, 4);
    const before = await sizesBelow(world, ".incomplete");
    changeRepo(world);
    const { model } = await finish(world.get());
    const hashes = await Promise.all(world.contents.map((content) => content.sha256()));
    expect(await Promise.all(model.files.map(sha256OfFile))).toEqual(hashes);
    // It may be gone on with by who asks for the old commit.
    expect(await sizesBelow(world, ".incomplete")).toEqual(before);
  });

  it("in a directory of the user's begins anew, and that is told", async () => {
    const world = await hubWorld();
    const out = join(world.directory, "out");
    const silent = world.play({ kind: "stall", after: 0, skip: 3 });
    await abortWhen(world, () => isHashed(world, 3), { connections: 1, out });
    silent.off();
    changeRepo(world);
    const { events } = await succeed(world, { out, replace: true });
    const { file } = world;
    const reason = expect.stringContaining("other content");
    expect(events).toContainEqual({ type: "restarted", file, reason });
  });
});

describe("a file of a URL whose ETag changed", () => {
  it("between two runs has what was left given up", async () => {
    const world = await urlWorld('"1"');
    await fetchPart(world, 4);
    const [other] = Object.values(OTHER_SHARDS);
    if (other === undefined) throw new Error("no content");
    world.server.files[world.path] = { bytes: other, etag: '"2"' };
    world.contents = [other];
    const { events } = await succeed(world);
    const told = events.map(({ type }) => type).filter((type) => type !== "progress");
    expect(told).toEqual(["place", "planned", "restarted", "started", "done"]);
  });
});

/** Changes a byte of the partial file. */
async function damagePartial(world: TransferWorld, at: number): Promise<void> {
  const file = await open((await workFile(world, ".incomplete")) ?? "none", "r+");
  await file.write(Buffer.from("damaged"), 0, 7, at);
  await file.close();
}

/** Names and sizes of files. */
async function sizesBelow(
  { directory }: TransferWorld,
  end: string,
): Promise<(readonly [string, number])[]> {
  const names = (await filesBelow(directory)).filter((path) => path.endsWith(end));
  return Promise.all(
    names.map(async (name) => [name, (await stat(join(directory, name))).size] as const),
  );
}

function changeRepo(world: HubWorld): void {
  world.hub.repos["o/n"] = { files: OTHER_SHARDS, commit: "1".repeat(40) };
  world.contents = Object.values(OTHER_SHARDS);
}
