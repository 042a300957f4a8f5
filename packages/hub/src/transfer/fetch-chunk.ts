import { HubError } from "../errors.ts";
import { HttpStatusError, NetworkError } from "../http-errors.ts";
import { retriedEvent } from "../retry-events.ts";
import { retryWait, waitSeconds } from "../retry.ts";
import type { ByteRange } from "./chunk-plan.ts";
import type { ChunkedFile } from "./chunked-file.ts";
import { copyRange, type CopyRangeOptions } from "./copy-range.ts";
import type { FetchContext } from "./fetch-context.ts";
import { locateRetrying } from "./locate-retrying.ts";
import { NoRangesError, openRange, StaleAddressError, type OpenRange } from "./open-range.ts";
import { checkSameFile, type Located } from "./remote-file.ts";

/** How {@link fetchRange} is told and tells. */
export interface FetchRangeOptions extends CopyRangeOptions {
  /** A request for the range that was made before, when the connection before had little to do. */
  opening?: Promise<OpenRange> | undefined;
  /** Hears of every byte, and is told of those that come again as a negative number. */
  onBytes: (count: number) => void;
  /** The answer will be read soon: as long as a request takes to be answered is left. */
  onNearlyDone?: () => void;
  /** Is told up to where it is written when a connection breaks off, or all ends. */
  onBreak?: (position: number) => void;
}

// A signature is good for at least minutes: one that was just made and is refused stays refused.
const MAX_RENEWALS = 2;

/** Asks for a chunk, as {@link fetchRange} does at first. */
export function openChunk(
  { file, located }: ChunkedFile,
  range: ByteRange,
  context: FetchContext,
  signal: AbortSignal,
): Promise<OpenRange> {
  const opening = openRange(file.remote, located, range, { ...context, signal });
  opening.catch(() => {}); // whoever awaits it hears of it
  return opening;
}

/**
 * Fetches a range of a file. What breaks off goes on from there, and what may pass is tried again. Of
 * a file that lies on this machine it is copied.
 * @throws StaleAddressError's own error, NoRangesError, FileChangedError, HttpStatusError of a kind,
 * NetworkError, what `write` throws; the signal's reason when aborted
 */
export async function fetchRange(
  chunked: ChunkedFile,
  range: ByteRange,
  context: FetchContext,
  options: FetchRangeOptions,
): Promise<void> {
  const { remote, local } = chunked.file;
  if (local !== undefined) return copyRange(local, range, options);
  let { opening } = options;
  let at = range.start;
  let attempt = 0;
  let renewals = 0;
  let { received } = chunked;
  while (at < range.end) {
    const before = at;
    const { located } = chunked;
    try {
      if (opening === undefined) await pauseEnds(located.url.origin, context, options.signal);
      const rest = { start: at, end: range.end };
      const open = await (opening ?? openRange(remote, located, rest, { ...context, ...options }));
      opening = undefined;
      chunked.hasRanges = true;
      await readRange(open, rest, context, options, (position) => (at = position));
      return;
    } catch (error) {
      const isOfBefore = opening !== undefined;
      opening = undefined;
      options.onBreak?.(at);
      options.signal.throwIfAborted();
      if (at > before) [attempt, renewals] = [0, 0];
      if (error instanceof StaleAddressError) {
        if (isOfBefore) continue; // there may be a new address since it was asked for
        if (renewals++ >= MAX_RENEWALS) {
          // As long as the file grows the new ones are good, and others use them up.
          if (chunked.received === received) throw staleError(chunked, located, error);
          ({ received } = chunked);
          await waitSeconds(context.retry.firstWait, options.signal);
        }
        await renew(chunked, located, context, options.signal);
        continue;
      }
      attempt += 1;
      await waitToRetry(error, attempt, chunked, context, options.signal);
    }
  }
}

/** Waits as the policy says, and tells. @throws the error where trying again will not help */
async function waitToRetry(
  error: unknown,
  attempt: number,
  { file, located, hasRanges }: ChunkedFile,
  { retry, push, pauses }: FetchContext,
  signal: AbortSignal,
): Promise<void> {
  const { host, origin } = located.url;
  // A server that has answered with ranges before may do so again: not all is lost at once.
  const isMishap = error instanceof NoRangesError && hasRanges;
  const failure = isMishap ? new NetworkError(host, error.message) : error;
  const wait = retryWait(failure, attempt, retry);
  if (wait === undefined || !(failure instanceof HubError)) throw error;
  if (failure instanceof HttpStatusError && failure.retryAfterSeconds !== undefined) {
    pauses.set(origin, Date.now() + wait * 1000);
  }
  push(retriedEvent(file.remote.name, { error: failure, attempt, wait }));
  await waitSeconds(wait, signal);
}

/** Not to ask a server that has asked another connection to wait. */
async function pauseEnds(
  origin: string,
  { pauses }: FetchContext,
  signal: AbortSignal,
): Promise<void> {
  const wait = (pauses.get(origin) ?? 0) - Date.now();
  if (wait > 0) await waitSeconds(wait / 1000, signal);
}

async function readRange(
  { connection, latency, openedAt }: OpenRange,
  { start, end }: ByteRange,
  { pool, limit }: FetchContext,
  { signal, write, onBytes, onNearlyDone }: FetchRangeOptions,
  onPosition: (position: number) => void,
): Promise<void> {
  let position = start;
  let left = end - start;
  let tell = onNearlyDone;
  const abort = (): void => connection.destroy(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    // A small range may have come whole before the connection was told to wait.
    const debt = limit.take(0);
    if (debt > 0) await waitSeconds(debt / 1000, signal);
    await connection.readBody(end - start, {
      write(bytes) {
        const place = position;
        position += bytes.length;
        return write(bytes, place);
      },
      onBytes(count) {
        left -= count;
        onBytes(count);
        const elapsed = performance.now() - openedAt;
        const rate = (end - start - left) / elapsed;
        // A rate over less time than that is a burst of what had gathered.
        if (tell !== undefined && elapsed >= latency && left <= rate * latency) {
          tell();
          tell = undefined;
        }
        return limit.take(count);
      },
    });
    pool.give(connection);
  } catch (error) {
    connection.destroy(error);
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
    onPosition(position);
  }
}

/** Asks for the address anew, once for all who found the same one stale. */
async function renew(
  chunked: ChunkedFile,
  stale: Located,
  context: FetchContext,
  signal: AbortSignal,
): Promise<void> {
  if (chunked.located !== stale) return;
  const { remote } = chunked.file;
  // All the way this time: the place that the Hub sends to may send on.
  const whole = { ...remote, bytes: undefined };
  chunked.renewing ??= locateRetrying(whole, context, signal).finally(() => {
    chunked.renewing = undefined;
  });
  const located = await chunked.renewing;
  checkSameFile(remote, stale, located);
  chunked.located = located;
}

function staleError(
  { file: { remote } }: ChunkedFile,
  { url }: Located,
  { answer: { status, headers } }: StaleAddressError,
): HubError {
  const isRedirect = status >= 300 && status < 400;
  if (isRedirect) return new NetworkError(url.host, "it redirects where it answered before");
  return remote.errorOf({ url: url.href, status, headers });
}
