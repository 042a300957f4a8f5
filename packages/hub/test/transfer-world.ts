import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  shardedRepo,
  startFileServer,
  startTestHub,
  type Fault,
  type FaultSwitch,
  type FileContent,
  type FileServer,
  type TestHub,
  type TestRepo,
} from "@ggufkit/fixtures";
import { expect, vi } from "vitest";
import {
  HubError,
  parseModelReference,
  type HubEvent,
  type ModelAlias,
  type ResolvedModel,
  type ResolveOptions,
} from "../src/index.ts";
import {
  CHUNK_BYTES,
  closing,
  filesBelow,
  finish,
  resolve,
  settingsIn,
  tempDir,
} from "./support.ts";

/** Five whole chunks, and one of a few bytes. */
export const SHARD_BYTES: number = 5 * CHUNK_BYTES + 992;

/** A split model of three shards that are fetched in chunks. */
export const SHARDS: Record<string, FileContent> = shardedRepo({
  prefix: "Q4_K_M/m-Q4_K_M",
  shards: 3,
  bytesPerShard: SHARD_BYTES,
});
/** Other bytes of the same names and sizes. */
export const OTHER_SHARDS: Record<string, FileContent> = shardedRepo({
  prefix: "Q4_K_M/m-Q4_K_M",
  shards: 3,
  bytesPerShard: SHARD_BYTES,
  seed: 2,
});
const [FIRST = "", SECOND = ""] = Object.keys(SHARDS);

/** A place that has a model, and a machine that has not. */
export interface TransferWorld {
  /** Holds both caches. */
  directory: string;
  /** What the model is to be. */
  contents: readonly FileContent[];
  /** Of all files. */
  bytes: number;
  /** The file that faults are for, as the server knows it. */
  path: string;
  /** Its name in events. */
  file: string;
  /** Whether it is fetched in chunks, so that what breaks off can be gone on with. */
  isChunked: boolean;
  /** Whether a digest vouches for it: what was written and not hashed counts as well. */
  isVerified: boolean;
  /** Answers, of a byte each, that it takes to find out where each file is. */
  asked: number;
  /** Answers for {@link path} until its transfer is well under way. */
  answersBefore: number;
  play: (fault: Fault) => FaultSwitch;
  /** Bytes of all files that the server sent. */
  sent: () => number;
  /** Answers that are under way. */
  parallel: () => number;
  get: (more?: Partial<ResolveOptions>) => AsyncGenerator<HubEvent, ResolvedModel>;
}

/** With a Hub. */
export interface HubWorld extends TransferWorld {
  hub: TestHub;
}

/** With a plain web server. */
export interface UrlWorld extends TransferWorld {
  server: FileServer;
  /** Fetches an alias in place of the URL. */
  getAlias: (alias: ModelAlias) => TransferWorld["get"];
}

/** A split model of a Hub; faults are for its second shard. */
export async function hubWorld(
  repo: Partial<TestRepo> = {},
  env: Record<string, string> = {},
): Promise<HubWorld> {
  const files = repo.files ?? SHARDS;
  const hub = closing(await startTestHub({ repos: { "o/n": { ...repo, files } } }));
  const directory = await tempDir();
  const settings = settingsIn(directory, { HF_ENDPOINT: hub.url, ...env });
  const reference = parseModelReference("hf:o/n:Q4_K_M");
  return {
    hub,
    directory,
    contents: Object.values(SHARDS),
    bytes: 3 * SHARD_BYTES,
    path: SECOND,
    file: SECOND,
    isChunked: true,
    isVerified: true,
    asked: 0, // the Hub tells
    answersBefore: 2,
    play: (fault) => hub.play({ path: SECOND, ...fault }),
    sent: () => Object.keys(SHARDS).reduce((sum, path) => sum + hub.sent(path), 0),
    parallel: () => hub.parallel,
    get: (more) => resolve(reference, { settings, ...more }),
  };
}

/** A file of a web server, with or without a strong ETag. */
export async function urlWorld(etag?: string): Promise<UrlWorld> {
  const content = SHARDS[FIRST];
  if (content === undefined) throw new Error("no shards");
  const path = "/m.gguf";
  const served = { bytes: content, ...(etag !== undefined && { etag }) };
  const server = closing(await startFileServer({ [path]: served }));
  const directory = await tempDir();
  const settings = settingsIn(directory);
  const isChunked = etag !== undefined;
  return {
    server,
    directory,
    contents: [content],
    bytes: content.bytes,
    path,
    file: "m.gguf",
    isChunked,
    isVerified: false,
    asked: 1,
    answersBefore: isChunked ? 3 : 1,
    play: (fault) => server.play({ path, ...fault }),
    sent: () => server.sent(path),
    parallel: () => server.parallel,
    get: (more) => resolve({ kind: "url", url: server.url + path }, { settings, ...more }),
    getAlias: (alias) => (more) =>
      resolve({ kind: "alias", name: alias.name }, { settings, aliases: [alias], ...more }),
  };
}

