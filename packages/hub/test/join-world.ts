import { readFile } from "node:fs/promises";
import { bytesSource, parseShardName } from "@ggufkit/gguf";
import { contentOf, type FileContent, type Servable, type TestRepo } from "@ggufkit/fixtures";
import { expect } from "vitest";
import type { HubEvent, JoinFiles, ResolvedModel, ResolveOptions } from "../src/index.ts";
import { joinBehindHead } from "./join-behind-head.mjs";
import { CHUNK_BYTES, filesBelow } from "./support.ts";
import { hubWorld, SHARDS, succeed, type HubWorld } from "./transfer-world.ts";

/** The bytes that files are joined to, worked out in memory. */
export async function joinedBytes(
  files: Record<string, Servable>,
  join: JoinFiles = joinBehindHead,
): Promise<Buffer> {
  const contents = Object.values(files).map(contentOf);
  const names = Object.keys(files);
  const inputs = contents.map((content, index) => ({
    name: names[index] ?? "",
    bytes: content.bytes,
    source: bytesSource(content.read(0, content.bytes)),
  }));
  const { header, fileSize, copies } = await join(inputs, undefined);
  const bytes = Buffer.alloc(fileSize);
  bytes.set(header);
  for (const { file, from, to, bytes: length } of copies) {
    bytes.set(contents[file]?.read(from, from + length) ?? [], to);
  }
  return bytes;
}

/** A split model of a Hub that is joined; faults are for its second shard. */
export async function joinWorld(
  repo: Partial<TestRepo> = {},
  env: Record<string, string> = {},
  join: JoinFiles = joinBehindHead,
): Promise<HubWorld> {
  const world = await hubWorld(repo, env);
  const shards = Object.entries(repo.files ?? SHARDS).filter(([path]) => parseShardName(path));
  const contents: FileContent[] = [contentOf(await joinedBytes(Object.fromEntries(shards), join))];
  const get = (more?: Partial<ResolveOptions>): ReturnType<HubWorld["get"]> =>
    world.get({ join, ...more });
  // The header is read before, by one request.
  return { ...world, contents, get, asked: 1, answersBefore: 3 };
}

/** {@link succeed} with the joined file, beside which nothing of the work is left. */
export async function succeedJoined(
  world: HubWorld,
  more?: Partial<ResolveOptions>,
): Promise<{ events: HubEvent[]; model: ResolvedModel }> {
  const result = await succeed(world, more);
  expect(await joinFiles(world)).toEqual([]);
  return result;
}

/** Files of work on a joined file. */
export async function joinFiles({ directory }: HubWorld): Promise<string[]> {
  return (await filesBelow(directory)).filter((path) => path.includes(".join/"));
}

/** Whether a file has these bytes. */
export async function hasBytes(path: string | undefined, bytes: Buffer): Promise<boolean> {
  return path !== undefined && (await readFile(path)).equals(bytes);
}

/** Bytes that chunks were asked for with; headers are asked for with more than a chunk has. */
export function chunkBytesAsked({ hub }: HubWorld): number {
  const lengths = hub.cdnRequests.map(({ range }) => {
    const [, start = "0", end = "-1"] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
    return Number(end) - Number(start) + 1;
  });
  return lengths.filter((length) => length <= CHUNK_BYTES).reduce((sum, length) => sum + length, 0);
}
