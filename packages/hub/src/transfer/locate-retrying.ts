import { retriedEvent } from "../retry-events.ts";
import { retrying } from "../retry.ts";
import type { FetchContext } from "./fetch-context.ts";
import { locate, type Located, type RemoteFile } from "./remote-file.ts";

/** {@link locate}, again where that may help. @throws as it does */
export function locateRetrying(
  remote: RemoteFile,
  { request, retry: policy, push }: FetchContext,
  signal: AbortSignal,
): Promise<Located> {
  return retrying(() => locate(remote, { ...request, signal }), {
    policy,
    signal,
    onRetry: (retry) => push(retriedEvent(remote.name, retry)),
  });
}
