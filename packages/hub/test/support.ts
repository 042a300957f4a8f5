import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import {
  hubSettings,
  planModel,
  resolveModel,
  type HubEvent,
  type HubSettings,
  type ModelPlan,
  type ModelReference,
  type ResolvedModel,
  type ResolveOptions,
} from "../src/index.ts";

/** Small, so that a file of some 100 KB comes in several. */
export const CHUNK_BYTES: number = 64 << 10;

// The sources have no .js for a thread to start from.
const hashWorker = new URL("../dist/transfer/prefix-hash-worker.js", import.meta.url);
const QUICK = {
  hashWorker,
  chunks: { bytes: CHUNK_BYTES, window: 4 },
  retry: { attempts: 4, firstWait: 0.001 },
} satisfies Partial<ResolveOptions>;

/** For a test that wants to see a failure at once. */
export const ONCE: Partial<ResolveOptions> = { retry: { attempts: 1 } };

/** {@link resolveModel} in small chunks, with short waits. */
export function resolve(
  reference: ModelReference,
  options: ResolveOptions,
): AsyncGenerator<HubEvent, ResolvedModel> {
  return resolveModel(reference, { ...QUICK, ...options });
}

/** {@link planModel}, for what {@link resolve} would do. */
export function planFor(reference: ModelReference, options: ResolveOptions): Promise<ModelPlan> {
  return planModel(reference, { ...QUICK, ...options });
}

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Closes a server when the test is over. */
export function closing<T extends { close: () => Promise<void> }>(server: T): T {
  cleanups.push(() => server.close());
  return server;
}

/** A directory that goes when the test is over. */
export async function tempDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "ggufkit-hub-"));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Settings whose caches lie in `directory`; `env` adds to the environment. */
export function settingsIn(directory: string, env: Record<string, string> = {}): HubSettings {
  return hubSettings({
    env: {
      GGUFKIT_CACHE: join(directory, "own"),
      HF_HOME: join(directory, "hf"),
      HF_ENDPOINT: "http://127.0.0.1:9", // nothing listens there
      ...env,
    },
    platform: process.platform,
    homedir: directory,
  });
}

/** Runs to the end. */
export async function finish(
  resolving: AsyncGenerator<HubEvent, ResolvedModel>,
): Promise<{ events: HubEvent[]; model: ResolvedModel }> {
  const events: HubEvent[] = [];
  for (;;) {
    const { done, value } = await resolving.next();
    if (done) return { events, model: value };
    events.push(value);
  }
}

/** Runs to the error, which is returned; resolving after all is an error of its own. */
export async function failing(
  resolving: AsyncGenerator<HubEvent, ResolvedModel>,
): Promise<unknown> {
  try {
    for (;;) {
      const { done, value } = await resolving.next();
      if (done) return new Error(`resolved to ${value.files.join(", ")}`);
    }
  } catch (error) {
    return error;
  }
}

/** The types of events, without the progress, whose number is a matter of speed. */
export function typesOf(events: readonly HubEvent[]): string[] {
  return events.map(({ type }) => type).filter((type) => type !== "progress");
}

/** Every file below a directory, with `/`, sorted. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .map((path) => path.replaceAll("\\", "/"))
    .toSorted();
}

/** Of these without records, which are no model files. */
export async function modelFilesBelow(directory: string): Promise<string[]> {
  return (await filesBelow(directory)).filter((path) => !path.endsWith(".json"));
}

/** Bytes that pass for a GGUF file; another seed gives others. */
export function ggufBytes(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length, seed);
  bytes.write("GGUF");
  return bytes;
}

/** Writes bytes into a directory and gives the path. */
export async function put(directory: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  return path;
}

/** Whether a file has these bytes; quicker than a comparison that would print them. */
export async function holds(path: string | undefined, bytes: Uint8Array): Promise<boolean> {
  return path !== undefined && (await readFile(path)).equals(bytes);
}
