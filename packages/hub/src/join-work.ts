import { mkdir, open, rm, stat, type FileHandle } from "node:fs/promises";
import type { ByteSource } from "@ggufkit/gguf";
import { writeAt } from "@ggufkit/gguf/node";
import type { JoinJob } from "./join-job.ts";
import { gapsOf } from "./join-layout.ts";
import { recordJoined } from "./join-record.ts";
import { readRecord, writeRecord } from "./record.ts";
import type { ByteRange } from "./transfer/chunk-plan.ts";
import { writeFailure } from "./transfer/disk-space.ts";
import { renameForGood } from "./transfer/rename-for-good.ts";
import type { VerifyContext } from "./verified.ts";

/** Whether an earlier run left work that can be gone on with. */
export async function isUsableWork({ joined, layout, work }: JoinJob): Promise<boolean> {
  const identity = await readRecord(work.identity);
  const stats = await stat(work.partial).catch(() => undefined);
  return identity?.["layout"] === layout && stats?.size === joined.fileSize;
}

/**
 * Goes on with what an earlier run left of the same layout, else begins anew: with a joined file of
 * its full size that takes no room but its header's. Returns whether there was work of another layout.
 * @throws NoSpaceError
 */
export async function openWork(job: JoinJob): Promise<boolean> {
  const { joined, layout, work } = job;
  const isUsable = await isUsableWork(job);
  const hasOther = !isUsable && (await readRecord(work.identity)) !== undefined;
  if (!isUsable) await removeWork(job);
  await mkdir(work.directory, { recursive: true });
  try {
    const handle = await open(work.partial, isUsable ? "r+" : "wx+");
    try {
      await handle.truncate(joined.fileSize);
      await writeAt(handle, joined.header, 0);
    } finally {
      await handle.close();
    }
    if (!isUsable) await writeRecord(work.identity, { layout });
  } catch (error) {
    throw writeFailure(error, work.partial);
  }
  return hasOther;
}

/** Removes work. Should that be cut short, what is left is of no layout. */
export async function removeWork({ work }: JoinJob): Promise<void> {
  await rm(work.identity, { force: true });
  await rm(work.directory, { recursive: true, force: true });
}

/** Gives a joined file that is whole its final name, on the disk for good, and removes the work. */
export async function finishWork(
  job: JoinJob,
  context: Pick<VerifyContext, "settings">,
): Promise<void> {
  const { joined, layout, path, work } = job;
  const handle = await open(work.partial, "r+");
  try {
    await clearGaps(handle, gapsOf(joined));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await recordJoined(path, { from: work.partial, layout }, context);
  await renameForGood(work.partial, path);
  await removeWork(job);
}

// What is read of a gap at a time; most are shorter.
const GAP_BYTES = 1 << 20;

/** Whether a source has nothing but zeros in ranges. */
export async function hasZeros(source: ByteSource, ranges: readonly ByteRange[]): Promise<boolean> {
  for (const piece of shortRanges(ranges)) {
    const bytes = await source.read(piece.start, piece.end);
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
}

/** Something else may have written where nothing goes; holes stay holes. */
async function clearGaps(handle: FileHandle, gaps: readonly ByteRange[]): Promise<void> {
  for (const { start, end } of shortRanges(gaps)) {
    const bytes = Buffer.alloc(end - start);
    await handle.read(bytes, 0, bytes.length, start);
    if (bytes.some((byte) => byte !== 0)) await writeAt(handle, bytes.fill(0), start);
  }
}

function* shortRanges(ranges: readonly ByteRange[]): Generator<ByteRange, void> {
  for (const { start, end } of ranges) {
    for (let at = start; at < end; at += GAP_BYTES) {
      yield { start: at, end: Math.min(end, at + GAP_BYTES) };
    }
  }
}
