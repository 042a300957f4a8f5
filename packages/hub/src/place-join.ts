import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { FileExistsError, NotGgufError } from "./errors.ts";
import type { HubEvent, PlaceContext } from "./events.ts";
import { buildJoined } from "./join-build.ts";
import { joinJob, shardTransfer, type JoinJob, type JoinSet } from "./join-job.ts";
import { checkedLayout } from "./join-layout.ts";
import { findJoined } from "./join-present.ts";
import { isRecorded } from "./join-record.ts";
import { withShards } from "./join-sources.ts";
import { isUsableWork, removeWork } from "./join-work.ts";
import type { JoinFiles } from "./join.ts";
import type { ModelPlan, PlannedFile, PlannedJoin } from "./model-plan.ts";
import { checkRoom, fetchFiles, modelPlan, type PlannedFiles } from "./place-plan.ts";
import { tellingRetries } from "./retry-events.ts";
import { isHeld, takeClaim } from "./transfer/claim.ts";
import { allocatedBytes } from "./transfer/disk-space.ts";
import { bytesIn, piecesOf } from "./transfer/pieces.ts";
import { notedBytes, removeEmptyDirectories } from "./transfer/target.ts";
import { contentOf } from "./transfer/transfer-file.ts";
import { waitForClaim } from "./transfer/wait-for-claim.ts";

/**
 * Shards that are joined to one file while they come: every range goes straight to its place there,
 * and all else of a shard (its header) to a small file beside, so that the disk holds the model once.
 * @throws what `join` and fetching throw, JoinLayoutError, NotGgufError, FileExistsError
 */
export async function* planJoin(
  set: JoinSet,
  join: JoinFiles,
  context: PlaceContext,
): AsyncGenerator<HubEvent, PlannedFiles> {
  const empty = set.shards.find(({ bytes }) => bytes === 0);
  if (empty !== undefined) throw new NotGgufError(empty.remote.name, "an empty file");
  const laidOut = yield* tellingRetries(set.rest.place, (onRetry) =>
    withShards(set, { ...context, onRetry }, (inputs) => join(inputs, context.signal)),
  );
  const joined = checkedLayout(laidOut, set.shards);
  const job = joinJob({ set, join, joined }, context);
  checkOthers(job);
  const isPresent = yield* findJoined(job, context);
  const plan = await planOf(job, isPresent, context);
  return {
    plan,
    async *fetch() {
      checkRoom(plan);
      yield* isPresent ? keepJoined(job) : bringJoined(job, context);
      yield* fetchFiles(set.others, plan, context);
      const others = set.others.map(({ planned }) => planned);
      const bytes = others.reduce((sum, other) => sum + (other.bytes ?? 0), joined.fileSize);
      return { files: [job.path, ...others.map(({ path }) => path)], bytes };
    },
  };
}

/** Another file of the model may bear the name that the shards are joined under. */
function checkOthers({ path, set }: JoinJob): void {
  const other = set.others.find(({ planned }) => planned.path === path);
  if (other === undefined) return;
  throw new FileExistsError(path, `it is ${other.planned.name} of the same model`);
}

async function planOf(job: JoinJob, isPresent: boolean, context: PlaceContext): Promise<ModelPlan> {
  const { set, joined, path, work } = job;
  const isUsable = await isUsableWork(job);
  const shards: PlannedFile[] = [];
  let needed = joined.fileSize - (await allocatedBytes(work.partial));
  let isBegun = false;
  for (const [index, shard] of set.shards.entries()) {
    const { target, ...transfer } = shardTransfer(job, shard, index);
    const { local, located, bytes, remote, digest } = shard;
    const content = contentOf({ target, ...transfer }, located) ?? "";
    const { chunkBytes } = context.transfer;
    const placed = isUsable ? await notedBytes(target, content, { bytes, chunkBytes }) : 0;
    isBegun ||= placed > 0;
    needed += bytesIn(target.partial, piecesOf(bytes, target.partial, target.segments?.pieces));
    const presentBytes = isPresent || local !== undefined ? bytes : placed;
    shards.push({
      name: remote.name,
      path: isPresent ? path : (local ?? path),
      bytes,
      ...(digest?.algorithm === "sha256" && { sha256: digest.hex }),
      state: presentBytes === bytes ? "present" : presentBytes > 0 ? "partial" : "absent",
      presentBytes,
    });
  }
  const files = [...shards.map((planned) => ({ planned, disk: 0 })), ...set.others];
  const plan = await modelPlan(files, set.rest, context.out ?? dirname(path));
  const state: PlannedJoin["state"] = isPresent ? "present" : isBegun ? "partial" : "absent";
  const disk = { ...plan.disk, needed: plan.disk.needed + (isPresent ? 0 : Math.max(0, needed)) };
  return { ...plan, joined: { name: joined.name, path, bytes: joined.fileSize, state }, disk };
}

/** It is there. What a run that was killed at its very end has left goes. */
async function* keepJoined(job: JoinJob): AsyncGenerator<HubEvent, void> {
  const { joined, work } = job;
  yield { type: "cached", file: joined.name };
  if ((await stat(work.directory).catch(() => undefined)) === undefined) return;
  const claim = await takeClaim(work.claim);
  if (!isHeld(claim)) return; // somebody works there
  try {
    await removeWork(job);
  } finally {
    await claim.release();
    await tidy(job);
  }
}

/** One process builds it; another waits, and then finds it there. */
async function* bringJoined(job: JoinJob, context: PlaceContext): AsyncGenerator<HubEvent, void> {
  const { joined, layout, path, work } = job;
  const file = joined.name;
  const isThere = (): Promise<boolean> => isRecorded(path, layout, context);
  const { signal } = context;
  const claim = yield* waitForClaim(work.claim, { file, isThere, signal });
  try {
    if (claim === undefined || (await isThere())) yield { type: "cached", file };
    else yield* buildJoined(job, claim, context);
  } finally {
    await claim?.release();
    await tidy(job);
  }
}

async function tidy({ work, root }: JoinJob): Promise<void> {
  await removeEmptyDirectories(dirname(work.claim), root);
}
