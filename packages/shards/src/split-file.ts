import { basename, dirname, join } from "node:path";
import { readGgufFile } from "@ggufkit/gguf/node";
import { copyProgress, type CopyProgress } from "./copy-progress.ts";
import { checkRoom } from "./disk-room.ts";
import { identityAt, isUnchanged, type FileIdentity } from "./file-identity.ts";
import { createOutput, renameForGood, type CopyOptions } from "./output-file.ts";
import { checkNoInput, isThereAlready } from "./output-there.ts";
import { ShardError } from "./shard-error.ts";
import type { ShardEvent } from "./shard-event.ts";
import { planSplit, type PlannedShard, type SplitLimit, type SplitPlan } from "./split-plan.ts";
import { telling } from "./telling.ts";
import { emptyDirectory, takeWorkDirectory, type WorkDirectory } from "./work-directory.ts";

/** How a file is split. */
export interface SplitPlanOptions {
  /** Puts the metadata into a first shard of its own. */
  noTensorFirstSplit?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** How {@link splitFile} works. */
export interface SplitOptions extends SplitPlanOptions, CopyOptions {
  /** Replaces other files that have the shards' names. */
  force?: boolean | undefined;
}

/** A file that was split. */
export interface SplitFiles {
  /** Paths of the shards, in order. */
  files: string[];
  /** Of all shards together. */
  bytes: number;
  /** `present`: all were there already, byte for byte. */
  state: "written" | "present";
}

/**
 * Plans what {@link splitFile} would do, from the header of the file. The shards' names are without
 * the prefix's directory.
 * @throws GgufError where the file is none or damaged
 * @throws ShardError `bad-limit`, `too-many-shards`, `is-shard`
 */
export async function planSplitFile(
  path: string,
  prefix: string,
  limit: SplitLimit,
  { noTensorFirstSplit, signal }: SplitPlanOptions = {},
): Promise<SplitPlan> {
  const gguf = await readGgufFile(path, { signal });
  const source = { name: basename(path), gguf };
  return planSplit(source, basename(prefix), limit, { noTensorFirstSplit });
}

/**
 * Splits a file into shards `<prefix>-00001-of-00003.gguf` and so on, as llama-gguf-split does. They
 * get their names when all are whole and on the disk.
 * @throws as {@link planSplitFile}
 * @throws ShardError `file-exists`, `is-input`, `no-space`, `cannot-write`, `busy`, `file-changed`
 * @throws the signal's reason when aborted: nothing is left then
 */
export async function* splitFile(
  path: string,
  prefix: string,
  limit: SplitLimit,
  options: SplitOptions = {},
): AsyncGenerator<ShardEvent, SplitFiles, undefined> {
  const startedAt = performance.now();
  const work = await takeWorkDirectory(`${prefix}.splitting`);
  try {
    const identity = await identityAt(path);
    const plan = await planSplitFile(path, prefix, limit, options);
    const shards = plan.shards.map((shard) => {
      return {
        shard,
        out: join(dirname(prefix), shard.name),
        partial: join(work.path, shard.name),
      };
    });
    const absent = await absentOf(shards, path, options);
    yield plannedEvent(plan, absent);
    yield* overLimit(plan);
    await emptyDirectory(work.path); // of what a run left that was killed
    await checkRoom(
      work.path,
      absent.reduce((sum, { shard }) => sum + shard.fileSize, 0),
    );
    yield* writeShards(absent, { path, identity, work }, options);
    for (const { partial, out } of absent) await renameForGood(partial, out);
    const bytes = shards.reduce((sum, { shard }) => sum + shard.fileSize, 0);
    const seconds = (performance.now() - startedAt) / 1000;
    const files = shards.map(({ out }) => out);
    yield { type: "done", file: basename(path), path: files[0] ?? prefix, bytes, seconds };
    return { files, bytes, state: absent.length === 0 ? "present" : "written" };
  } finally {
    await work.release({ keep: false });
  }
}

/** A shard, where it will be, and where it grows. */
interface ShardToWrite {
  readonly shard: PlannedShard;
  readonly out: string;
  readonly partial: string;
}

/** Those that are not there yet. @throws ShardError `is-input`, `file-exists` */
async function absentOf(
  shards: readonly ShardToWrite[],
  path: string,
  options: SplitOptions,
): Promise<ShardToWrite[]> {
  await checkNoInput(
    shards.map(({ out }) => out),
    [path],
  );
  const absent: ShardToWrite[] = [];
  for (const shard of shards)
    if (!(await isThereAlready(shard.out, shard.shard, [path], options))) absent.push(shard);
  return absent;
}

function plannedEvent({ shards }: SplitPlan, absent: readonly ShardToWrite[]): ShardEvent {
  const files = shards.map(({ name, fileSize }) => ({ name, bytes: fileSize }));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { type: "planned", files, bytes, copyBytes: copiedBytes(absent) };
}

function* overLimit({ shards }: SplitPlan): Generator<ShardEvent, void> {
  const over = shards.filter(({ isOverLimit }) => isOverLimit);
  const files = over.map(({ name, fileSize }) => ({ name, bytes: fileSize }));
  if (files.length > 0) yield { type: "over-limit", files };
}

async function* writeShards(
  shards: readonly ShardToWrite[],
  from: { path: string; identity: FileIdentity | undefined; work: WorkDirectory },
  options: SplitOptions,
): AsyncGenerator<ShardEvent, void, undefined> {
  const { path, identity, work } = from;
  const stop = work.stoppedBy(options.signal);
  const progress = copyProgress(basename(path), copiedBytes(shards));
  for (const shard of shards) {
    yield { type: "started", file: shard.shard.name, bytes: shard.shard.fileSize };
    const write = (signal: AbortSignal): Promise<void> =>
      writeShard(shard, path, progress, { ...options, signal });
    yield* telling(write, progress.event, stop);
  }
  yield progress.event();
  stop.throwIfAborted();
  if (identity !== undefined && isUnchanged(identity, await identityAt(path))) return;
  throw new ShardError("file-changed", path, "was written to, or removed, while it was split");
}

async function writeShard(
  { shard, partial }: ShardToWrite,
  path: string,
  { add: onBytes }: CopyProgress,
  { signal, copyWorker: worker }: SplitOptions,
): Promise<void> {
  const output = await createOutput(partial, shard.fileSize);
  try {
    await output.write(shard.header, 0);
    await output.copyFrom(path, shard.copies, { signal, onBytes, worker });
    await output.sync();
  } finally {
    await output.close();
  }
}

function copiedBytes(shards: readonly ShardToWrite[]): number {
  const copies = shards.flatMap(({ shard }) => shard.copies);
  return copies.reduce((sum, { bytes }) => sum + bytes, 0);
}
