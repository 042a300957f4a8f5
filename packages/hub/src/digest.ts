import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { ByteSource } from "@ggufkit/gguf";

/** A hash that bytes must have, lower-case hex. `git-sha1` is git's, of a file outside LFS. */
export interface Digest {
  algorithm: "sha256" | "git-sha1";
  hex: string;
}

// Reading a big file in pieces this large keeps the hash, not the calls, the bottleneck.
const READ_BYTES = 1 << 20;

/** A hash to be fed; git hashes a header with the length, in bytes, before the content. */
export function startDigest(algorithm: Digest["algorithm"], bytes: number): Hash {
  if (algorithm === "sha256") return createHash("sha256");
  return createHash("sha1").update(`blob ${bytes}\0`);
}

/** Hashes a whole file. @throws the signal's reason when aborted, and what reading throws. */
export async function digestOfFile(
  path: string,
  algorithm: Digest["algorithm"],
  signal?: AbortSignal,
): Promise<string> {
  const hash = startDigest(algorithm, (await stat(path)).size);
  const stream: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: READ_BYTES });
  for await (const chunk of stream) {
    signal?.throwIfAborted();
    hash.update(chunk);
  }
  return hash.digest("hex");
}

/** Hashes the first `bytes` of a source. @throws the signal's reason, and what reading throws */
export async function digestOfSource(
  source: ByteSource,
  bytes: number,
  algorithm: Digest["algorithm"],
  signal?: AbortSignal,
): Promise<string> {
  const hash = startDigest(algorithm, bytes);
  for (let at = 0; at < bytes; at += READ_BYTES) {
    signal?.throwIfAborted();
    hash.update(await source.read(at, Math.min(bytes, at + READ_BYTES), signal));
  }
  return hash.digest("hex");
}
