import { stat } from "node:fs/promises";
import type { ByteSource } from "@ggufkit/gguf";
import { digestOfSource } from "./digest.ts";
import { FileExistsError } from "./errors.ts";
import type { HubEvent, PlaceContext } from "./events.ts";
import type { JoinJob, JoinShard } from "./join-job.ts";
import { gapsOf, segmentsOf } from "./join-layout.ts";
import { isRecorded, recordJoined } from "./join-record.ts";
import { openShard } from "./join-sources.ts";
import { hasZeros } from "./join-work.ts";
import { openLocal } from "./open-local.ts";
import { pieceSource } from "./piece-source.ts";
import { tellingRetries } from "./retry-events.ts";
import { piecesInPlace } from "./transfer/pieces.ts";

/**
 * Whether the joined file is there already. One that is not known is held against the digest of every
 * shard, each read through it; what it has not of them (their headers) is read where the shard is.
 * @throws FileExistsError where a file of the user's is in the way
 */
export async function* findJoined(
  job: JoinJob,
  context: PlaceContext,
): AsyncGenerator<HubEvent, boolean> {
  const { path, layout } = job;
  if (await isRecorded(path, layout, context)) return true;
  if ((await stat(path).catch(() => undefined)) === undefined) return false;
  const difference = yield* differenceOf(job, context);
  if (difference === undefined) {
    await recordJoined(path, { from: path, layout }, context);
    return true;
  }
  if (context.out === undefined || context.replace) return false;
  throw new FileExistsError(path, difference);
}

/** In what the file that is there is another one; undefined where it is the same. */
async function* differenceOf(
  job: JoinJob,
  context: PlaceContext,
): AsyncGenerator<HubEvent, string | undefined> {
  const { path, joined, set } = job;
  const { header, fileSize } = joined;
  const there = await openLocal(path);
  try {
    const { byteLength } = there;
    if (byteLength !== fileSize) return `it has ${byteLength} bytes, not ${fileSize}`;
    const start = await there.read(0, header.length);
    if (Buffer.compare(start, header) !== 0) return "it has another header";
    if (!(await hasZeros(there, gapsOf(joined)))) return "it has bytes where none belong";
    for (const [index, shard] of set.shards.entries()) {
      if (!(yield* isWithin(there, job, { shard, index }, context))) {
        return `it has not the bytes of ${shard.remote.name}`;
      }
    }
    return undefined;
  } finally {
    await there.close();
  }
}

/** Whether a shard's ranges in a joined file, together with the rest of it, have its digest. */
async function* isWithin(
  joined: ByteSource,
  job: JoinJob,
  { shard, index }: { shard: JoinShard; index: number },
  context: PlaceContext,
): AsyncGenerator<HubEvent, boolean> {
  const { digest, bytes, remote } = shard;
  if (digest === undefined) return false; // nothing vouches for its bytes
  const { algorithm, hex } = digest;
  const told = algorithm === "sha256" && { file: remote.name, sha256: hex };
  if (told) yield { type: "verifying", ...told };
  const segments = segmentsOf(job.joined, index, job.path);
  const got = yield* tellingRetries(remote.name, async (onRetry) => {
    const rest = await openShard(shard, job.set, { ...context, onRetry });
    try {
      const whole = pieceSource(piecesInPlace(bytes, "", segments), (path) =>
        path === job.path ? joined : rest,
      );
      return await digestOfSource(whole, bytes, algorithm, context.signal);
    } finally {
      await rest.close();
    }
  });
  if (got === hex && told) yield { type: "verified", ...told };
  return got === hex;
}
