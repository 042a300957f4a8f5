import { createHash } from "node:crypto";
import { realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { digestOfFile } from "./digest.ts";
import type { HubEvent } from "./events.ts";
import { readRecord, writeRecord } from "./record.ts";

/** Where verification looks and remembers. */
export interface VerifyContext {
  settings: { cacheDir: string };
  signal: AbortSignal | undefined;
}

/** Where records lie. */
type RecordContext = Pick<VerifyContext, "settings">;

/**
 * Whether a file on disk has this sha256. A file that was hashed before and has the same size and
 * modification time since is not hashed again. Returns false, too, when there is no such file.
 */
export async function* verifyFile(
  path: string,
  input: { file: string; sha256: string },
  context: VerifyContext,
): AsyncGenerator<HubEvent, boolean> {
  const { file, sha256 } = input;
  const state = await fileState(path);
  if (state === undefined) return false;
  const recorded = await unchangedSha256(state, context);
  if (recorded !== undefined) return recorded === sha256;
  yield { type: "verifying", file, sha256 };
  const got = await digestOfFile(path, "sha256", context.signal);
  await writeRecord(recordPath(state.path, context), { ...state, sha256: got });
  if (got === sha256) yield { type: "verified", file, sha256 };
  return got === sha256;
}

/** Remembers that a file has a hash that was computed otherwise: while it was written, for example. */
export async function recordVerified(
  path: string,
  sha256: string,
  context: RecordContext,
): Promise<void> {
  const state = await fileState(path);
  if (state !== undefined) {
    await writeRecord(recordPath(state.path, context), { ...state, sha256 });
  }
}

/** Whether a file was found to have this sha256, and has not changed since. Hashes nothing. */
export async function isVerified(
  path: string,
  sha256: string,
  context: RecordContext,
): Promise<boolean> {
  const state = await fileState(path);
  return state !== undefined && (await unchangedSha256(state, context)) === sha256;
}

/** The hash that a file was last found to have, whether or not it changed since. */
export async function recordedSha256(
  path: string,
  context: VerifyContext,
): Promise<string | undefined> {
  const state = await fileState(path);
  if (state === undefined) return undefined;
  const sha256 = (await readRecord(recordPath(state.path, context)))?.["sha256"];
  return typeof sha256 === "string" ? sha256 : undefined;
}

/** Removes a file that is not what it should be: a symlink with what it points to. */
export async function discardFile(path: string): Promise<void> {
  const target = await realpath(path).catch(() => path);
  await rm(target, { force: true });
  await rm(path, { force: true });
}

/** The recorded hash of a file that has the same size and modification time since. */
async function unchangedSha256(
  state: FileState,
  context: RecordContext,
): Promise<string | undefined> {
  const record = await readRecord(recordPath(state.path, context));
  const isUnchanged = record?.["bytes"] === state.bytes && record["mtimeMs"] === state.mtimeMs;
  return isUnchanged && typeof record["sha256"] === "string" ? record["sha256"] : undefined;
}

interface FileState {
  path: string;
  bytes: number;
  mtimeMs: number;
}

async function fileState(path: string): Promise<FileState | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { path: await realpath(path), bytes: size, mtimeMs };
  } catch {
    return undefined;
  }
}

function recordPath(path: string, { settings }: RecordContext): string {
  const name = createHash("sha256").update(path).digest("hex");
  return join(settings.cacheDir, "verified", `${name}.json`);
}
