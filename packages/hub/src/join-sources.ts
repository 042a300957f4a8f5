import type { ByteSource } from "@ggufkit/gguf";
import type { PlaceContext } from "./events.ts";
import type { JoinJob, JoinSet, JoinShard } from "./join-job.ts";
import { shardTransfer } from "./join-job.ts";
import type { JoinInput } from "./join.ts";
import { openLocal } from "./open-local.ts";
import { pieceSource } from "./piece-source.ts";
import { remoteSource, type ClosableSource } from "./remote-source.ts";
import type { Retry } from "./retry.ts";
import { piecesOf } from "./transfer/pieces.ts";

/** What reading shards needs; `onRetry` hears of what is asked again. */
export type SourceContext = PlaceContext & { onRetry: (retry: Retry) => void };

/** Reads a shard where it is: on this machine, or on its server. Close it. */
export async function openShard(
  { local, remote, bytes }: JoinShard,
  { fetch }: Pick<JoinSet, "fetch">,
  context: SourceContext,
): Promise<ClosableSource> {
  return local === undefined
    ? remoteSource(remote, bytes, { ...context, fetch })
    : openLocal(local);
}

/** Does work with the shards as inputs, where they are. */
export async function withShards<Result>(
  set: JoinSet,
  context: SourceContext,
  work: (inputs: readonly JoinInput[]) => Promise<Result>,
): Promise<Result> {
  const opened: ClosableSource[] = [];
  try {
    for (const shard of set.shards) opened.push(await openShard(shard, set, context));
    return await work(inputsOf(set, opened));
  } finally {
    await Promise.all(opened.map((source) => source.close()));
  }
}

/** Does work with the shards as inputs, as they lie in the joined file and beside it. */
export async function withPlacedShards<Result>(
  job: JoinJob,
  work: (inputs: readonly JoinInput[]) => Promise<Result>,
): Promise<Result> {
  const { set } = job;
  const joined = await openLocal(job.work.partial);
  const opened: ClosableSource[] = [joined];
  try {
    const sources: ByteSource[] = [];
    for (const [index, shard] of set.shards.entries()) {
      const { target } = shardTransfer(job, shard, index);
      const rest = await openLocal(target.partial);
      opened.push(rest);
      const pieces = piecesOf(shard.bytes, target.partial, target.segments?.pieces);
      sources.push(pieceSource(pieces, (path) => (path === target.partial ? rest : joined)));
    }
    return await work(inputsOf(set, sources));
  } finally {
    await Promise.all(opened.map((source) => source.close()));
  }
}

function inputsOf({ shards }: JoinSet, sources: readonly ByteSource[]): JoinInput[] {
  return sources.flatMap((source, index) => {
    const shard = shards[index];
    return shard === undefined ? [] : { name: shard.remote.name, bytes: shard.bytes, source };
  });
}
