import { setMaxListeners } from "node:events";
import { SizeMismatchError } from "../errors.ts";
import type { HubEvent } from "../events.ts";
import { assertNoWebPage } from "../gguf-magic.ts";
import { NoByteRangesError } from "../join-errors.ts";
import { ChunkedFile, type ChunkedFileOptions } from "./chunked-file.ts";
import type { Claim } from "./claim.ts";
import type { FetchContext } from "./fetch-context.ts";
import { locateRetrying } from "./locate-retrying.ts";
import type { RateMeter } from "./rate-meter.ts";
import { locatedHere, obstacleToRanges, type Located } from "./remote-file.ts";
import { promisedBytes, type TransferFile } from "./transfer-file.ts";

/** A file on its way through a transfer. */
export interface TransferTask {
  readonly file: TransferFile;
  /**
   * `chunks`: its chunks can be taken; `stream`: it waits for somebody to fetch it as a stream;
   * `fetching`: somebody does; `finishing`: all of it is there.
   */
  state: "new" | "opening" | "waiting" | "chunks" | "stream" | "fetching" | "finishing" | "done";
  claim: Claim | undefined;
  chunked: ChunkedFile | undefined;
  meter: RateMeter | undefined;
  /** Ends what is fetched of this file; a restart has a new one. */
  controller: AbortController;
  usesRanges: boolean;
  restarts: number;
  startedAt: number;
}

export function transferTask(file: TransferFile): TransferTask {
  return {
    file,
    state: "new",
    claim: undefined,
    chunked: undefined,
    meter: undefined,
    controller: taskController(),
    usesRanges: true,
    restarts: 0,
    startedAt: performance.now(),
  };
}

/** Ends what is fetched of one file. */
export function taskController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every connection listens to it
  return controller;
}

/**
 * Opens a file that is fetched in chunks; undefined for one that is to be fetched as a stream, since
 * it is small, of unknown size, its server has no ranges, or nothing tells its versions apart.
 * @throws NoByteRangesError where that is so of one with segments, which must come in chunks
 */
export async function openChunked(
  { file, usesRanges, restarts }: TransferTask,
  options: ChunkedFileOptions,
  context: FetchContext,
  signal: AbortSignal,
): Promise<ChunkedFile | undefined> {
  const { remote, local, digest, target } = file;
  const isInSegments = target.segments !== undefined;
  const isSmall = file.bytes !== undefined && file.bytes <= options.chunkBytes;
  if (!isInSegments && (!usesRanges || isSmall || digest?.algorithm === "git-sha1")) {
    return undefined;
  }
  // What was found before does not hold once a file has begun anew.
  const before = restarts === 0 ? file.located : undefined;
  const located =
    local === undefined
      ? (before ?? (await locateRetrying(remote, context, signal)))
      : locatedHere(local, file.bytes);
  checkLocated(file, located);
  const obstacle = local === undefined ? obstacleToRanges(remote, located) : undefined;
  if (isInSegments && obstacle !== undefined) throw new NoByteRangesError(remote.name, obstacle);
  const { bytes } = located;
  if (obstacle !== undefined || bytes === undefined) return undefined;
  if (bytes <= options.chunkBytes && !isInSegments) return undefined;
  return ChunkedFile.open(file, located, bytes, options);
}

function checkLocated(file: TransferFile, located: Located): void {
  const { remote } = file;
  assertNoWebPage(located.contentType, remote.name);
  const bytes = promisedBytes(file);
  if (bytes !== undefined && located.bytes !== undefined && bytes !== located.bytes) {
    throw new SizeMismatchError(remote.name, bytes, located.bytes);
  }
}

/** What is told of a file once it is open; `chunked` is undefined for one that comes as a stream. */
export function* openedEvents(
  { remote: { name: file }, bytes }: TransferFile,
  chunked: ChunkedFile | undefined,
): Generator<HubEvent, void> {
  if (chunked === undefined) {
    yield { type: "started", file, ...(bytes !== undefined && { bytes }) };
    return;
  }
  const { hasReplaced, resumedBytes: done, plan } = chunked;
  const reason = "an earlier run left a part of other content";
  if (hasReplaced) yield { type: "restarted", file, reason };
  yield { type: "started", file, bytes: plan.bytes };
  if (done > 0) yield { type: "resumed", file, done, bytes: plan.bytes };
}
