import { mkdir, open, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { startDigest, type Digest } from "./digest.ts";
import { HashMismatchError, SizeMismatchError } from "./errors.ts";
import type { HubEvent } from "./events.ts";
import { assertGgufMagic, MAGIC_SAMPLE } from "./gguf-magic.ts";
import { partialPath } from "./partial.ts";
import { writeFailure } from "./transfer/disk-space.ts";
import { PROGRESS_INTERVAL_MS, progressEvent } from "./transfer/progress-event.ts";
import { rateMeter } from "./transfer/rate-meter.ts";
import { renameForGood } from "./transfer/rename-for-good.ts";

/** A file that is to be written from a stream. */
export interface StoreInput {
  chunks: AsyncIterable<Uint8Array>;
  path: string;
  /** The file's name in events and errors. */
  file: string;
  /** How many bytes must come. */
  bytes: number | undefined;
  digest?: Digest | undefined;
  /** Where the bytes are gathered; the default is a name of its own beside `path`. */
  partial?: string;
}

/** What {@link storeFile} wrote. */
export interface StoredFile {
  sha256: string;
  bytes: number;
}

/**
 * Writes a stream under a name of its own, hashing as it goes, and gives it the final name only when
 * size, magic and digest are right and the bytes are on the disk. After an error, or when the
 * consumer stops early, nothing is left.
 * @throws SizeMismatchError, HashMismatchError, NotGgufError, and what the stream throws.
 */
export async function* storeFile(input: StoreInput): AsyncGenerator<HubEvent, StoredFile> {
  const { path, file, bytes, digest } = input;
  const partial = input.partial ?? partialPath(path);
  await mkdir(dirname(path), { recursive: true });
  yield { type: "started", file, ...(bytes !== undefined && { bytes }) };
  const handle = await open(partial, "wx");
  try {
    const stored = yield* writeAndCheck(handle, input);
    await handle.sync();
    await handle.close();
    await renameForGood(partial, path);
    if (digest !== undefined) yield { type: "verified", file, sha256: stored.sha256 };
    return stored;
  } finally {
    await handle.close();
    await rm(partial, { force: true });
  }
}

async function* writeAndCheck(
  handle: FileHandle,
  { chunks, path, file, bytes, digest }: StoreInput,
): AsyncGenerator<HubEvent, StoredFile> {
  const sha256 = startDigest("sha256", 0);
  const gitSha1 =
    digest?.algorithm === "git-sha1" ? startDigest("git-sha1", bytes ?? 0) : undefined;
  let head: Uint8Array = new Uint8Array(0);
  let done = 0;
  let shownAt = Date.now();
  const meter = rateMeter(0);
  for await (const chunk of chunks) {
    if (head.byteLength < MAGIC_SAMPLE)
      head = Buffer.concat([head, chunk.subarray(0, MAGIC_SAMPLE)]);
    done += chunk.byteLength;
    if (bytes !== undefined && done > bytes) throw new SizeMismatchError(file, bytes, done);
    sha256.update(chunk);
    gitSha1?.update(chunk);
    await write(handle, chunk, path);
    if (Date.now() - shownAt >= PROGRESS_INTERVAL_MS) {
      shownAt = Date.now();
      yield progressEvent(file, done, bytes, meter.rate(done));
    }
  }
  if (bytes !== undefined && done !== bytes) throw new SizeMismatchError(file, bytes, done);
  if (/\.gguf$/i.test(path)) assertGgufMagic(head, file);
  yield progressEvent(file, done, bytes, meter.rate(done));
  const stored = { sha256: sha256.digest("hex"), bytes: done };
  if (digest !== undefined) checkDigest(file, digest, gitSha1?.digest("hex") ?? stored.sha256);
  return stored;
}

async function write(handle: FileHandle, chunk: Uint8Array, path: string): Promise<void> {
  try {
    await handle.writeFile(chunk);
  } catch (error) {
    throw writeFailure(error, path);
  }
}

function checkDigest(file: string, { algorithm, hex }: Digest, got: string): void {
  if (got !== hex) throw new HashMismatchError(file, hex, got, algorithm);
}
