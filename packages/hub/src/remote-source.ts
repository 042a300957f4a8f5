import { HttpError, urlSource, type ByteSource } from "@ggufkit/gguf";
import { FileChangedError, HubError } from "./errors.ts";
import { NetworkError } from "./http-errors.ts";
import type { Fetch, Timeouts } from "./http.ts";
import { NoByteRangesError } from "./join-errors.ts";
import { retrying, type Retry, type RetryPolicy } from "./retry.ts";
import type { RemoteFile } from "./transfer/remote-file.ts";

/** A source that is closed when it is no longer read. */
export interface ClosableSource extends ByteSource {
  close: () => Promise<void>;
}

/** How a remote file is read. */
export interface RemoteSourceOptions {
  /** A `rangeFetch`. */
  fetch: Fetch;
  retry: RetryPolicy;
  timeouts: Timeouts;
  signal: AbortSignal | undefined;
  onRetry: (retry: Retry) => void;
}

/**
 * The first bytes of a file on a server, of known size, or any others.
 * @throws from `read`: HttpStatusError of a kind, NetworkError, FileChangedError, NoByteRangesError;
 * the signal's reason when aborted
 */
export function remoteSource(
  remote: RemoteFile,
  bytes: number,
  { fetch, retry: policy, timeouts, signal, onRetry }: RemoteSourceOptions,
): ClosableSource {
  const source = urlSource(remote.url, {
    fetch: remote.isPinned ? withoutEtag(fetch) : fetch,
    signal,
    retries: 0, // the policy is this package's
    answerTimeout: timeouts.answer,
    stallTimeout: timeouts.stall,
  });
  return {
    byteLength: bytes,
    read: (start, end, readSignal) =>
      retrying(
        () =>
          source.read(start, Math.min(end, bytes), readSignal).catch((error: unknown) => {
            throw asHubError(error, remote);
          }),
        { policy, signal: readSignal ?? signal, onRetry },
      ),
    close: () => source.close(),
  };
}

/** What a digest vouches for may come from several servers, each with an ETag of its own. */
function withoutEtag(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    for (const name of ["etag", "last-modified"]) response.headers.delete(name);
    return response;
  };
}

/** What such a source threw, as an error of this package. */
function asHubError(error: unknown, { name, errorOf }: RemoteFile): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof HubError) return cause;
  }
  if (!(error instanceof HttpError)) return error;
  const { code, reason, url, status, retryAfterSeconds } = error;
  if (code === "ranges-not-supported") return new NoByteRangesError(name, reason, { cause: error });
  if (code === "file-changed") return new FileChangedError(name, reason);
  if (status === undefined || status < 400) return new NetworkError(new URL(url).host, reason);
  const headers = new Headers();
  if (retryAfterSeconds !== undefined) headers.set("retry-after", String(retryAfterSeconds));
  return errorOf({ url, status, headers });
}
