import { rm } from "node:fs/promises";
import { HashMismatchError, HubError, SizeMismatchError } from "../errors.ts";
import { assertNoWebPage } from "../gguf-magic.ts";
import { request, type Answer } from "../http.ts";
import { resultOf } from "../result-of.ts";
import { retriedEvent } from "../retry-events.ts";
import { retryWait, waitSeconds } from "../retry.ts";
import { storeFile } from "../store.ts";
import type { FetchContext } from "./fetch-context.ts";
import { contentLength } from "./remote-file.ts";
import { promisedBytes, type FetchedFile, type TransferFile } from "./transfer-file.ts";

/**
 * Fetches a file as one stream from its beginning: one that is small, or whose server has no ranges.
 * What breaks off begins again; so does, once, what has the wrong hash or size.
 * @throws HttpStatusError of a kind, NetworkError, SizeMismatchError, HashMismatchError,
 * NotGgufError, NoSpaceError; the signal's reason when aborted
 */
export async function streamFile(
  file: TransferFile,
  context: FetchContext,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const { name } = file.remote;
  let mismatches = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      return await streamOnce(file, context, signal);
    } catch (error) {
      signal.throwIfAborted();
      const isMismatch = error instanceof HashMismatchError || error instanceof SizeMismatchError;
      const isFirstMismatch = isMismatch && mismatches++ === 0;
      const wait = isFirstMismatch ? 0 : retryWait(error, attempt, context.retry);
      if (wait === undefined || !(error instanceof HubError)) throw error;
      context.push(retriedEvent(name, { error, attempt, wait }));
      await waitSeconds(wait, signal);
    }
  }
}

async function streamOnce(
  file: TransferFile,
  context: FetchContext,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const { remote, digest, target } = file;
  const { name, url, authorization, errorOf } = remote;
  const headers = { "accept-encoding": "identity" };
  const sending = { headers, authorization: authorization(url) };
  const answer = await request(url, sending, { ...context.request, signal });
  try {
    if (answer.status !== 200) throw errorOf(answer);
    assertNoWebPage(answer.headers.get("content-type"), name);
    const total = promisedBytes(file) ?? contentLength(answer.headers);
    await rm(target.partial, { force: true });
    const storing = storeFile({
      chunks: limited(answer, context, signal),
      path: target.path,
      file: name,
      bytes: total,
      digest,
      partial: target.partial,
    });
    const stored = await resultOf(storing, (event) => {
      // The whole transfer tells of these.
      if (event.type !== "started" && event.type !== "verified") context.push(event);
    });
    return { ...stored, validator: answer.headers.get("etag") ?? undefined };
  } finally {
    answer.discard();
  }
}

async function* limited(
  answer: Answer,
  { limit }: FetchContext,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of answer.chunks()) {
    yield chunk;
    const wait = limit.take(chunk.byteLength);
    if (wait > 0) await waitSeconds(wait / 1000, signal);
  }
}
