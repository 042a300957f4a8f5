import { dirname } from "node:path";
import { NoSpaceError } from "./errors.ts";
import type { HubEvent, PlaceContext, ResolvedModel } from "./events.ts";
import type { DiskNeed, ModelPlan, PlannedFile } from "./model-plan.ts";
import { availableBytes } from "./transfer/disk-space.ts";
import { rateLimit } from "./transfer/rate-limit.ts";
import { leftBytes, removeEmptyDirectories } from "./transfer/target.ts";
import { contentOf, type TransferFile } from "./transfer/transfer-file.ts";
import { transferFiles } from "./transfer/transfer-files.ts";
import { connectionPool } from "./wire/connection-pool.ts";

/** A file of a plan, and how it is come by where it is not there. */
export interface FileToHave {
  planned: PlannedFile;
  /** Bytes that the disk must have room for. */
  disk: number;
  transfer?: TransferFile;
  /** Brings it from another place on this machine. */
  copy?: () => Promise<void>;
}

/** A file that is to be fetched, with what an earlier run left of it. */
export async function fileToFetch(
  transfer: TransferFile,
  { transfer: { chunkBytes } }: PlaceContext,
): Promise<FileToHave> {
  const { bytes, digest, path, remote, target, located } = transfer;
  const content = contentOf(transfer, located);
  const { done, allocated } = await leftBytes(target, content, { bytes, chunkBytes });
  const planned: PlannedFile = {
    name: remote.name,
    path,
    ...(bytes !== undefined && { bytes }),
    ...(digest?.algorithm === "sha256" && { sha256: digest.hex }),
    state: done > 0 ? "partial" : "absent",
    presentBytes: done,
  };
  return { planned, disk: Math.max(0, (bytes ?? 0) - allocated), transfer };
}

/** What is known of files that are to be had, as a plan. */
export async function modelPlan(
  files: readonly FileToHave[],
  rest: Pick<ModelPlan, "place" | "quantization" | "reason" | "mmproj">,
  directory: string,
): Promise<ModelPlan> {
  const planned = files.map((file) => file.planned);
  const isKnown = planned.every(({ bytes }) => bytes !== undefined);
  const bytes = planned.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  const present = planned.reduce((sum, file) => sum + file.presentBytes, 0);
  const disk: DiskNeed = {
    directory,
    needed: files.reduce((sum, file) => sum + file.disk, 0),
    available: await availableBytes(directory),
  };
  return { ...rest, files: planned, ...(isKnown && { bytes, fetchBytes: bytes - present }), disk };
}

/** A model of which is known what is to be done, before its place gives it a reference. */
export interface PlannedFiles {
  plan: ModelPlan;
  /** Does what the plan says. */
  fetch: () => AsyncGenerator<HubEvent, Pick<ResolvedModel, "files" | "bytes">>;
}

/** Files that stay as they are. */
export async function planApart(
  files: readonly FileToHave[],
  rest: Pick<ModelPlan, "place" | "quantization" | "reason" | "mmproj">,
  directory: string,
  context: PlaceContext,
): Promise<PlannedFiles> {
  const plan = await modelPlan(files, rest, directory);
  return {
    plan,
    async *fetch() {
      yield* fetchFiles(files, plan, context);
      return { files: plan.files.map(({ path }) => path), bytes: plan.bytes ?? 0 };
    },
  };
}

/** @throws NoSpaceError before the first byte */
export function checkRoom({ disk }: ModelPlan): void {
  if (disk.needed > disk.available) throw new NoSpaceError(disk.directory, disk);
}

/**
 * Copies and fetches what is not there.
 * @throws NoSpaceError before the first byte, and what fetching throws
 */
export async function* fetchFiles(
  files: readonly FileToHave[],
  plan: ModelPlan,
  context: PlaceContext,
): AsyncGenerator<HubEvent, void> {
  checkRoom(plan);
  for (const { planned, copy } of files) {
    context.signal?.throwIfAborted();
    await copy?.();
    if (planned.state === "present") yield { type: "cached", file: planned.name };
  }
  const transfers = files.flatMap(({ transfer }) => transfer ?? []);
  yield* fetchTransfers(transfers, context);
  const { out } = context;
  if (out === undefined) return;
  for (const { target } of transfers) await removeEmptyDirectories(dirname(target.partial), out);
}

/** Fetches files over connections of their own. @throws what fetching throws */
export async function* fetchTransfers(
  transfers: readonly TransferFile[],
  context: PlaceContext,
): AsyncGenerator<HubEvent, void> {
  if (transfers.length === 0) return;
  const { settings, timeouts, retry, limitRate } = context;
  const pool = connectionPool(settings.proxies, {
    answerTimeout: timeouts.answer,
    stallTimeout: timeouts.stall,
  });
  const shared = { request: context, pool, limit: rateLimit(limitRate), retry, pauses: new Map() };
  yield* transferFiles(transfers, shared, context.transfer);
}
