import { FileChangedError } from "./errors.ts";
import type { HubEvent, PlaceContext } from "./events.ts";
import { ClaimLostError } from "./join-errors.ts";
import { shardTransfers, type JoinJob } from "./join-job.ts";
import { checkedLayout, layoutId } from "./join-layout.ts";
import { withPlacedShards } from "./join-sources.ts";
import { finishWork, openWork, removeWork } from "./join-work.ts";
import { fetchTransfers } from "./place-plan.ts";
import type { Claim } from "./transfer/claim.ts";
import { notedBytes } from "./transfer/target.ts";
import { contentOf, type TransferFile } from "./transfer/transfer-file.ts";

/**
 * Brings all shards into the joined file, each verified there, and gives it its name. What an earlier
 * run left is gone on with, and verified again while the rest comes.
 * @throws what fetching throws, NoByteRangesError, ClaimLostError; FileChangedError where the shards
 * are not those that the file was laid out for
 */
export async function* buildJoined(
  job: JoinJob,
  claim: Claim,
  context: PlaceContext,
): AsyncGenerator<HubEvent, void> {
  const { joined, path } = job;
  const { name: file, fileSize: bytes } = joined;
  const startedAt = performance.now();
  const reason = "an earlier run left a part of other content";
  if (await openWork(job)) yield { type: "restarted", file, reason };
  const signal = whileHeld(claim, job, context.signal);
  const transfers = await unfinishedFirst(shardTransfers(job), context);
  yield* fetchTransfers(transfers, { ...context, signal });
  await checkLayoutAgain(job, signal);
  if (!(await claim.isHeld())) throw new ClaimLostError(path);
  await finishWork(job, context);
  const seconds = (performance.now() - startedAt) / 1000;
  yield { type: "done", file, path, bytes, seconds };
}

/** Aborted, too, when another process has taken the work over. */
function whileHeld({ lost }: Claim, { path }: JoinJob, signal?: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => controller.abort(new ClaimLostError(path));
  lost.addEventListener("abort", abort, { once: true });
  if (lost.aborted) abort();
  return signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]);
}

/** Shards that are all there only have to be hashed: the others shall not wait for that. */
async function unfinishedFirst(
  transfers: readonly TransferFile[],
  { transfer: { chunkBytes } }: PlaceContext,
): Promise<TransferFile[]> {
  const finished = new Set<TransferFile>();
  for (const transfer of transfers) {
    const { bytes = 0, located, target } = transfer;
    const content = contentOf(transfer, located) ?? "";
    if ((await notedBytes(target, content, { bytes, chunkBytes })) === bytes)
      finished.add(transfer);
  }
  return transfers.toSorted((a, b) => Number(finished.has(a)) - Number(finished.has(b)));
}

/** The first layout was made of bytes that nothing had vouched for. */
async function checkLayoutAgain(job: JoinJob, signal: AbortSignal): Promise<void> {
  const { join, joined, layout, set } = job;
  try {
    const again = await withPlacedShards(job, (inputs) => join(inputs, signal));
    if (layoutId(checkedLayout(again, set.shards), set.shards) === layout) return;
    const what = "the first bytes that it was laid out by are not those of the verified files";
    throw new FileChangedError(joined.name, what);
  } catch (error) {
    signal.throwIfAborted();
    await removeWork(job);
    throw error;
  }
}
