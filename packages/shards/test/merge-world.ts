import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildGguf,
  buildGgufShards,
  seededRandom,
  tensorBytes,
  type BuildOptions,
  type BuildTensor,
  type BuiltShard,
} from "@ggufkit/fixtures";
import { afterEach } from "vitest";

let made: string[] = [];

afterEach(async () => {
  for (const directory of made) await rm(directory, { recursive: true, force: true });
  made = [];
});

/** An empty directory, which goes after the test. */
export async function tempDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "ggufkit-shards-"));
  made.push(directory);
  return directory;
}

/** A small model of ten tensors, some of odd sizes, of about so many bytes. */
export function modelOptions({
  rows = 40,
  seed = 1,
}: { rows?: number; seed?: number } = {}): BuildOptions {
  const tensors = Array.from({ length: 10 }, (_, block): BuildTensor => {
    const shape = block % 3 === 1 ? [7 + block] : [256, rows + block];
    const info = {
      name: `blk.${block}.weight`,
      shape,
      type: block % 3 === 1 ? "F16" : "F32",
    } as const;
    return { ...info, data: Buffer.alloc(tensorBytes(info), pattern(seed * 100 + block)) };
  });
  const kv: BuildOptions["kv"] = [
    ["general.architecture", "string", "llama"],
    ["general.name", "string", `Model ${seed}`],
  ];
  return { kv, tensors };
}

/** Bytes that, over and over, look different in every block of a file. */
function pattern(seed: number): Buffer {
  const random = seededRandom(seed);
  return Buffer.from(Array.from({ length: 65_537 }, () => random() * 256));
}

/** A set of three shards in a directory of its own, and the file that they are shards of. */
export interface MergeWorld {
  directory: string;
  /** Paths of the shards. */
  shards: string[];
  first: string;
  /** Where the merged file is to be: in another directory, which is empty. */
  out: string;
  whole: Uint8Array;
  built: BuiltShard[];
}

export const TENSORS: readonly number[] = [4, 3, 3];

export async function mergeWorld(
  options: { rows?: number; seed?: number } = {},
): Promise<MergeWorld> {
  const root = await tempDir();
  const directory = join(root, "set");
  await mkdir(directory);
  await mkdir(join(root, "out"));
  const whole = modelOptions(options);
  const built = buildGgufShards("m", { whole, tensors: TENSORS });
  const shards: string[] = [];
  for (const { name, bytes } of built) {
    shards.push(join(directory, name));
    await writeFile(join(directory, name), bytes);
  }
  const [first = ""] = shards;
  const out = join(root, "out", "merged.gguf");
  return { directory, shards, first, out, whole: buildGguf(whole), built };
}

/** Names of all files below a directory. */
export async function namesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();
}

/** All events of a generator, and its result. */
export async function collect<Event, Result>(
  generator: AsyncGenerator<Event, Result, undefined>,
): Promise<{ events: Event[]; result: Result }> {
  const events: Event[] = [];
  let step = await generator.next();
  while (!step.done) {
    events.push(step.value);
    step = await generator.next();
  }
  return { events, result: step.value };
}

/** Whether a file has exactly these bytes. */
export async function hasBytes(path: string, bytes: Uint8Array): Promise<boolean> {
  return Buffer.compare(await readFile(path), bytes) === 0;
}