/** The places that have big files. */
export const PLACES: readonly (readonly [string, () => Promise<TransferWorld>])[] = [
  ["the Hub", () => hubWorld()],
  ["a URL with an ETag", () => urlWorld('"1"')],
  ["a URL without an ETag", () => urlWorld()],
];

/** Fetches, and sees that the right bytes are there and nothing of the work is left. */
export async function succeed(
  world: TransferWorld,
  more?: Partial<ResolveOptions>,
): Promise<{ events: HubEvent[]; model: ResolvedModel }> {
  const result = await finish(world.get(more));
  const expected = await Promise.all(world.contents.map((content) => content.sha256()));
  expect(await Promise.all(result.model.files.map(sha256OfFile))).toEqual(expected);
  expect(await workFiles(world)).toEqual([]);
  await noAnswerOpen(world);
  return result;
}

/**
 * Fetches until it fails, and sees that nothing wrong bears a final name, nobody has a claim, and no
 * connection is left open. `left` are partial files and their ledgers.
 */
export async function fail(
  world: TransferWorld,
  more?: Partial<ResolveOptions>,
): Promise<{ events: HubEvent[]; error: HubError; left: string[] }> {
  const events: HubEvent[] = [];
  const error: unknown = await collect(world.get(more), events).then(
    () => new Error("it resolved"),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(HubError);
  const left = await seeThatNothingIsWrong(world);
  return { events, error: error as HubError, left };
}

/** Fetches until it is time, and aborts; sees what {@link fail} sees. */
export async function abortWhen(
  world: TransferWorld,
  isTime: () => boolean | Promise<boolean>,
  more: Partial<ResolveOptions> = {},
): Promise<{ left: string[] }> {
  const controller = new AbortController();
  const { signal } = controller;
  const reason = new Error("enough");
  const ended = collect(world.get({ ...more, signal }), []).catch((error: unknown) => error);
  await vi.waitFor(async () => expect(await isTime()).toBe(true), { timeout: 5000, interval: 5 });
  controller.abort(reason);
  expect(await ended).toBe(reason);
  return { left: await seeThatNothingIsWrong(world) };
}

async function seeThatNothingIsWrong(world: TransferWorld): Promise<string[]> {
  const right = new Set(await Promise.all(world.contents.map((content) => content.sha256())));
  const paths = await filesBelow(world.directory);
  for (const path of paths.filter((name) => /\.gguf$|\/[0-9a-f]{64}$/.test(name))) {
    expect(right).toContain(await sha256OfFile(join(world.directory, path)));
  }
  const left = await workFiles(world);
  expect(left.filter((path) => /\.(?:ggufkit|claim)$/.test(path))).toEqual([]);
  await noAnswerOpen(world);
  return left;
}

/** Partial files, ledgers, claims, and whatever else is neither a model's file nor a record. */
async function workFiles({ directory }: TransferWorld): Promise<string[]> {
  const isKept = /\.gguf$|\/blobs\/[0-9a-f]{64}$|\.json$|\/refs\/main$|CACHEDIR\.TAG$|\.metadata$/;
  return (await filesBelow(directory)).filter((path) => !isKept.test(path));
}

/** A connection that nobody reads any longer would keep a process alive. */
async function noAnswerOpen({ parallel }: TransferWorld): Promise<void> {
  await vi.waitFor(() => expect(parallel()).toBe(0), { timeout: 2000, interval: 5 });
}

async function collect(
  resolving: AsyncGenerator<HubEvent, ResolvedModel>,
  events: HubEvent[],
): Promise<void> {
  for await (const event of resolving) events.push(event);
}

/** Lower-case hex. */
export async function sha256OfFile(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

/** Fetches the file that faults are for up to a chunk, and no file after it. */
export async function fetchPart(world: TransferWorld, chunks: number): Promise<void> {
  const silent = world.play({ kind: "stall", after: 0, skip: world.asked + chunks });
  await abortWhen(world, () => isHashed(world, chunks), { connections: 1 });
  silent.off();
}

/** Whether so many chunks of the file that faults are for are noted as hashed. */
export async function isHashed(world: TransferWorld, chunks: number): Promise<boolean> {
  const path = await workFile(world, ".ledger");
  const text = path === undefined ? "" : await readFile(path, "utf8").catch(() => "");
  return text.split("\n").filter((line) => line.startsWith("h ")).length === chunks;
}

/** The path of the partial file, or the ledger, of the file that faults are for. */
export async function workFile(
  { directory, file, contents }: TransferWorld,
  end: ".incomplete" | ".ledger",
): Promise<string | undefined> {
  // A blob is named after its hash, a file elsewhere after itself.
  const names = [basename(file), ...(contents[1] ? [await contents[1].sha256()] : [])];
  const found = (await filesBelow(directory)).find(
    (path) => path.endsWith(end) && names.some((name) => path.includes(name)),
  );
  return found === undefined ? undefined : join(directory, found);
}
